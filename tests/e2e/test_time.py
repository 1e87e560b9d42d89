"""A visitor goes back through a training: pictures, figures and charts show one moment, and come back."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.job_page import cursor, open_job
from tests.e2e.lab import open_lab, wait_for_status
from tests.product import Product, eventually

pytestmark = pytest.mark.browser
DIGITS = {
    "dataset": "digits", "hidden_sizes": [16], "activation": "relu", "batch_size": 32, "epochs": 8,
    "momentum": 0.9, "train_size": 500,
}  # fmt: skip
KINDS = ("confusion", "hardest", "filters", "layers")


def figure(page: Page, tile: str) -> float:
    """The exact value of a tile."""
    return float(page.locator(f'[data-tile="{tile}"]').get_attribute("data-value") or "nan")


def rows(product: Product, job_id: str, split: str) -> dict[int, float]:
    """The accuracy after each step that was evaluated, as the server has it."""
    columns = product.http.get(f"/api/jobs/{job_id}/metrics?split={split}").json()["columns"]
    return dict(zip(columns["step"], columns["accuracy"], strict=True))


def test_one_moment_is_shown_by_pictures_figures_and_charts(page: Page, product: Product):
    job_id = product.create(**DIGITS, seed=61)["id"]
    last = product.wait(job_id)["total_steps"]
    open_job(page, product, job_id)
    validation, test = (rows(product, job_id, split) for split in ("validation", "test"))
    body = page.locator("#inside-body")
    expect(body).to_have_attribute("data-step", str(last))
    now = {tile: figure(page, tile) for tile in ("train-loss", "validation-accuracy", "test-accuracy")}
    assert now["validation-accuracy"] == pytest.approx(validation[last])

    scrubber = page.locator("#inside-scrubber")
    scrubber.focus()
    page.keyboard.press("Home")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    step = last // 8 * 2  # the network as it stood before training, then after each epoch
    for kind in KINDS:
        page.locator(f'#inside-tabs [data-kind="{kind}"]').click()
        expect(body).to_have_attribute("data-kind", kind)
        expect(body).to_have_attribute("data-step", str(step))
    expect(page.locator("#inside-moment")).to_have_text(f"epoch 2 · step {step}")
    expect(page.locator("#then")).to_contain_text(f"As it was: epoch 2 · step {step}")
    assert figure(page, "validation-accuracy") == pytest.approx(validation[step])
    known = {one: validation[one] for one in validation if one <= step}
    best = max(known, key=lambda one: known[one])
    assert figure(page, "test-accuracy") == pytest.approx(test[best]), "of the best epoch known then"
    assert figure(page, "train-loss") != now["train-loss"]
    expect(page.locator('[data-tile="speed"]')).to_be_hidden()
    for chart in ("loss-chart", "accuracy-chart"):
        page.locator(f"#{chart}").scroll_into_view_if_needed()
        eventually(lambda chart=chart: cursor(page, chart) == str(step), 10, f"the line on the {chart}")
    place = page.evaluate(
        """() => {
             const plot = document.querySelector('#loss-chart .js-plotly-plot');
             const area = plot.querySelector('.nsewdrag').getBoundingClientRect();
             const line = document.querySelector('#loss-chart .chart-cursor').getBoundingClientRect();
             return plot._fullLayout.xaxis.p2l(line.left + line.width / 2 - area.left);
           }"""
    )
    assert place == pytest.approx(step, abs=last / 100)
    expect(page).to_have_url(re.compile(f"at={step}$"))

    page.reload()
    expect(body).to_have_attribute("data-step", str(step))
    page.locator("#then-now").click()
    expect(body).to_have_attribute("data-step", str(last))
    expect(page.locator("#then")).to_be_hidden()
    expect(page.locator("#inside-live")).to_have_attribute("aria-pressed", "true")
    assert cursor(page, "loss-chart") is None
    for tile, value in now.items():
        assert figure(page, tile) == pytest.approx(value), tile
    expect(page).to_have_url(re.compile(rf"/jobs/{job_id}\?inside={KINDS[-1]}$"))


def test_a_moment_is_chosen_from_what_happened(page: Page, product: Product):
    job_id = product.create(**DIGITS, seed=62)["id"]
    last = product.wait(job_id)["total_steps"]
    open_job(page, product, job_id)
    event = page.locator('#timeline li[data-type="checkpoint"]').last
    event.locator(".step-link").click()
    expect(page.locator("#then")).to_contain_text(f"step {last // 8}")
    expect(page.locator("#inside-body")).to_have_attribute("data-step", str(last // 8))


def test_the_lab_goes_back_too_and_another_job_is_seen_as_it_is_now(page: Page, product: Product):
    first, second = (product.create(**DIGITS, seed=seed)["id"] for seed in (63, 64))
    for one in (first, second):
        product.wait(one)
    open_lab(page, product)
    page.locator(f'#jobs tr[data-job-id="{first}"] .job-link').click()
    wait_for_status(page, first, "completed")
    expect(page.locator("#time")).to_be_visible()
    page.locator("#inside-scrubber").focus()
    page.keyboard.press("Home")
    expect(page.locator("#inside-body")).to_have_attribute("data-step", "0")
    eventually(lambda: cursor(page, "loss-chart") == "0", 10, "the line")
    page.locator(f'#jobs tr[data-job-id="{second}"] .job-link').click()
    expect(page.locator("#then")).to_be_hidden()
    last = product.job(second)["total_steps"]
    expect(page.locator("#inside-body")).to_have_attribute("data-step", str(last))
    eventually(lambda: cursor(page, "loss-chart") is None, 10, "no line")
