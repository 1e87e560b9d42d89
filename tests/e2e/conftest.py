"""A real browser for the page; any console error or failed request fails the test."""

from collections.abc import Generator, Iterator

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    expect,
    sync_playwright,
)

from tests.browser_setup import ARGUMENTS, browser_path
from tests.e2e.addresses import World, world_in
from tests.product import TERMINAL, Product

expect.set_options(timeout=20_000)  # ms; a condition that holds is seen at once, also on a busy machine

WATCHED: list["Console"] = []  # of the test that runs
EXPECTED = {409, 422, 503}  # answers the page is built to show: not on disk, cannot be, ask again


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    path = browser_path()
    if path is None:
        pytest.skip("no browser: install Chromium, or run `playwright install chromium`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, chromium_sandbox=False, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Servers for tests that go through all pages; with nothing in them until a test furnishes them."""
    with world_in(tmp_path_factory.mktemp("pages")) as world:
        yield world


def stop_all(product: Product) -> None:
    """Nothing trains or waits any more."""
    for job in product.http.get("/api/jobs?limit=500").json()["jobs"]:
        if job["status"] not in TERMINAL:
            product.http.post(f"/api/jobs/{job['id']}/stop", json={"save": False})
            product.wait(job["id"])


@pytest.fixture
def idle(product: Product) -> Iterator[None]:
    """Nothing that a test left training holds the slot of the next."""
    yield
    stop_all(product)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test that failed left training holds no slot of the next either."""
    report = yield
    if call.when == "call" and report.failed and "product" in item.funcargs:
        stop_all(item.funcargs["product"])
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown() -> None:
    """The test is over: that its servers go before its pages is no complaint."""
    for console in WATCHED:
        console.is_over = True
    WATCHED.clear()


class Console:
    """What the browser complained about."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.server_may_be_away = False
        self.is_over = False

    def note_message(self, message: ConsoleMessage) -> None:
        """Errors and warnings; a refused answer is judged by its status instead."""
        if message.type in ("error", "warning") and not message.text.startswith(
            "Failed to load resource: the"
        ):
            self._add(f"{message.type}: {message.text}")

    def note_error(self, error: object) -> None:
        """An exception nobody caught."""
        self._add(f"uncaught: {error}")

    def note_response(self, response: Response) -> None:
        """An answer that the page is not built for."""
        refused_log_in = response.status == 401 and response.url.endswith("/login")  # the form says so
        if response.status >= 400 and response.status not in EXPECTED and not refused_log_in:
            self._add(f"{response.status} for {response.url}")

    def _add(self, complaint: str) -> None:
        if not self.is_over and not (
            self.server_may_be_away and ("ERR_CONNECTION" in complaint or "WebSocket" in complaint)
        ):
            self.complaints.append(complaint)


def watch_console(page: Page) -> Console:
    """Collect the complaints of `page` from now on."""
    console = Console()
    page.on("console", console.note_message)
    page.on("pageerror", console.note_error)
    page.on("response", console.note_response)
    WATCHED.append(console)
    return console


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile per test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield context
    context.close()


@pytest.fixture
def console(page: Page) -> Console:
    """The complaints so far."""
    return page.console_of_test  # type: ignore[attr-defined,no-any-return]


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page whose console must stay clean."""
    page = context.new_page()
    page.set_default_timeout(30_000)
    console = watch_console(page)
    page.console_of_test = console  # type: ignore[attr-defined]
    yield page
    assert console.complaints == []
