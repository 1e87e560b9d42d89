"""A job whose data set was deleted or replaced, in a browser: what cannot be pressed says why."""

import re

from playwright.sync_api import Page, expect

from tests.product import Product
from tests.test_replaced_data import OTHER, begun, put, upload

RESUME, FORK, MOSAIC = "#resume", "#fork", "#try-mosaic"


def come_back(page: Page) -> None:
    """As the browser tells of somebody who comes back to the page."""
    page.evaluate("window.dispatchEvent(new Event('focus'))")


def test_what_cannot_go_on_says_why_until_its_pictures_are_back(page: Page, product: Product) -> None:
    upload(product, "flowers", test_fraction=0.4)  # 24 test pictures: a mosaic takes 16
    job_id = begun(product, "flowers", epochs=400)["id"]
    page.goto(f"{product.url}/?job={job_id}")
    for button in (RESUME, FORK, MOSAIC):
        expect(page.locator(button)).to_be_visible()
        expect(page.locator(button)).not_to_have_attribute("aria-disabled", "true")
    expect(page.locator("#job-lack")).to_be_hidden()

    put(product, "flowers", OTHER)
    page.locator(RESUME).click()  # the page does not know yet; the server does
    expect(page.locator("#trouble")).to_contain_text("flowers was replaced at 20")
    expect(page.locator("#job-lack")).to_contain_text("upload the former ones again under this name")
    for button in (RESUME, FORK):
        expect(page.locator(button)).to_have_attribute("aria-disabled", "true")
        expect(page.locator(button)).to_have_attribute("title", re.compile("flowers was replaced"))
        expect(page.locator(button)).to_have_attribute("aria-describedby", "job-lack")
    expect(page.locator("#try-note")).to_contain_text("flowers was replaced")
    page.locator(FORK).click(force=True)
    expect(page.locator("#fork-dialog")).to_be_hidden()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    page.locator(RESUME).click(force=True)
    page.locator(MOSAIC).click(force=True)

    assert product.http.delete("/api/datasets/flowers").status_code == 204
    come_back(page)
    expect(page.locator("#job-lack")).to_contain_text("flowers that the job learned from is not here")
    assert asked == []

    upload(product, "flowers", test_fraction=0.4)
    come_back(page)
    expect(page.locator("#job-lack")).to_be_hidden()
    expect(page.locator("#try-note")).to_be_hidden()
    for button in (RESUME, FORK, MOSAIC):
        expect(page.locator(button)).not_to_have_attribute("aria-disabled", "true")
    page.locator(MOSAIC).click()
    expect(page.locator("#try-result")).to_be_visible()
    page.locator(RESUME).click()
    assert product.wait(job_id, "running", "completed")
    expect(page.locator("#job-lack")).to_be_hidden()
