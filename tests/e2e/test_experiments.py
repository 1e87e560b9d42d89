"""The Experiments page: measured on request, plotted with what is expected."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.product import Product

pytestmark = pytest.mark.browser


def test_the_cost_of_gradients_is_measured_and_plotted(page: Page, product: Product):
    page.goto(product.url)
    page.get_by_role("link", name="Learn", exact=True).click()
    page.get_by_role("link", name="Experiments", exact=True).click()
    expect(page).to_have_title("Experiments · Livetrain")
    card = page.locator("#gradient-cost")
    expect(card).to_have_attribute("data-state", "empty")
    measure = page.locator("#measure-gradient-cost")
    expect(measure).to_be_enabled()
    measure.focus()
    page.keyboard.press("Enter")
    expect(card).to_have_attribute("data-state", "ready")
    rows = page.locator("#gradient-cost-rows tr")
    expect(rows).to_have_count(12)
    page.locator("#gradient-cost summary").click()
    for n in (1, 2, 12):
        cells = page.locator(f'#gradient-cost-rows [data-layers="{n}"] td').all_inner_texts()
        assert [int(cell) for cell in cells[:5]] == [n, n - 1, n - 1, n * (n - 1) // 2, n * (n - 1) // 2]
        assert all(float(cell) > 0 for cell in cells[5:])
    expect(page.locator("#gradient-cost-products .scatterlayer .trace")).to_have_count(4)
    expect(page.locator("#gradient-cost-times .scatterlayer .trace")).to_have_count(2)
    last = rows.last.inner_text()
    expect(measure).not_to_have_attribute("aria-disabled", "true")
    measure.click()
    expect(rows.last).not_to_have_text(last.replace("\t", ""))
    expect(card).to_have_attribute("data-state", "ready")


def test_a_measurement_outlasts_a_reload_and_the_servers_memory(page: Page, product: Product):
    page.goto(f"{product.url}/experiments")
    page.locator("#measure-gradient-cost").click()
    card, when = page.locator("#gradient-cost"), page.locator("#gradient-cost-when")
    expect(card).to_have_attribute("data-state", "ready")
    expect(page).to_have_url(re.compile(r"/experiments\?seed=\d+$"))
    figures, moment = page.locator("#gradient-cost-note").inner_text(), when.get_attribute("data-at")
    expect(when).to_contain_text("Measured on ")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "gradient-cost?" in request.url else None)

    def is_shown_again() -> None:
        page.reload()
        expect(card).to_have_attribute("data-state", "ready")
        expect(page.locator("#gradient-cost-note")).to_have_text(figures)
        expect(when).to_have_attribute("data-at", moment or "")
        expect(page.locator("#gradient-cost-products .scatterlayer .trace")).to_have_count(4)

    is_shown_again()
    page.route("**/api/experiments/gradient-cost?*", lambda route: route.fulfill(status=204))
    is_shown_again()
    assert len(asked) == 2
    assert all("measure=false" in url for url in asked), "nothing was measured anew"
    page.goto(f"{product.url}/experiments?seed=4294967295")
    expect(page.locator("#gradient-cost-note")).to_contain_text("not remembered any more. Press Measure")
    expect(card).to_have_attribute("data-state", "empty")


def test_the_page_marks_where_the_reader_is(page: Page, product: Product):
    page.goto(f"{product.url}/experiments")
    expect(page.locator('.pages [aria-current="true"]')).to_have_text("Learn")
    page.get_by_role("link", name="Lab", exact=True).click()
    expect(page.locator("#start")).to_be_enabled()


@pytest.mark.parametrize("path", ["/", "/experiments"])
def test_nothing_stands_out_of_a_phones_screen(page: Page, product: Product, path: str):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(product.url + path)
    expect(page.locator(".pages a")).not_to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
