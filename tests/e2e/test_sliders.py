"""A visitor moves a slider beside the curves, and sees the change asked for, marked and listed."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.job_page import open_job
from tests.e2e.lab import marks, wait_for_steps
from tests.product import Product, eventually

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("idle")]
LONG: dict[str, Any] = {"epochs": 100_000, "hidden_sizes": [16], "batch_size": 20}


def test_a_slider_changes_the_rate_by_keyboard_and_the_curve_is_marked(page: Page, product: Product):
    job_id = product.create(**LONG, seed=51)["id"]
    product.wait(job_id, "running")
    open_job(page, product, job_id)
    wait_for_steps(page, 50)
    rate, decay = (page.locator(f'[data-adjust="{name}"]') for name in ("learning_rate", "weight_decay"))
    slider = page.locator('[data-slider="learning_rate"]')
    expect(slider).to_have_attribute("aria-valuetext", "0.1")
    decay.fill("0.5")
    held: list[Route] = []
    page.route("**/adjust", lambda route: held.append(route), times=1)
    slider.focus()
    for _ in range(20):  # a decade
        page.keyboard.press("ArrowLeft")
    expect(rate).to_have_value("0.01")
    expect(slider).to_have_attribute("aria-valuetext", "0.01")
    eventually(lambda: page.evaluate("0") or held, 10, "the call, once the slider rests")
    assert held[0].request.post_data_json == {"learning_rate": 0.01}, "not what is only typed"
    expect(page.locator("#adjust-note")).to_have_text("asked for learning rate 0.01")
    row = page.locator('#history [data-change="learning_rate"]')
    expect(row).to_contain_text("asked for")
    held[0].continue_()
    words = re.compile(r"^learning rate 0\.1 → 0\.01, from step [\d,]+$")
    expect(page.locator("#adjust-note")).to_have_text(words)
    expect(row).to_have_attribute("data-step", re.compile(r"^\d+$"))
    expect(row).to_have_attribute("data-after", "0.01")
    for chart in ("loss-chart", "accuracy-chart"):
        page.locator(f"#{chart}").scroll_into_view_if_needed()
        eventually(lambda chart=chart: any(map(words.match, marks(page, chart))), 10, "the mark")
    expect(decay).to_have_value("0.5")
    assert product.job(job_id)["config"]["weight_decay"] == 0


def test_a_slider_stands_beside_the_charts_and_follows_the_box(page: Page, product: Product):
    job_id = product.create(**LONG, seed=52)["id"]
    product.wait(job_id, "running")
    open_job(page, product, job_id)
    panel, charts = page.locator("#adjust").bounding_box(), page.locator(".charts").bounding_box()
    assert panel
    assert charts
    assert panel["x"] >= charts["x"] + charts["width"]
    assert abs(panel["y"] - charts["y"]) < 2
    dropout = page.locator('[data-slider="dropout"]')
    dropout.fill("10")  # of twenty positions
    expect(page.locator('[data-adjust="dropout"]')).to_have_value("0.5")
    expect(page.locator("#adjust-note")).to_contain_text("dropout 0 → 0.5")
    decay = page.locator('[data-slider="weight_decay"]')
    expect(decay).to_have_value("0")
    page.locator('[data-adjust="weight_decay"]').fill("0.001")
    expect(decay).to_have_value("61")
    page.locator("#adjust-apply").click()
    expect(page.locator("#adjust-note")).to_contain_text("weight decay 0 → 0.001")
    page.locator("#stop").click()
    expect(page.locator("#adjust")).to_be_hidden()
