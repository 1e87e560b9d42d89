"""A visitor starts a training with far too large a rate, reads what is wrong, and presses the remedy."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.lab import marks, missing, open_lab, start, wait_for_status
from tests.product import Product, eventually

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("idle")]
FAST = {"learning_rate": 30, "hidden_sizes": "16", "batch_size": 20, "epochs": 100_000}
CARD = '.diagnosis[data-kind="diverging"]'


def test_the_remedy_of_a_running_job_is_pressed_and_taken_up(page: Page, product: Product):
    open_lab(page, product, **FAST)
    job_id = start(page)
    card = page.locator(CARD)
    expect(card).to_contain_text("times that of guessing")
    expect(card.locator("header")).to_contain_text(re.compile(r"since epoch [\d,]+, step [\d,]+"))
    expect(page.locator("#diagnoses-said")).to_contain_text("It runs away.")
    brief = page.locator('.diagnosis[data-kind="small_batch"]')  # no danger: a line, below what is grave
    expect(brief).to_be_visible()
    expect(page.locator(".diagnosis").first).to_have_attribute("data-kind", "diverging")
    expect(brief.locator(".reasons")).to_be_hidden()
    brief.get_by_role("button", name="Why").click()
    expect(brief.locator(".reasons")).to_contain_text("whatever its size")
    expect(brief.locator("dl")).to_contain_text("batch size")
    card.get_by_role("button", name="Lower the learning rate to 0.1 now").click()
    expect(card).to_contain_text("Asked for")
    expect(page.locator("#adjust-note")).to_have_text(re.compile(r"^learning rate 30 → 0.1, from step"))
    eventually(
        lambda: page.evaluate("0") or product.job(job_id)["config"]["learning_rate"] == 0.1, 10, "the change"
    )


def test_what_shows_up_again_is_one_card_with_one_remedy(page: Page, product: Product):
    open_lab(page, product, **FAST)
    job_id = start(page)
    card = page.locator(CARD)
    expect(card).to_be_visible()
    expect(card.locator("[data-earlier]")).to_be_hidden()
    assert product.http.post(f"/api/jobs/{job_id}/adjust", json={"learning_rate": 20}).status_code == 202
    expect(card.locator("[data-earlier]")).to_have_text(
        re.compile(r"^Noticed before: since epoch [\d,]+, step [\d,]+\.$")
    )
    expect(card).to_have_count(1)
    remedies = page.locator("#diagnoses .remedies:visible")
    words = [one.get_attribute("data-remedy") for one in remedies.all()]
    assert words
    assert len(set(words)) == len(words)
    expect(card.get_by_role("button", name="Lower the learning rate to 0.1 now")).to_have_count(1)


def test_the_remedy_fills_the_recipe_and_a_card_can_be_dismissed(page: Page, product: Product):
    open_lab(page, product, **FAST)
    job_id = start(page)
    card = page.locator(CARD)
    expect(card).to_be_visible()
    page.locator("#stop").click()
    wait_for_status(page, job_id, "stopped")
    expect(card.locator('[data-action="adjust"]')).to_be_hidden()
    card.locator('[data-action="recipe"]').click()
    expect(page.locator('#recipe [data-field="learning_rate"]')).to_have_value("0.1")
    expect(page.locator('#recipe [data-field="hidden_sizes"]')).to_have_value("16")
    card.get_by_role("button", name="Dismiss").click()
    expect(card).to_have_count(0)
    expect(page.locator("#live")).to_be_focused()
    page.reload()
    expect(page.locator(CARD)).to_be_visible()
    expect(page.locator("#diagnoses-said")).to_contain_text("It runs away.")
    page.locator('[data-field="epochs"]').fill("1")
    start(page)
    expect(page.locator(CARD)).to_have_count(0)
    expect(page.locator("#diagnoses-said")).to_be_empty()


def mark(page: Page, chart: str) -> list[str]:
    """The diagnoses marked on a chart, in words."""
    page.locator(f"#{chart}").scroll_into_view_if_needed()
    return [words for words in marks(page, chart) if words.startswith("It runs away")]


def test_a_diagnosis_is_marked_on_the_charts_and_goes_when_the_job_goes_on_from_before(
    page: Page, product: Product
):
    open_lab(page, product, **{**FAST, "learning_rate": 0.1})
    job_id = start(page)
    listed = f"/api/jobs/{job_id}/checkpoints"
    eventually(lambda: product.http.get(listed).json()["checkpoints"], 30, "a checkpoint to go on from")
    product.http.post(f"/api/jobs/{job_id}/adjust", json={"learning_rate": 30})
    expect(page.locator(CARD)).to_be_visible()
    said = product.http.get(f"/api/jobs/{job_id}/log?types=diagnosis").json()["entries"]
    (found,) = [entry for entry in said if entry["kind"] == "diverging"]
    words = re.compile(rf"^It runs away, since epoch [\d,]+, step {found['since_step']:,}$")
    for chart in ("loss-chart", "accuracy-chart"):
        (shown,) = eventually(lambda chart=chart: mark(page, chart), 20, f"the mark on {chart}")
        assert words.match(shown)
    product.http.post(f"/api/jobs/{job_id}/pause")
    wait_for_status(page, job_id, "paused")
    for saved in product.http.get(listed).json()["checkpoints"]:
        if saved["step"] >= found["since_step"]:
            folder = product.data_directory / "checkpoints" / job_id / f"{saved['attempt']}-{saved['step']}"
            (folder / "state.safetensors").write_bytes(b"torn")
    product.wait(product.create(epochs=1)["id"])  # the paused one gives its slot up
    page.locator("#step").click()  # a new attempt: one step from the last good checkpoint
    eventually(lambda: not mark(page, "loss-chart"), 30, "the mark to go")
    eventually(lambda: not mark(page, "accuracy-chart"), 30, "the mark to go")
    expect(page.locator(CARD)).to_have_count(0)
    wait_for_status(page, job_id, "paused")
    page.locator("#resume").click()
    for chart in ("loss-chart", "accuracy-chart"):
        again = eventually(lambda chart=chart: mark(page, chart), 30, f"the mark to come again on {chart}")
        assert again == [shown], "the change is made again at its step"
    assert missing(page) == "0"
