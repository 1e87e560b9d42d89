"""The form: errors beside their fields, the address, the sheet, the samples, phones and dark rooms."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.lab import open_lab
from tests.product import Product, eventually

pytestmark = pytest.mark.browser


def test_an_impossible_pair_is_said_beside_its_field(page: Page, product: Product):
    open_lab(page, product)
    page.locator('[data-field="architecture"]').select_option("alexnet")
    message = page.locator("#error-architecture")
    expect(message).to_contain_text("needs pictures")
    expect(page.locator('[data-field="architecture"]')).to_have_attribute("aria-invalid", "true")
    page.locator('[data-field="dataset"]').select_option("digits")
    expect(message).to_be_hidden()


def test_a_comma_is_no_point(page: Page, product: Product):
    open_lab(page, product, dataset="digits")
    for name, text, words in (
        ("learning_rate", "0,2", "must be a number, not '0,2'; write 0.2 with a point."),
        ("epochs", "0,2", "must be a whole number, not '0,2'."),
    ):
        page.locator(f'#recipe [data-field="{name}"]').fill(text)
        expect(page.locator(f"#error-{name}")).to_have_text(words)
        page.locator(f'#recipe [data-field="{name}"]').fill("2")
        expect(page.locator(f"#error-{name}")).to_have_count(0)


def test_the_configuration_lives_in_the_address(page: Page, product: Product):
    open_lab(page, product)
    field = page.locator('[data-field="learning_rate"]').first
    field.fill("0.25")
    field.press("Tab")
    page.locator('[data-field="standardize"]').click()
    eventually(lambda: "learning_rate=0.25" in page.url and "standardize=true" in page.url, 5, "the address")
    page.reload()
    expect(page.locator('[data-field="learning_rate"]').first).to_have_value("0.25")
    expect(page.locator('[data-field="standardize"]')).to_have_attribute("aria-checked", "true")


def test_the_sheet_follows_the_recipe(page: Page, product: Product):
    open_lab(page, product, dataset="digits", architecture="alexnet")
    expect(page.locator("#sheet-rows tr")).to_have_count(8)
    expect(page.locator("#total-parameters")).to_have_text("229,570")
    page.locator('[data-field="batch_norm"]').click()
    expect(page.locator("#sheet-rows tr")).to_have_count(11)


def test_samples_are_shown_raw_and_as_the_network_sees_them(page: Page, product: Product):
    open_lab(page, product, dataset="digits")
    pictures = page.locator("#sees-pictures img")
    expect(pictures).to_have_count(16)
    before = pictures.last.get_attribute("src")
    page.locator('[data-field="standardize"]').click()
    eventually(
        lambda: page.locator("#sees-pictures img").last.get_attribute("src") != before, 20, "new pictures"
    )


def test_the_whole_form_is_reached_and_started_by_keyboard(page: Page, product: Product):
    open_lab(page, product, epochs=3)
    page.locator("#presets button").first.focus()
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "start":
            break
    else:
        pytest.fail("Tab never reached Start")
    with page.expect_response(
        lambda answer: answer.url.endswith("/api/jobs") and answer.status == 201
    ) as made:
        page.keyboard.press("Enter")
    product.wait(made.value.json()["id"])


def test_a_phone_shows_everything_without_scrolling_sideways(
    context: BrowserContext, page: Page, product: Product
):
    page.set_viewport_size({"width": 390, "height": 844})
    open_lab(page, product)
    widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert widths[0] <= widths[1]
    expect(page.locator("#start")).to_be_visible()


def test_dark_rooms_get_dark_paper(page: Page, product: Product):
    def paper() -> int:
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(int(part) for part in colour.strip("rgb()").split(",")[:3])

    page.emulate_media(color_scheme="light")
    open_lab(page, product)
    assert paper() > 600
    page.emulate_media(color_scheme="dark")
    assert paper() < 150
