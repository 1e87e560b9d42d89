"""The small “?” beside a field: opened by keyboard, drawn from the recipe's own values, moving nothing."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.lab import open_lab
from tests.product import Product

pytestmark = pytest.mark.browser


def test_an_explanation_is_opened_by_keyboard_follows_the_recipe_and_closes_with_escape(
    page: Page, product: Product
):
    open_lab(page, product, dataset="digits", epochs=20)
    panel = page.locator("#explanation")
    where = "document.querySelector('[data-row=learning_rate]').getBoundingClientRect().top"
    opener = page.locator('[data-explain="learning_rate"]')
    opener.scroll_into_view_if_needed()
    before = page.evaluate(where)
    opener.focus()
    page.keyboard.press("Enter")
    expect(panel).to_be_visible()
    expect(panel).to_be_focused()
    expect(opener).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#explanation-title")).to_have_text("Learning rate")
    expect(panel.locator("svg")).to_be_visible()
    assert page.evaluate(where) == before, "nothing moved"
    page.locator('[data-field="learning_rate"]').fill("1.5")
    expect(page.locator("#explanation-says")).to_contain_text("leaves the valley")
    page.locator('[data-field="learning_rate"]').fill("0.4")
    expect(page.locator("#explanation-says")).to_contain_text("arrives")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.locator('[data-field="learning_rate"]')).to_be_focused()
    opener.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(opener).to_be_focused()
    expect(opener).to_have_attribute("aria-expanded", "false")

    page.locator('[data-explain="augment"]').click()
    expect(panel.locator("image")).to_have_count(1)
    page.locator('[data-field="augment"]').click()
    expect(panel.locator("image")).to_have_count(2)
    page.locator('[data-explain="standardize"]').click()
    expect(page.locator("#explanation-title")).to_have_text("Standardization")
    page.locator("#jobs-title").click()
    expect(panel).to_be_hidden()


def test_every_field_in_sight_is_explained_and_fits_a_phone(page: Page, product: Product):
    page.set_viewport_size({"width": 390, "height": 844})
    open_lab(page, product, dataset="digits")
    page.locator("#more summary").click()
    openers = page.locator(".explain:visible").all()
    assert len(openers) > 15
    for opener in openers:
        opener.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#explanation")).to_be_visible()
        box = page.locator("#explanation").bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        page.keyboard.press("Escape")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
