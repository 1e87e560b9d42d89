"""A visitor puts waiting jobs into another order by dragging, and acts on several jobs at once."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.lab import open_lab, wait_for_steps
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("idle")]
SHORT: dict[str, Any] = {"epochs": 2, "hidden_sizes": [8], "batch_size": 50}
LONG: dict[str, Any] = {"epochs": 100_000, "hidden_sizes": [16]}
REFUSED = '{"title": "Conflict", "status": 409, "detail": "The job is running; stop it first."}'


def order(product: Product, ids: list[str]) -> list[str]:
    """Waiting jobs by the server's positions."""
    return sorted(ids, key=lambda one: product.job(one)["queue_position"])


def test_the_queue_is_ordered_by_pointer_and_by_keyboard(page: Page, product: Product):
    for _ in range(sum(device["slots"] for device in product.http.get("/api/devices").json())):
        product.wait(product.create(**LONG)["id"], "running")
    first, second, third = (
        product.create(**LONG, seed=seed, name=f"Waits {seed}")["id"] for seed in (1, 2, 3)
    )
    open_lab(page, product)
    wait_for_steps(page, 1)  # the job that trains has its place on the page, so nothing moves any more
    items = page.locator("#queue li")
    expect(items).to_have_count(3)
    items.nth(2).locator(".handle").hover()  # waits until it stands still
    page.mouse.down()
    expect(items.nth(2)).to_have_attribute("data-dragged", "")
    start, end = items.nth(2).bounding_box(), items.nth(0).bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + start["width"] / 2, end["y"] + 2, steps=8)  # no longer over its handle
    expect(items.nth(0)).to_have_attribute("data-job-id", third)
    page.keyboard.press("Escape")
    expect(items.nth(2)).to_have_attribute("data-job-id", third)  # as it was, and a drop changes nothing
    page.mouse.up()

    items.nth(2).locator(".handle").hover()
    page.mouse.down()
    page.mouse.move(start["x"] + start["width"] / 2, end["y"] + 2, steps=8)
    expect(items.nth(0)).to_have_attribute("data-job-id", third)
    page.mouse.up()
    expect(page.locator("#queue-said")).to_have_text("Waits 3 trains 1st now.")
    expect(page.locator(f'#queue li[data-job-id="{third}"]')).to_have_attribute("data-position", "1")
    assert order(product, [first, second, third]) == [third, first, second]

    page.locator(f'#queue li[data-job-id="{third}"] .handle').focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(f'#queue li[data-job-id="{third}"]')).to_have_attribute("data-position", "2")
    expect(page.locator(f'#queue li[data-job-id="{third}"] .handle')).to_be_focused()
    page.keyboard.press("End")
    expect(page.locator(f'#queue li[data-job-id="{third}"]')).to_have_attribute("data-position", "3")
    assert order(product, [first, second, third]) == [first, second, third]


def test_several_jobs_are_tagged_compared_and_deleted_and_failures_are_named(page: Page, product: Product):
    ids = [product.create(**SHORT, seed=seed, name=f"Of several {seed}")["id"] for seed in (1, 2, 3)]
    for one in ids:
        product.wait(one)
    open_lab(page, product)
    rows = [page.locator(f'#jobs tr[data-job-id="{one}"]') for one in ids]
    expect(rows[0].locator(".pick")).to_be_hidden()
    page.locator("#several").click()
    expect(rows[0].locator(".tick")).to_be_hidden()
    expect(page.locator("#several-delete")).to_have_attribute("aria-disabled", "true")
    rows[0].locator(".pick").check()
    rows[1].locator(".job-link").click()
    expect(rows[1].locator(".pick")).to_be_checked()
    rows[2].locator(".pick").focus()
    page.keyboard.press("Space")
    expect(page.locator("#several-count")).to_have_text("3 selected")
    newest_first = ",".join(reversed(ids))
    expect(page.locator("#several-compare")).to_have_attribute("href", f"/compare?jobs={newest_first}")

    page.locator("#several-tag-name").fill("lesson 2")
    page.keyboard.press("Enter")
    expect(page.locator("#several-note")).to_have_text("Tagged “lesson 2”: 3.")
    assert [product.job(one)["tags"] for one in ids] == [["lesson 2"]] * 3
    page.locator("#several-tag-name").fill("x" * 51)
    page.locator("#several-tag-add").click()
    expect(page.locator("#several-note")).to_contain_text("0 of 3.")
    expect(page.locator("#several-note")).to_contain_text("“Of several 2”: ")

    page.route(
        f"**/api/jobs/{ids[1]}",
        lambda route: route.fulfill(status=409, content_type="application/problem+json", body=REFUSED),
        times=1,
    )
    page.locator("#several-delete").click()
    expect(page.locator("#confirm-title")).to_have_text("Delete 3 jobs?")
    expect(page.locator("#confirm-name")).to_contain_text("“Of several 1”")
    page.locator('#confirm [value="delete"]').click()
    expect(page.locator("#several-note")).to_have_text(
        "Deleted: 2 of 3. “Of several 2”: The job is running; stop it first."
    )
    expect(page.locator("#several-count")).to_have_text("1 selected")
    expect(rows[0]).to_have_count(0)
    assert product.job(ids[1])["id"] == ids[1]
    page.locator("#several-none").click()
    expect(rows[1].locator(".tick")).to_be_visible()


def test_several_are_stopped_and_what_still_trains_is_not_deleted(page: Page, product: Product):
    running = product.create(**LONG, name="Still trains")["id"]
    ended = product.create(**SHORT, name="Has ended")["id"]
    product.http.post(f"/api/jobs/{ended}/stop")
    product.wait(running, "running")
    open_lab(page, product)
    page.locator("#several").click()
    for one in (running, ended):
        page.locator(f'#jobs tr[data-job-id="{one}"] .pick').check()
    expect(page.locator("#several-stop")).to_have_text("Stop 1")
    page.locator("#several-delete").click()
    expect(page.locator("#confirm-title")).to_have_text("Delete 1 job? 1 that still wait or train stay.")
    page.locator('#confirm [value="keep"]').click()
    page.locator("#several-stop").click()
    expect(page.locator("#several-note")).to_have_text("Asked to stop: 1.")
    row = page.locator(f'#jobs tr[data-job-id="{running}"]')
    expect(row).to_have_attribute("data-status", "stopped")
    expect(page.locator("#several-delete")).to_have_text("Delete 2…")
    with page.expect_navigation(url=re.compile("/compare")):
        page.locator("#several-compare").click()
