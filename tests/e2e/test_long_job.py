"""A job of more steps than the page replays: opened by a sample, zoomed to single steps, moved about."""

import pytest
from playwright.sync_api import Page, expect

from app.store.database import open_database
from tests.accept.long_job import write_job
from tests.e2e.conftest import Console
from tests.e2e.lab import axis_range, drag_zoom, open_lab
from tests.product import Product, eventually
from tests.store import url_in

pytestmark = pytest.mark.browser
CHART = "#loss-chart .chart"
STEPS = 260_000
HEIGHTS = """() => {
    window.heights = [];
    const look = () => {
        const top = document.querySelector("#loss-chart").getBoundingClientRect().top + scrollY;
        if (!heights.includes(top)) heights.push(top);
        requestAnimationFrame(look);
    };
    look();
}"""


@pytest.fixture(scope="module")
def long_job(product: Product) -> str:
    """A finished job of 260,000 steps in the product's log."""
    return write_job(open_database(url_in(product.data_directory)), STEPS, name="long")


def drawn_steps(page: Page) -> list[int]:
    """The steps of the thin line: rows of which none is left out."""
    found = page.evaluate(
        """() => document.querySelector('#loss-chart .js-plotly-plot').data
             .filter(trace => trace.mode === 'lines' && trace.opacity === 0.3).flatMap(({x}) => x)"""
    )
    return [round(step) for step in found]


def zoom_in(page: Page, times: int) -> None:
    for _ in range(times):
        before = axis_range(page, "loss-chart")
        page.locator(CHART).press("+")
        eventually(lambda before=before: axis_range(page, "loss-chart") != before, 10, "a zoomed chart")


def test_a_long_job_opens_with_a_sample_and_zooms_to_single_steps(
    page: Page, product: Product, long_job: str
):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_lab(page, product, job=long_job)
    expect(page.locator("#sampled")).to_have_attribute("data-resolution", "sampled")
    expect(page.locator("#sampled")).to_contain_text("zoom in for single steps")
    samples = [at for at, url in enumerate(asked) if "max_points=4000" in url]
    assert len(samples) == 3, "each split once"
    assert sum("types=" in url for url in asked) == 1, "and the other entries once"
    assert samples[-1] < next(at for at, url in enumerate(asked) if url.endswith("/api/config/schema")), (
        "before the page's own script asks for anything"
    )
    assert not drawn_steps(page)
    page.evaluate(HEIGHTS)
    zoom_in(page, 4)
    expect(page.locator("#sampled")).to_have_attribute("data-resolution", "every")
    zoom_in(page, 8)
    low, high = axis_range(page, "loss-chart")
    assert high - low < 100
    expected = {step for step in range(1, STEPS) if low <= step <= high}
    eventually(lambda: expected <= set(drawn_steps(page)), 10, "every single step drawn")
    page.locator(CHART).press("Escape")
    expect(page.locator("#sampled")).to_have_attribute("data-resolution", "sampled")
    expect(page.locator("#go-live")).to_have_attribute("aria-pressed", "true")
    assert len(page.evaluate("heights")) == 1, "the charts stay where they are whatever is said above them"


def test_the_sample_is_seen_until_finer_rows_come_and_stays_when_they_cannot(
    page: Page, product: Product, console: Console, long_job: str
):
    console.server_may_be_away = True
    held = []
    page.route("**/metrics?*from_step*", lambda route: held.append(route))
    open_lab(page, product, job=long_job)
    expect(page.locator("#sampled")).to_have_attribute("data-resolution", "sampled")
    with page.expect_request(lambda request: "max_points=33468" in request.url):
        zoom_in(page, 4)
    expect(page.locator("#sampled")).to_have_attribute("data-resolution", "coming")
    assert page.evaluate(
        "() => document.querySelector('#loss-chart .js-plotly-plot').data.some(({x}) => x.length > 100)"
    ), "the sample's rows are drawn meanwhile"
    for route in held:
        route.abort("connectionrefused")
    expect(page.locator("#sampled")).to_have_attribute("data-resolution", "failed")
    page.unroute("**/metrics?*from_step*")
    expect(page.locator("#sampled")).to_have_attribute("data-resolution", "every")


def test_wheel_and_axis_move_the_view_and_a_plain_wheel_the_page(page: Page, product: Product, long_job: str):
    page.set_viewport_size({"width": 1440, "height": 600})
    open_lab(page, product, job=long_job)
    expect(page.locator("#sampled")).to_have_attribute("data-resolution", "sampled")
    drag_zoom(page, "loss-chart")
    eventually(lambda: axis_range(page, "loss-chart")[0] > 0, 10, "a zoomed chart")
    zoomed = axis_range(page, "loss-chart")
    page.locator(CHART).hover()
    page.mouse.wheel(120, 0)
    eventually(lambda: axis_range(page, "loss-chart")[0] > zoomed[0], 10, "a moved chart")
    moved = axis_range(page, "loss-chart")
    assert moved[1] - moved[0] == pytest.approx(zoomed[1] - zoomed[0])
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    eventually(
        lambda: axis_range(page, "loss-chart")[1] - axis_range(page, "loss-chart")[0] < moved[1] - moved[0],
        10,
        "a closer look",
    )
    closer = axis_range(page, "loss-chart")
    top = page.evaluate("scrollY")
    page.mouse.wheel(0, 60)
    eventually(lambda: page.evaluate("scrollY") != top, 10, "a scrolled page")
    assert axis_range(page, "loss-chart") == closer
    box = page.locator(CHART).bounding_box()
    assert box
    x, y = box["width"] / 2, box["height"] - 8
    page.locator(CHART).hover(position={"x": x, "y": y})  # its axis, in view, at rest, nothing over it
    box = page.locator(CHART).bounding_box()
    assert box
    page.mouse.down()
    page.mouse.move(box["x"] + x + 80, box["y"] + y, steps=4)
    page.mouse.up()
    eventually(lambda: axis_range(page, "loss-chart")[0] < closer[0], 10, "earlier steps under the pointer")
