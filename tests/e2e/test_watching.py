"""A viewer in a real browser: sees everything live, is told so, and can press nothing that is refused."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import watch_console
from tests.made_zip import colours, packed
from tests.product import Product, eventually

pytestmark = pytest.mark.browser
TOKEN, VIEWER = "to steer", "to watch"


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Product, dict[str, str]]]:
    """A server with a viewer's token: an ended job, one that trains, two that wait, a study, a data set."""
    folder = tmp_path_factory.mktemp("watched") / "data"
    with Product(folder, LIVETRAIN_TOKEN=TOKEN, LIVETRAIN_VIEWER_TOKEN=VIEWER) as product:
        product.http.headers["authorization"] = f"Bearer {TOKEN}"
        product.ready()
        ended = product.create(epochs=2)["id"]
        product.wait(ended)
        form = {"files": {"archive": ("mine.zip", packed(colours(4)), "application/zip")}}
        assert product.http.post("/api/datasets", data={"name": "mine"}, **form).status_code == 202
        running = product.create(epochs=1_000_000, batch_size=20)["id"]
        product.wait(running, "running")
        for _ in range(2):
            product.create(epochs=3)
        study = {"kind": "sweep", "base": {"epochs": 1}, "axes": {"learning_rate": [0.1, 0.5]}}
        made = product.http.post("/api/studies", json=study).json()["id"]
        yield product, {"ended": ended, "running": running, "study": made}


@pytest.fixture
def viewer(browser: Browser, watched: tuple[Product, dict[str, str]]) -> Iterator[Page]:
    """A page whose reader came by the viewer's link, and whose console must stay clean."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    console = watch_console(page)
    refused: list[str] = []
    page.on("response", lambda answer: refused.append(answer.url) if answer.status == 403 else None)
    page.goto(f"{watched[0].url}/login?token={VIEWER}")
    assert VIEWER not in page.url.split("?")[-1]
    yield page
    context.close()
    assert console.complaints == []
    assert refused == [], "nothing was tried and refused"


def all_disabled(page: Page, *selectors: str) -> None:
    """Each of them is there, at least once, and cannot be pressed."""
    for selector in selectors:
        expect(page.locator(selector).first).to_be_attached()
        for control in page.locator(selector).all():
            expect(control).to_be_disabled()


def is_told(page: Page) -> None:
    expect(page.locator("#watching")).to_be_visible()
    expect(page.locator("#watching")).to_contain_text("Watching only")
    expect(page.locator("#watching a")).to_have_attribute("href", "/login")


def test_the_lab_is_live_and_cannot_be_steered(viewer: Page, watched: tuple[Product, dict[str, str]]):
    product, ids = watched
    viewer.goto(f"{product.url}/?job={ids['running']}")
    is_told(viewer)
    expect(viewer.locator("#connection")).to_have_attribute("data-state", "live")
    before = viewer.locator("#step-count").inner_text()
    expect(viewer.locator("#step-count")).not_to_have_text(before)
    expect(viewer.locator("#sheet")).to_have_attribute("data-state", "ready")
    rows = '#jobs tr[data-status="running"] [data-action="stop"]', '#jobs [data-action="delete"]'
    all_disabled(viewer, "#start", "#pause", "#stop", "#fork", "#stop-unsaved", "#adjust-form input", *rows)
    all_disabled(viewer, "#adjust-apply", "#queue .handle", '#jobs [data-action="sooner"]')
    viewer.locator("#several").click()
    all_disabled(viewer, "#several-stop", "#several-delete", "#several-tag-name", "#several-tag-add")
    viewer.keyboard.press("Escape")
    for key in "spnxf":  # the shortcuts for start, pause, step, stop and fork
        viewer.keyboard.press(key)
    assert product.job(ids["running"])["status"] == "running"


def test_a_jobs_page_cannot_be_changed(viewer: Page, watched: tuple[Product, dict[str, str]]):
    product, ids = watched
    viewer.goto(f"{product.url}/jobs/{ids['ended']}")
    is_told(viewer)
    expect(viewer.locator("#saved tr").first).to_be_visible()
    all_disabled(viewer, "#resume", "#fork", "#saved button", "#job-delete")
    all_disabled(viewer, "#notes-form input", "#notes-form textarea", "#notes-save")
    expect(viewer.locator("#take-home summary")).to_be_enabled()


def test_studies_data_and_lessons_cannot_be_begun(viewer: Page, watched: tuple[Product, dict[str, str]]):
    product, ids = watched
    viewer.goto(f"{product.url}/studies?study={ids['study']}")
    is_told(viewer)
    expect(viewer.locator("#study-shown")).to_be_visible()
    all_disabled(viewer, "[data-ready]", "#own-start", "#study-stop", "#study-delete", "#extend-form button")
    viewer.goto(f"{product.url}/data")
    is_told(viewer)
    all_disabled(viewer, "#upload input", "#upload-start", '[data-dataset="mine"] [data-action="delete"]')
    viewer.goto(f"{product.url}/learn")
    is_told(viewer)
    all_disabled(viewer, "[data-start]")
    viewer.goto(f"{product.url}/compare?jobs={ids['ended']},{ids['running']}")
    is_told(viewer)
    expect(viewer.locator("#compare")).to_have_attribute("data-state", "ready")


def test_the_way_to_steer_is_one_log_in_away(viewer: Page, watched: tuple[Product, dict[str, str]]):
    product, _ = watched
    viewer.goto(f"{product.url}/compare")
    viewer.locator("#watching a").click()
    viewer.locator("#token").fill(TOKEN)
    viewer.locator("form button").click()
    expect(viewer.locator("#start")).to_be_enabled()
    expect(viewer.locator("#watching")).to_have_count(0)


@pytest.mark.parametrize("width", [1440, 390])
def test_who_logs_out_meets_the_log_in(viewer: Page, watched: tuple[Product, dict[str, str]], width: int):
    product, _ = watched
    viewer.set_viewport_size({"width": width, "height": 844})
    viewer.goto(f"{product.url}/compare")
    viewer.get_by_role("button", name="Log out").click()
    expect(viewer).to_have_url(f"{product.url}/login")
    viewer.goto(f"{product.url}/compare")
    expect(viewer).to_have_url(f"{product.url}/login")


@pytest.mark.parametrize("width", [390, 320])
def test_a_phone_has_room_to_say_so(viewer: Page, watched: tuple[Product, dict[str, str]], width: int):
    product, ids = watched
    viewer.set_viewport_size({"width": width, "height": 844})
    viewer.goto(f"{product.url}/?job={ids['running']}")
    is_told(viewer)
    wide = "document.scrollingElement.scrollWidth - window.innerWidth"
    eventually(lambda: viewer.evaluate(wide) <= 0, 10, "nothing to stick out")
