"""The boundary of a network on points, seen on the page while it moves."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.lab import open_lab, start, wait_for_status
from tests.product import Product, eventually

pytestmark = pytest.mark.browser


def snapshots(product: Product, job_id: str, kind: str) -> list[dict[str, Any]]:
    entries = product.http.get(f"/api/jobs/{job_id}/log?types=snapshot&limit=10000").json()["entries"]
    return [entry for entry in entries if entry["kind"] == kind]


def content(product: Product, snapshot: dict[str, Any]) -> bytes:
    return product.http.get(snapshot["url"]).content


def test_a_boundary_of_noisy_points_is_seen_to_move(page: Page, product: Product):
    open_lab(page, product, dataset="digits")
    noise, points = page.locator('[data-field="noise"]'), page.locator('[data-field="points"]')
    expect(noise).to_be_hidden()
    page.locator('[data-field="dataset"]').select_option("xor")
    with page.expect_response(
        lambda answer: "points=350" in answer.url and "noise=0.15" in answer.url
    ) as asked:
        points.fill("350")
        noise.fill("0.15")
    assert len(asked.value.json()["raw"]["x"]) == 350
    expect(page.locator("#dataset-facts")).to_contain_text("350 + 350 points")
    for field, value in {"hidden_sizes": "16", "momentum": "0.9", "batch_size": "20", "epochs": "60"}.items():
        page.locator(f'[data-field="{field}"]').fill(value)
    job_id = start(page)
    canvas = page.locator("#inside .boundary canvas")
    expect(canvas).to_be_visible()
    wait_for_status(page, job_id, "completed")
    config = product.job(job_id)["config"]
    assert (config["points"], config["noise"]) == (350, 0.15)

    taken = snapshots(product, job_id, "boundary")
    assert (taken[0]["step"], taken[-1]["step"]) == (0, product.job(job_id)["total_steps"])
    assert 2 <= len(taken) <= 500
    first, last = (content(product, one) for one in (taken[0], taken[-1]))
    assert len(first) == len(last) == 64 * 64
    assert first != last

    expect(page.locator("#inside-body")).to_have_attribute("data-step", str(taken[-1]["step"]))
    expect(page.locator("#inside [data-count=train]")).to_have_text("315")
    expect(page.locator("#inside [data-count=test]")).to_have_text("350")
    newest, named = canvas.screenshot(), canvas.get_attribute("aria-label")
    assert "same sign" in str(named)
    scrubber = page.locator("#inside-scrubber")
    scrubber.focus()
    scrubber.press("Home")
    expect(page.locator("#inside-body")).to_have_attribute("data-step", "0")
    assert canvas.get_attribute("aria-label") != named
    assert canvas.screenshot() != newest
    page.locator("#inside-play").click()
    expect(page.locator("#inside-body")).to_have_attribute("data-step", str(taken[-1]["step"]))
    expect(page.locator("#inside-play")).to_have_text("Play")
    expect(canvas).to_have_attribute("aria-label", str(named))
    newest = canvas.screenshot()
    page.locator("#inside [name=test]").uncheck()
    eventually(lambda: canvas.screenshot() != newest, 30, "a picture without test points")


def test_points_that_cannot_be_are_said_beside_their_field(page: Page, product: Product):
    open_lab(page, product, dataset="spiral")
    expect(page.locator("#sees")).to_have_attribute("data-state", "ready")
    page.locator('[data-field="points"]').fill("5")
    expect(page.locator("#error-points")).to_be_visible()
    expect(page.locator("#sees canvas")).to_have_count(2)
    page.locator('[data-field="points"]').fill("500")
    expect(page.locator("#error-points")).to_be_hidden()
    expect(page.locator("#dataset-facts")).to_contain_text("500 + 500 points")
