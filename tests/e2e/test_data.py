"""The page Data in a browser: upload a zip, read the report, train on it; and the old baseline as a job."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.lab import open_lab, start, wait_for_status
from tests.made_zip import colours, packed, saved
from tests.product import Product


def choose(page: Page, path: Path) -> None:
    page.locator("#archive").set_input_files(path)


def test_a_zip_is_uploaded_reported_and_trained_on(page: Page, product: Product, tmp_path: Path) -> None:
    files = colours(30) | {"red/broken.png": b"no picture", "red/again.png": colours(30)["red/0.png"]}
    page.goto(f"{product.url}/data")
    expect(page.locator('[data-dataset="circles"] canvas')).to_be_visible()
    expect(page.locator('[data-dataset="digits"] img').first).to_be_visible()
    expect(page.locator('[data-dataset="digits"]')).to_contain_text("digit")
    choose(page, saved(tmp_path / "My Colours.zip", files))
    expect(page.locator("#upload-name")).to_have_value("my-colours")
    page.locator("#upload-side").fill("4")
    page.locator("#upload-start").click()
    expect(page.locator("#error-side")).to_contain_text("at least 8")
    expect(page.locator("#upload-side")).to_be_focused()
    page.locator("#upload-side").fill("12")
    page.locator("#upload-flip").check()
    page.locator("#upload-start").click()
    expect(page.locator("#report")).to_be_visible()
    expect(page.locator('[data-class="red"] td').first).to_have_text("25")
    expect(page.locator("#report")).to_contain_text("red/broken.png: is no picture")
    expect(page.locator("#report")).to_contain_text("red/again.png")
    page.locator("#report-close").click()
    expect(page.locator("#upload-start")).to_be_focused()
    card = page.locator('[data-dataset="my-colours"] [data-action="report"]')
    card.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#report")).to_be_focused()
    page.locator("#report-close").press("Enter")
    expect(card).to_be_focused()
    card = page.locator('[data-dataset="my-colours"]')
    expect(card).to_have_attribute("data-state", "ready")
    expect(card.locator("img")).to_have_count(8)
    expect(card).to_contain_text("flip")

    card.locator('[data-action="train"]').click()
    expect(page.locator('[data-field="dataset"]')).to_have_value("my-colours")
    expect(page.locator("#total-parameters")).not_to_have_text("–")
    expect(page.locator("#start")).to_be_enabled()
    page.locator('[data-field="epochs"]').fill("2")
    job_id = start(page)
    wait_for_status(page, job_id, "completed")

    page.goto(f"{product.url}/data")
    card.locator('[data-action="delete"]').click()
    page.locator("#confirm button[value=keep]").click()
    expect(card).to_be_visible()
    card.locator('[data-action="delete"]').click()
    page.locator("#confirm button[value=delete]").click()
    expect(card).to_have_count(0)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"hello", "is no zip file"), (packed({"ant/1.png": b"x"}), "only one class, ant")],
)
def test_what_cannot_be_used_is_said_beside_the_file(
    page: Page, product: Product, tmp_path: Path, content: bytes, words: str
) -> None:
    page.goto(f"{product.url}/data")
    page.locator("#upload-start").click()
    expect(page.locator("#error-archive")).to_contain_text("Choose a zip")
    path = tmp_path / "some.zip"
    path.write_bytes(content)
    choose(page, path)
    expect(page.locator("#error-archive")).to_have_count(0)
    page.locator("#upload-start").click()
    expect(page.locator("#error-archive")).to_contain_text(words)
    expect(page.locator("#upload-name")).to_have_value("some")


def test_the_old_baseline_is_a_job_like_others(page: Page, product: Product) -> None:
    open_lab(page, product, dataset="digits", architecture="bow_svm", words=60)
    expect(page.locator("#total-parameters")).to_have_text(f"{45 * 62:,}")
    expect(page.locator('[data-field="learning_rate"]')).to_be_hidden()
    expect(page.locator('[data-field="words"]')).to_be_visible()
    expect(page.locator("#sentence")).to_contain_text("60 visual words")
    job_id = start(page)
    wait_for_status(page, job_id, "completed", seconds=90)
    expect(page.locator("#job-epoch")).to_have_text(re.compile("epoch 1 of 1"))
    test = page.locator('[data-tile="test-accuracy"]')
    expect(test).to_have_attribute("data-value", re.compile(r"0\.[6-9]"))
    expect(page.locator('[data-tile="gap"]')).to_have_attribute("data-value", re.compile(r"\d"))
    expect(page.locator("#inside-tabs [data-kind=confusion]")).to_be_visible()
    expect(page.locator("#inside-body .confusion tbody tr")).to_have_count(10)
    expect(page.locator("#accuracy-chart")).to_have_attribute("data-empty", "false")
