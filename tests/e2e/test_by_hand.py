"""Gradients by hand on the page: a job started there, its live check, and what it refuses."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.lab import open_lab, start, wait_for_status, wait_for_steps
from tests.product import Product, eventually

pytestmark = pytest.mark.browser
SYMBOLS = ["Wh", "bh", "Wy", "by"]


def errors(page: Page, column: str) -> list[float]:
    """What the table says now of one comparison, a number a parameter."""
    cells = page.locator(f'#inside-body [data-check="{column}"]')
    return [float(cells.nth(i).get_attribute("data-value") or "nan") for i in range(cells.count())]


def test_the_live_table_fills_with_small_errors(page: Page, product: Product):
    open_lab(page, product)
    page.locator('[data-preset="circles-by-hand"]').click()
    page.locator('[data-field="epochs"]').fill("100000")
    job_id = start(page)
    assert product.job(job_id)["config"]["gradients"] == "by_hand"
    tab = page.locator('#inside-tabs [data-kind="gradient_check"]')
    expect(tab).to_have_text("Gradients by hand")
    tab.click()
    rows = page.locator("#inside-body tbody tr")
    expect(rows).to_have_count(4)
    assert [rows.nth(i).get_attribute("data-parameter") for i in range(4)] == SYMBOLS
    first = int(page.locator("#inside-body").get_attribute("data-step") or 0)
    eventually(
        lambda: int(page.locator("#inside-body").get_attribute("data-step") or 0) > first + 100,
        30,
        "a check of later steps",
    )
    for column, bound in (("float32", 1e-5), ("float64", 1e-10), ("differences", 1e-6)):
        found = errors(page, column)
        assert len(found) == 4
        assert all(0 <= error < bound for error in found), (column, found)
    assert any(error > 0 for error in errors(page, "float32"))
    expect(page.locator('#inside-body [data-verdict="ok"]')).to_have_count(4)
    expect(page.locator("#inside-body .derivation")).to_contain_text("ŷ − y")
    expect(page.locator("#inside-body .derivation sub").first).to_have_text("h")
    product.http.post(f"/api/jobs/{job_id}/stop")
    wait_for_status(page, job_id, "stopped")


def test_the_ready_made_recipe_learns(page: Page, product: Product):
    open_lab(page, product)
    page.locator('[data-preset="circles-by-hand"]').click()
    job_id = start(page)
    wait_for_status(page, job_id, "completed")
    assert product.job(job_id)["latest"]["test"]["accuracy"] >= 0.97


def test_dropout_is_not_offered_where_gradients_are_by_hand(page: Page, product: Product):
    open_lab(page, product, gradients="by_hand", hidden_sizes="16", batch_size=20, epochs=100_000)
    job_id = start(page)
    wait_for_steps(page, 20)
    expect(page.locator('[data-adjust="learning_rate"]')).to_be_visible()
    expect(page.locator('[data-adjust="dropout"]')).to_be_hidden()
    page.locator("#fork").click()
    expect(page.locator('[data-fork="weight_decay"]')).to_be_visible()
    expect(page.locator('[data-fork="dropout"]')).to_be_hidden()
    page.locator("#fork-cancel").click()
    page.locator('[data-adjust="weight_decay"]').fill("0.001")
    page.locator("#adjust-apply").click()
    expect(page.locator("#adjust-note")).to_contain_text("weight decay 0 → 0.001, from step")
    other = product.create(epochs=100_000, hidden_sizes=[16], batch_size=20)["id"]
    page.locator(f'tr[data-job-id="{other}"] .job-link').click()
    expect(page.locator('[data-adjust="dropout"]')).to_be_visible()
    product.http.post(f"/api/jobs/{other}/stop")
    product.http.post(f"/api/jobs/{job_id}/stop")
    wait_for_status(page, job_id, "stopped")


def test_an_impossible_pair_is_named_beside_its_field_before_it_starts(page: Page, product: Product):
    open_lab(page, product, gradients="by_hand", hidden_sizes="16,8")
    expect(page.locator("#error-hidden_sizes")).to_contain_text("exactly one hidden layer")
