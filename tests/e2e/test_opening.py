"""Pages while they open: what can be pressed can be answered, nothing moves, and little is fetched."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.addresses import INTERACTIVE, OPENED, SIZES, World, opened
from tests.e2e.lab import wait_for_steps
from tests.e2e.opening import opening_of, shifted, watch_shifts
from tests.product import Product

pytestmark = pytest.mark.browser
LIBRARY = "**/plotly.min.js*"
SCRIPT = 150_000  # bytes of a page's own modules, compressed
STEADY = 0.05  # cumulative layout shift; from 0.1 on readers notice


def test_start_waits_for_the_charts_and_nothing_else_does(page: Page, product: Product):
    held: list[Route] = []
    page.route(LIBRARY, lambda route: held.append(route))
    page.goto(product.url, wait_until="commit")
    expect(page.locator("#sheet")).to_have_attribute("data-state", "ready")
    field = page.locator('[data-field="learning_rate"]')
    field.fill("0.25")
    expect(page).to_have_url(re.compile("learning_rate=0.25"))
    expect(page.locator("#start")).to_be_disabled()
    held[0].continue_()
    expect(page.locator("#start")).to_be_enabled()
    assert page.evaluate("typeof window.Plotly") == "object"


def test_without_its_chart_library_the_page_still_trains(page: Page, product: Product):
    page.route(LIBRARY, lambda route: route.fulfill(status=503))
    page.goto(product.url)
    expect(page.locator("#start")).to_be_enabled()
    expect(page.locator("#loss-chart .chart-empty")).to_contain_text("reload the page")


@pytest.mark.parametrize(
    ("path", "seen"), [("/", "#sees[data-state=ready]"), ("/data", ".thumbnails canvas")]
)
def test_the_first_visitors_console_is_clean_while_workers_warm_up(
    page: Page, tmp_path: Path, path: str, seen: str
):
    answers: list[int] = []
    page.on("response", lambda response: answers.append(response.status))
    with Product(tmp_path / "data") as fresh:
        page.goto(fresh.url + path)
        expect(page.locator(seen).first).to_be_visible(timeout=60_000)
    assert max(answers) < 400


@pytest.mark.parametrize("route", INTERACTIVE)
def test_a_page_fetches_little_and_nothing_from_elsewhere(browser: Browser, world: World, route: str):
    opening = opening_of(browser, opened(world, route), INTERACTIVE[route])
    assert opening.strangers == []
    assert opening.script_bytes <= SCRIPT


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", OPENED)
def test_nothing_moves_while_a_page_opens(page: Page, world: World, path: str, size: str):
    world.furnish()
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    watch_shifts(page)
    page.goto(opened(world, path))
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-opening]")).to_have_count(0)
    total, moved = shifted(page)
    assert total <= STEADY, moved


def test_nothing_moves_while_a_job_trains(page: Page, world: World):
    job = world.product.create(dataset="digits", hidden_sizes=[16], epochs=200, learning_rate=0.05)
    world.product.wait(job["id"], "running")
    watch_shifts(page)
    page.goto(f"{world.product.url}/?job={job['id']}")
    wait_for_steps(page, 500)
    world.product.http.post(f"/api/jobs/{job['id']}/stop")
    world.product.wait(job["id"])
    total, moved = shifted(page)
    assert total <= STEADY, moved
