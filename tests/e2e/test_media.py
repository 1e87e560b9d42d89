"""Other ways to see the pages: magnified, huge, on paper, without motion, in other colours, not at all."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.addresses import OPENED, World, opened, settle
from tests.e2e.crowd import sideways
from tests.e2e.lab import axis_range, open_lab, start, wait_for_steps
from tests.product import Product, eventually

pytestmark = pytest.mark.browser
LIGHT_INK = 0.5  # luminance, 0 black to 1 white
CHART_TEXT = """chart => [...document.querySelectorAll(`#${chart} .xtick text, #${chart} .ytick text`)]
  .map(text => getComputedStyle(text).fill.match(/\\d+/g).slice(0, 3).map(Number))"""


@pytest.mark.parametrize("path", OPENED)
@pytest.mark.parametrize("width", [320, 640])
def test_a_magnified_page_needs_no_sideways_scrolling(page: Page, world: World, path: str, width: int):
    """1280 px at 400 % and at 200 %."""
    world.furnish()
    page.set_viewport_size({"width": width, "height": 640})
    settle(page, opened(world, path))
    too_wide, what = sideways(page)
    assert too_wide <= 0, what


@pytest.mark.parametrize("width", [2560, 3840])
def test_a_huge_screen_gives_its_room_to_the_charts(page: Page, world: World, width: int):
    world.furnish()
    page.set_viewport_size({"width": width, "height": width * 9 // 16})
    settle(page, opened(world, "/?job={digits}"))
    charts = page.locator(".charts").bounding_box()
    chart = page.locator("#loss-chart .chart").bounding_box()
    assert charts
    assert chart
    assert charts["width"] > width * 0.7
    assert chart["height"] > width * 9 / 16 * 0.25


def test_a_page_is_printed_in_light_colours_with_its_charts(page: Page, world: World):
    world.furnish()
    page.emulate_media(color_scheme="dark")
    settle(page, opened(world, "/?job={digits}"))
    expect(page.locator("#loss-chart .scatterlayer .trace").first).to_be_attached()
    assert min(max(ink) for ink in page.evaluate(CHART_TEXT, "loss-chart")) > 255 * LIGHT_INK
    page.emulate_media(media="print", color_scheme="dark")
    assert (
        page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--surface')") == "#ffffff"
    )
    for chart in ("loss-chart", "accuracy-chart"):
        inks = page.evaluate(CHART_TEXT, chart)
        assert inks
        assert max(max(ink) for ink in inks) < 255 * LIGHT_INK
    for control in ("#start", "#axis", "#loss-chart .save", "#time"):
        expect(page.locator(control)).to_be_hidden()
    assert len(page.pdf()) > 20_000


def test_without_motion_nothing_moves_by_itself(page: Page, product: Product):
    page.emulate_media(reduced_motion="reduce")
    open_lab(page, product)
    seconds = page.evaluate(
        """() => [...document.querySelectorAll('*')].flatMap(one => ['', '::before', '::after'].map(part => {
             const style = getComputedStyle(one, part || null);
             const all = `${style.transitionDuration}, ${style.animationDuration}`;
             return Math.max(...all.split(', ').map(parseFloat));
           })).reduce((most, one) => Math.max(most, one), 0)"""
    )
    assert seconds < 0.001


def test_in_the_readers_own_colours_states_can_be_told_apart(page: Page, product: Product):
    page.emulate_media(forced_colors="active")
    open_lab(page, product, standardize="true")
    knob = """name => { const one = document.querySelector(`[data-switch="${name}"], [data-field="${name}"]`);
      const knob = getComputedStyle(one, '::after');
      return [knob.backgroundColor, knob.translate, getComputedStyle(one).borderTopWidth]; }"""
    on, off = (page.evaluate(knob, name) for name in ("standardize", "batch_norm"))
    assert on[0] != off[0]
    assert on[1] != off[1]
    assert on[2] == off[2] == "1px"


def test_a_hidden_tab_draws_and_writes_nothing(page: Page, product: Product):
    page.add_init_script(
        """window.isHidden = false;
           Object.defineProperty(document, 'hidden', { get: () => window.isHidden });
           window.hide = (yes) => {
             window.isHidden = yes;
             document.dispatchEvent(new Event('visibilitychange'));
           };"""
    )
    open_lab(page, product, epochs=100_000, hidden_sizes="16", batch_size=20)
    for asked in ("#sees", "#sheet"):  # answers that were asked for before
        expect(page.locator(asked)).to_have_attribute("data-state", "ready")
    job_id = start(page)
    wait_for_steps(page, 200)
    page.evaluate(
        """() => { hide(true); window.written = 0;
             new MutationObserver((all) => (window.written += all.filter(one =>
               !one.target.closest?.('.chips')).length)).observe(document.querySelector('main'),
               { subtree: true, childList: true, characterData: true, attributes: true }); }"""
    )
    before = product.job(job_id)["step"]
    drawn = axis_range(page, "loss-chart")
    eventually(lambda: product.job(job_id)["step"] > before + 1500, 60, "steps that nobody sees")
    assert page.evaluate("window.written") == 0
    assert axis_range(page, "loss-chart") == drawn
    page.evaluate("hide(false)")
    wait_for_steps(page, before + 1500)
    eventually(lambda: axis_range(page, "loss-chart")[1] > drawn[1], 20, "the curve to catch up")
    product.http.post(f"/api/jobs/{job_id}/stop")
    product.wait(job_id)
