"""A visitor trains, watches, stops, zooms, compares and comes back."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Console
from tests.e2e.lab import (
    axis_range,
    drag_zoom,
    missing,
    number,
    open_lab,
    start,
    steps,
    wait_for_status,
    wait_for_steps,
)
from tests.product import Product, eventually

pytestmark = pytest.mark.browser
LONG = {"epochs": 100_000, "hidden_sizes": "16", "batch_size": 20}
GROWN = """() => {
    const figure = document.querySelector('#loss-chart');
    const tip = figure.querySelector('.chart-tip [data-role="smooth"]');
    if (!tip) return null;
    const { data, _fullLayout: { xaxis } } = figure.querySelector('.js-plotly-plot');
    const isRaw = ({ mode, opacity }) => mode === 'lines' && opacity === 0.3;
    const drawn = Math.max(...data.filter(isRaw).map(({ x }) => x.at(-1)));
    const [from, to] = xaxis.range;
    const box = tip.getBBox();
    const { width } = figure.querySelector('.chart-tip').getBoundingClientRect();
    const step = (pixel) => from + (pixel / width) * (to - from);
    return { drawn, begins: step(box.x), ends: step(box.x + box.width), pixel: step(1) - step(0) };
}"""


@pytest.mark.parametrize(("preset", "bound"), [("circles", 97), ("xor", 95), ("spiral", 95), ("digits", 95)])
def test_a_ready_made_recipe_reaches_its_accuracy(page: Page, product: Product, preset: str, bound: float):
    open_lab(page, product)
    page.locator(f'[data-preset="{preset}"]').click()
    job_id = start(page)
    wait_for_status(page, job_id, "completed")
    tile = '[data-tile="test-accuracy"] dd'
    shown = tile if page.locator(tile).first.is_visible() else '[data-tile="validation-accuracy"] dd'
    eventually(lambda: number(page, shown) > 50, 10, "the accuracy")
    job = product.job(job_id)
    assert job["latest"]["test"]["accuracy"] * 100 >= bound
    eventually(lambda: steps(page) == job["total_steps"], 10, "the last step on the screen")
    assert missing(page) == "0"


def test_stop_ends_the_job_and_its_button_goes_away(page: Page, product: Product):
    open_lab(page, product, **LONG)
    job_id = start(page)
    wait_for_steps(page, 50)
    page.locator("#stop").click()
    wait_for_status(page, job_id, "stopped", seconds=5)
    expect(page.locator("#stop")).to_be_hidden()
    assert product.job(job_id)["reason"] == "requested"


def test_zoom_is_kept_while_data_arrive_and_live_returns(page: Page, product: Product):
    open_lab(page, product, **LONG)
    job_id = start(page)
    wait_for_steps(page, 400)
    drag_zoom(page, "loss-chart")
    expect(page.locator("#go-live")).to_have_attribute("aria-pressed", "false")
    zoomed = axis_range(page, "loss-chart")
    wait_for_steps(page, steps(page) + 1500)
    assert axis_range(page, "loss-chart") == zoomed
    page.locator("#go-live").click()
    eventually(lambda: axis_range(page, "loss-chart")[1] > zoomed[1], 10, "the newest steps in view")
    product.http.post(f"/api/jobs/{job_id}/stop")
    wait_for_status(page, job_id, "stopped")


def test_curves_grow_between_two_drawings_of_their_chart(page: Page, product: Product, idle):
    open_lab(page, product, dataset="digits", hidden_sizes="256,256", epochs=400, batch_size=32)
    job_id = start(page)
    wait_for_steps(page, 200)
    tip = eventually(lambda: page.evaluate(GROWN), 20, "a tip on the loss chart")
    assert abs(tip["begins"] - tip["drawn"]) <= 2 * tip["pixel"]
    assert tip["drawn"] < tip["ends"] <= product.job(job_id)["step"] + 2 * tip["pixel"]
    product.http.post(f"/api/jobs/{job_id}/stop")
    wait_for_status(page, job_id, "stopped")
    expect(page.locator(".chart-tip path")).to_have_count(0)
    assert steps(page) == product.job(job_id)["step"]


def test_two_jobs_are_overlaid_in_the_same_colours_everywhere(page: Page, product: Product):
    ids = []
    for rate in (0.05, 0.5):
        open_lab(page, product, epochs=100, hidden_sizes="16", batch_size=20, learning_rate=rate)
        ids.append(start(page))
        wait_for_status(page, ids[-1], "completed")
    first = page.locator(f'tr[data-job-id="{ids[0]}"] .tick')
    if not first.is_checked():
        first.check()
    expect(page.locator("#overlaid li")).to_have_count(2)

    def colours() -> list[str]:
        return page.evaluate(
            """() => [...document.querySelectorAll('#loss-chart .scatterlayer .trace .lines path')]
                 .map(path => getComputedStyle(path).stroke)"""
        )

    page.locator("#loss-chart").scroll_into_view_if_needed()  # what is out of sight is not drawn
    eventually(lambda: len(set(colours())) >= 2, 10, "two colours on the chart")
    swatches = page.evaluate(
        """ids => ids.map(id => getComputedStyle(
             document.querySelector(`tr[data-job-id="${id}"] .tick`)).backgroundColor)""",
        ids,
    )
    assert len(set(swatches)) == 2
    assert set(swatches) <= set(colours())


def test_a_reload_catches_up_without_a_gap(page: Page, product: Product):
    open_lab(page, product, **LONG)
    job_id = start(page)
    before = wait_for_steps(page, 300)
    page.reload()
    wait_for_steps(page, before + 300)
    expect(page.locator("#connection")).to_have_attribute("data-state", "live")
    product.http.post(f"/api/jobs/{job_id}/stop")
    wait_for_status(page, job_id, "stopped")
    eventually(lambda: steps(page) == product.job(job_id)["step"], 10, "every step on the screen")
    assert missing(page) == "0"


def test_a_server_that_died_is_said_and_caught_up_with(page: Page, own_product: Product, console: Console):
    console.server_may_be_away = True
    open_lab(page, own_product, **LONG)
    job_id = start(page)
    wait_for_steps(page, 300)
    own_product.kill_server()
    expect(page.locator("#connection")).not_to_have_attribute("data-state", "live", timeout=10_000)
    seen = steps(page)
    own_product.start()
    wait_for_steps(page, seen + 300, seconds=60)
    own_product.http.post(f"/api/jobs/{job_id}/stop")
    wait_for_status(page, job_id, "stopped")
    job = own_product.job(job_id)
    assert job["attempt"] == 1
    eventually(lambda: steps(page) == job["step"], 10, "every step on the screen")
    assert missing(page) == "0"


def test_a_failed_job_says_why_in_words(page: Page, product: Product):
    fields = {"dataset": "digits", "hidden_sizes": "32,32,32", "activation": "relu", "learning_rate": 1000000}
    open_lab(page, product, **fields, loss_reduction="sum", epochs=50)
    job_id = start(page)
    wait_for_status(page, job_id, "failed")
    expect(page.locator("#job-notice")).to_contain_text("smaller learning rate")
    expect(page.locator("#stop")).to_be_hidden()


def test_the_selected_job_cannot_be_left_off_the_charts(page: Page, product: Product):
    ids = [product.create(epochs=2, seed=seed)["id"] for seed in (11, 12)]
    for job_id in ids:
        product.wait(job_id)
    open_lab(page, product)
    rows = [page.locator(f'tr[data-job-id="{job_id}"]') for job_id in ids]
    rows[0].locator(".job-link").click()
    tick = rows[0].locator(".tick")
    expect(tick).to_be_checked()
    tick.click()
    expect(tick).to_be_checked()
    rows[1].locator(".tick").check()
    tick.uncheck()
    expect(rows[1]).to_have_attribute("aria-current", "true")


def test_after_a_delete_the_focus_is_among_the_jobs(page: Page, product: Product):
    job_id = product.create(epochs=1)["id"]
    product.wait(job_id)
    product.wait(product.create(epochs=1, seed=5)["id"])
    open_lab(page, product)
    page.locator(f'tr[data-job-id="{job_id}"] [data-action="delete"]').click()
    page.locator('#confirm [value="delete"]').click()
    expect(page.locator(f'tr[data-job-id="{job_id}"]')).to_have_count(0)
    expect(page.locator("#jobs-scroll")).to_be_focused()
