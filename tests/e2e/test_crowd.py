"""Every page with no job, one and fifty, on a phone and on a huge screen; and the Lab's list of fifty."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.addresses import INTERACTIVE, settle
from tests.e2e.crowd import STATES, Crowd, sideways
from tests.e2e.lab import open_lab
from tests.product import Product, eventually

pytestmark = pytest.mark.browser

SIZES = [(2560, 1440), (390, 844)]
OF_JOBS = ["/", "/compare", "/studies", "/jobs/{job_id}"]
PAGES = [route for route in INTERACTIVE if route not in ("/login", "/jobs/{job_id}")]
FULL = {"/compare": "/compare?status=completed", "/studies": "/studies?study={study}"}  # with fifty jobs

# An empty page: where it says what to do, in which words, and what is pressed then
NEXT = {
    "/": ("#now .welcome", "Press Start", "#start"),
    "/compare": (".compare-empty", "Start a training in the Lab", '.compare-empty a[href$="/"]'),
    "/studies": ("#list-empty", "Press Start beside a ready-made one", "#ready button:enabled"),
    "/jobs/nothing": ("#job-gone", "start a new one", "#job-gone a"),
    "/experiments": ("#gradient-cost-note", "Press Measure", "#measure-gradient-cost"),
}


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    """A server that fills up."""
    with Product(tmp_path_factory.mktemp("crowd") / "data") as product:
        yield Crowd(product.ready())


@pytest.mark.parametrize("path", NEXT)
def test_an_empty_page_names_the_next_action(page: Page, crowd: Crowd, path: str):
    assert not crowd.jobs()
    part, words, action = NEXT[path]
    console = page.console_of_test  # type: ignore[attr-defined]
    page.goto(crowd.product.url + path)
    expect(page.locator(part)).to_be_visible()
    expect(page.locator(part)).to_contain_text(words)
    expect(page.locator(action).first).to_be_visible()
    console.complaints = [one for one in console.complaints if not one.startswith("404")]


@pytest.mark.parametrize(
    ("state", "path"), [(state, path) for state in STATES for path in (PAGES if state == "none" else OF_JOBS)]
)
def test_no_page_scrolls_sideways(page: Page, crowd: Crowd, state: str, path: str):
    crowd.furnish(state)
    address = FULL.get(path, path) if state == "fifty" else path
    settle(page, crowd.product.url + address.format(**crowd.ids))
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        eventually(lambda: sideways(page) == (0, []), 5, f"nothing to stand out at {width} px", every=0.2)


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_fifty_jobs_do_not_bury_the_page(page: Page, crowd: Crowd, width: int, height: int):
    crowd.furnish("fifty")
    page.set_viewport_size({"width": width, "height": height})
    open_lab(page, crowd.product)
    expect(page.locator("#jobs tr")).not_to_have_count(0)
    box = page.locator("#jobs-scroll").bounding_box()
    assert box
    assert box["height"] < height


def test_a_job_is_found_among_fifty_by_keyboard(page: Page, crowd: Crowd):
    crowd.furnish("fifty")
    open_lab(page, crowd.product)
    expect(page.locator("#jobs tr")).not_to_have_count(0)
    seen = page.locator("#jobs tr:not([hidden])")
    page.keyboard.press("/")
    expect(page.locator("#jobs-search")).to_be_focused()
    page.keyboard.type("Far Longer")
    expect(seen).to_have_count(1)
    expect(seen).to_contain_text("stopped early")
    expect(page.locator("#jobs-found")).to_have_text("1 of 50")
    page.keyboard.type("x")
    expect(page.locator("#jobs-found")).to_have_text("None of 50 matches.")
    page.keyboard.press("Escape")
    expect(page.locator("#jobs-found")).to_have_text("")

    page.locator("#jobs-status").select_option("failed")
    expect(seen).to_have_count(1)
    expect(seen).to_have_attribute("data-job-id", crowd.ids["failed"])
    page.locator("#jobs-all").click()
    expect(page.locator("#jobs-search")).to_be_focused()
    page.keyboard.type("which rate lr 0.5")
    expect(page.locator("#jobs tr[data-study-id]:not([hidden])")).to_have_count(1)
    expect(page.locator("#jobs tr[data-within]:not([hidden])")).to_have_count(3)
    page.locator("#jobs-search").fill("which rate")
    expect(page.locator("#jobs tr[data-within]:not([hidden])")).to_have_count(0)  # all of it: folded


def test_the_list_is_sorted_by_its_heads(page: Page, crowd: Crowd):
    crowd.furnish("fifty")
    open_lab(page, crowd.product)
    expect(page.locator("#jobs tr")).not_to_have_count(0)
    newest = page.locator("#jobs tr").first.get_attribute("data-job-id")
    head = page.locator('#jobs-head [data-sort="best"]')
    head.locator(".sort").focus()

    def best() -> list[float]:
        shown = page.locator("#jobs tr:not([hidden]) .best").all_inner_texts()
        return [float(text.rstrip("%")) for text in shown if text != "–"]

    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    assert best() == sorted(best(), reverse=True)
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert best() == sorted(best())
    page.keyboard.press("Enter")
    expect(head).not_to_have_attribute("aria-sort", "ascending")
    expect(page.locator("#jobs tr").first).to_have_attribute("data-job-id", newest or "")
    page.locator('#jobs-head [data-sort="status"] .sort').click()
    page.locator('#jobs-head [data-sort="status"] .sort').click()
    expect(page.locator("#jobs tr").first).to_have_attribute("data-job-id", crowd.ids["failed"])
