"""A network of one's own typed on the page, its sheet, its measured time; and the sheet of VGG16."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.lab import open_lab, start, wait_for_status
from tests.product import Product

pytestmark = pytest.mark.browser
GOOD = "conv 4 3x3 pad 1, relu, pool 2,\nresidual 8 stride 2, average all"


def test_a_network_is_typed_mended_measured_and_trained(page: Page, product: Product):
    open_lab(page, product, dataset="digits", train_size=200, epochs=1)
    page.locator('[data-field="architecture"]').select_option("cnn")
    text = page.locator('[data-field="layers"]')
    text.fill(GOOD.replace("stride", "strid"))
    message = page.locator("#error-layers")
    expect(message).to_contain_text("line 2, column 12, “strid”")
    expect(message).to_contain_text("did you mean stride?")
    expect(text).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#sheet")).to_have_attribute("data-state", "stale")
    expect(page.locator("#sheet-stale")).to_be_visible()
    expect(page.locator("#measure")).to_be_hidden()
    expect(page.locator(".mistake mark")).to_have_text("strid")
    page.locator(".mistake").click()
    page.keyboard.type("stride")  # over the selected place
    expect(text).to_have_value(GOOD)
    expect(message).to_be_hidden()
    expect(page.locator(".mistake")).to_have_count(0)
    rows = page.locator("#sheet-rows tr[data-layer]")
    expect(rows).to_have_count(8)
    expect(page.locator('tr[data-layer="block1"]')).to_contain_text("2×2×8")
    text.press("End")
    text.press_sequentially(", fc 20, relu")
    expect(page.locator('tr[data-layer="fc1"]')).to_contain_text("160 + 20")
    expect(rows).to_have_count(9)

    page.locator("#measure").click()
    expect(page.locator("#measured")).to_contain_text(re.compile(r"\d.* a step, .*\d.* an epoch \(cpu"))
    page.reload()
    expect(text).to_have_value(GOOD + ", fc 20, relu")
    job_id = start(page)
    wait_for_status(page, job_id, "completed")
    assert product.job(job_id)["config"]["layers"] == GOOD + ", fc 20, relu"


def test_a_layer_that_does_not_fit_is_marked_in_the_text(page: Page, product: Product):
    open_lab(page, product, dataset="digits", architecture="cnn", layers="pool 4, relu, conv 8 5x5")
    expect(page.locator("#error-layers")).to_contain_text("cannot take its input of 2×2×1")
    expect(page.locator(".mistake mark")).to_have_text("conv 8 5x5")


def test_a_row_opens_by_keyboard_and_stays_open_while_the_recipe_changes(page: Page, product: Product):
    page.set_viewport_size({"width": 390, "height": 844})
    open_lab(page, product, dataset="digits", architecture="alexnet")
    button = page.locator('tr[data-layer="conv1"] button')
    button.focus()
    page.keyboard.press("Enter")
    details = page.locator('tr[data-details="conv1"]')
    expect(details).to_contain_text("⌊(8 + 2·2 − 5) / 1⌋ + 1 = 8")
    expect(details).to_contain_text("1·5·5·32 + 32 = 832")
    expect(button).to_have_attribute("aria-expanded", "true")
    page.locator('[data-field="augment"]').click()
    expect(details).to_contain_text("⌊(7 + 2·2 − 5) / 1⌋ + 1 = 7")
    page.locator("#sheet-of").focus()
    button.focus()
    page.keyboard.press("Enter")
    expect(details).to_have_count(0)
    widths = page.evaluate(
        """[...document.querySelectorAll('#sheet .scroll, #sheet')]
             .map(one => [one.scrollWidth, one.clientWidth])"""
    )
    assert len(widths) == 2
    assert all(needed <= there for needed, there in widths), "nothing sideways"


def test_the_sheet_of_vgg16_at_224_is_shown_instead(page: Page, product: Product):
    open_lab(page, product, dataset="digits", architecture="alexnet")
    expect(page.locator("#total-parameters")).to_have_text("229,570")
    page.locator("#sheet-of").select_option(label="VGG16 at 224×224")
    expect(page.locator("#total-parameters")).to_have_text("138,357,544")
    expect(page.locator('tr[data-layer="fc6"]')).to_contain_text("102,760,448 + 4,096")
    expect(page.locator("#measure")).to_be_hidden()
    page.locator('[data-field="batch_norm"]').click()
    page.locator("#sheet-of").select_option("")
    expect(page.locator("#sheet-rows tr[data-layer]")).to_have_count(11)
    expect(page.locator("#measure")).to_be_visible()


def test_the_ready_made_own_network_learns_the_digits(page: Page, product: Product):
    open_lab(page, product)
    page.locator('[data-preset="digits-own-layers"]').click()
    expect(page.locator('[data-preset="digits-own-layers"]')).to_have_attribute("aria-pressed", "true")
    job_id = start(page)
    wait_for_status(page, job_id, "completed")
    assert product.job(job_id)["latest"]["test"]["accuracy"] >= 0.95
