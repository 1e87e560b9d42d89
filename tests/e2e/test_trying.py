"""A visitor tries a trained network: mosaic, own picture, shift tolerance."""

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.lab import open_lab, start, wait_for_status
from tests.product import Product

pytestmark = pytest.mark.browser
PICTURES = {
    "dataset": "digits", "architecture": "alexnet", "standardize": "true", "epochs": 8, "batch_size": 32,
    "learning_rate": 0.05,
}  # fmt: skip
PATIENT = 60_000  # ms; a worker may be busy


def trained(page: Page, product: Product, **changes: object) -> str:
    """Train a small picture job from the page."""
    open_lab(page, product, **{**PICTURES, **changes})
    job_id = start(page)
    wait_for_status(page, job_id, "completed")
    return job_id


def picture() -> dict[str, object]:
    """A picture to send, as a file chooser gives it."""
    pixels = np.random.default_rng(0).integers(0, 256, (60, 90, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, format="PNG")
    return {"name": "photo.png", "mimeType": "image/png", "buffer": stream.getvalue()}


def test_a_trained_network_is_tried(page: Page, product: Product):
    trained(page, product)
    expect(page.locator("#try")).to_be_visible()
    page.locator("#try-mosaic").click()
    result = page.locator("#try-result")
    expect(result).to_contain_text("of 16 tiles recovered", timeout=PATIENT)
    recovered = int(result.inner_text().split()[0])
    assert recovered >= 12
    expect(page.locator('.tile-mark[data-recovered="true"]')).to_have_count(recovered)
    expect(page.locator(".tile-mark")).to_have_count(16)
    expect(page.locator("#try-moment")).to_contain_text("best by validation")

    page.locator("#try-stage").focus()
    expect(page.locator("#try-cell")).to_contain_text("Row 1, column 1:")
    expect(page.locator("#try-cell")).to_contain_text("It sees exactly one tile")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#try-cell")).to_contain_text("Row 2, column 1:")
    page.locator("#try-stage").hover()
    expect(page.locator("#try-cell")).to_contain_text("% sure")

    canvas = page.locator("#try-stage canvas")
    expect(canvas).to_be_visible()
    page.locator("#try-toggle").click()
    expect(canvas).to_be_hidden()
    expect(page.locator("#try-stage img")).to_be_visible()
    page.locator("#try-toggle").click()
    before = page.locator("#try-stage img").get_attribute("src")
    page.locator("#try-mosaic").click()
    expect(page.locator("#try-stage img")).not_to_have_attribute("src", before or "", timeout=PATIENT)

    page.locator("#try-file").set_input_files(picture())  # type: ignore[arg-type]
    expect(result).to_contain_text("A map of", timeout=PATIENT)
    expect(page.locator("#try-across-label")).to_be_visible()
    page.locator("#try-across").select_option("1")
    expect(result).to_contain_text("answer", timeout=PATIENT)
    wrong = {"name": "notes.png", "mimeType": "image/png", "buffer": b"no picture"}
    page.locator("#try-file").set_input_files(wrong)  # type: ignore[arg-type]
    expect(page.locator("#try-note")).to_contain_text("it is no PNG or JPEG picture")

    page.locator("#try-shift").click()
    expect(result).to_contain_text("A shift of 2 pixels costs", timeout=PATIENT)
    expect(page.locator("#try-shift-chart .scatterlayer .trace")).to_have_count(1)
    values = page.locator("#try-body td[data-value]")
    expect(values).to_have_count(5)
    first, last = (float(values.nth(i).get_attribute("data-value") or "nan") for i in (0, 4))
    assert first > 0.8 > last


def test_ticked_jobs_are_compared_and_points_have_no_card(page: Page, product: Product):
    first = trained(page, product)
    second = trained(page, product, architecture="mlp", hidden_sizes=16, learning_rate=0.3)
    page.locator(f'tr[data-job-id="{first}"] .tick').check()
    page.locator("#try-shift").click()
    expect(page.locator("#try-body tbody tr")).to_have_count(2, timeout=PATIENT)
    expect(page.locator("#try-shift-chart .scatterlayer .trace")).to_have_count(2)
    page.locator(f'tr[data-job-id="{first}"] .job-link').click()
    expect(page.locator("#try-body")).to_be_empty()
    expect(page.locator("#try")).to_be_visible()

    open_lab(page, product, epochs=2)
    points = start(page)
    wait_for_status(page, points, "completed")
    expect(page.locator("#try")).to_be_hidden()
    assert second != first


def test_the_shift_chart_takes_the_colours_of_the_dark(page: Page, product: Product):
    trained(page, product, architecture="mlp", hidden_sizes=16, learning_rate=0.3)
    page.locator("#try-shift").click()
    line = page.locator("#try-shift-chart .scatterlayer path.js-line")
    expect(line).to_have_count(1, timeout=PATIENT)
    light = line.get_attribute("style") or ""
    page.emulate_media(color_scheme="dark")
    expect(line).not_to_have_attribute("style", light)
