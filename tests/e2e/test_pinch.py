"""Two fingers on a chart zoom it, one moves it or scrolls the page: touch as Chromium dispatches it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.e2e.addresses import settle
from tests.e2e.conftest import watch_console
from tests.e2e.lab import axis_range
from tests.product import Product, eventually

pytestmark = pytest.mark.browser
STEPS = 8  # of a movement

Place = tuple[float, float]


@pytest.fixture(scope="module")
def job_id(product: Product) -> str:
    """A job with a curve of some length."""
    found = str(product.create(epochs=40, batch_size=20)["id"])
    product.wait(found)
    return found


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A page under fingers."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    console = watch_console(page)
    yield page
    context.close()
    assert console.complaints == []


class Hand:
    """Fingers on the page."""

    def __init__(self, page: Page) -> None:
        self.session: CDPSession = page.context.new_cdp_session(page)

    def _send(self, kind: str, places: list[Place]) -> None:
        points = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(places)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def move(self, fingers: list[tuple[Place, Place]]) -> None:
        """Every finger from one place to another, all at once; they go down one after the other."""
        for count in range(1, len(fingers) + 1):
            self._send("touchStart", [begin for begin, _ in fingers[:count]])
        for step in range(1, STEPS + 1):
            share = step / STEPS
            self._send(
                "touchMove",
                [(x + share * (to - x), y + share * (below - y)) for (x, y), (to, below) in fingers],
            )
        self._send("touchEnd", [])


def width_of(seen: tuple[float, float]) -> float:
    """How much of the axis is seen."""
    return seen[1] - seen[0]


def chart_middle(page: Page, chart: str) -> Place:
    """The middle of a chart's plot, once it stands still in the window."""
    page.locator(f"#{chart}").evaluate("one => one.scrollIntoView({ block: 'center' })")
    expect(page.locator(f"#{chart} .scatterlayer .trace").first).to_be_attached()
    box = page.locator(f"#{chart} .nsewdrag").first.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def wait_for_width(page: Page, wanted: float) -> tuple[float, float]:
    """What the loss chart shows once so much of its axis is seen; between two drawings it shows less."""
    return eventually(
        lambda: found if abs(width_of(found := axis_range(page, "loss-chart")) / wanted - 1) < 0.05 else None,
        20,
        f"a view {wanted} wide",
    )  # type: ignore[return-value]


@pytest.mark.parametrize("path", ["/?job={}", "/compare?jobs={}"])
def test_two_fingers_zoom_and_move_a_chart(phone: Page, product: Product, job_id: str, path: str):
    settle(phone, product.url + path.format(job_id))
    x, y = chart_middle(phone, "loss-chart")
    hand = Hand(phone)
    whole = axis_range(phone, "loss-chart")
    wide = width_of(whole)

    hand.move([((x - 30, y), (x - 90, y)), ((x + 30, y), (x + 90, y))])
    third = wait_for_width(phone, wide / 3)
    assert sum(third) / 2 == pytest.approx(sum(whole) / 2, abs=0.03 * wide)
    phone.locator("#accuracy-chart").scroll_into_view_if_needed()
    eventually(lambda: axis_range(phone, "accuracy-chart") == third, 20, "the other chart along")

    x, y = chart_middle(phone, "loss-chart")
    # one above the other, moved together
    hand.move([((x, y - 60), (x + 60, y - 60)), ((x, y + 60), (x + 60, y + 60))])
    eventually(lambda: axis_range(phone, "loss-chart")[0] < third[0], 20, "an earlier part")
    wait_for_width(phone, wide / 3)

    # towards each other, up and down
    hand.move([((x, y - 80), (x, y - 20)), ((x, y + 80), (x, y + 20))])
    wait_for_width(phone, wide)
    assert phone.evaluate("visualViewport.scale") == 1


def test_one_finger_moves_the_chart_or_scrolls_the_page(phone: Page, product: Product, job_id: str):
    settle(phone, f"{product.url}/?job={job_id}")
    x, y = chart_middle(phone, "loss-chart")
    hand = Hand(phone)
    wide = width_of(axis_range(phone, "loss-chart"))
    hand.move([((x - 30, y), (x - 90, y)), ((x + 30, y), (x + 90, y))])
    third = wait_for_width(phone, wide / 3)
    hand.move([((x, y), (x + 60, y))])
    box = phone.locator("#loss-chart .nsewdrag").first.bounding_box()
    assert box
    end = width_of(third) * 60 / box["width"]
    eventually(
        lambda: abs(third[0] - axis_range(phone, "loss-chart")[0] - end) < 0.05 * end, 20, "an earlier part"
    )
    seen = axis_range(phone, "loss-chart")
    before = phone.evaluate("scrollY")
    hand.move([((x, y), (x, y - 200))])
    eventually(lambda: phone.evaluate("scrollY") > before, 20, "the page to scroll")
    assert axis_range(phone, "loss-chart") == seen
