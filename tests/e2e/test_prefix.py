"""Behind a proxy that serves it below a path: every page, every link and every websocket stays below it."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.addresses import INTERACTIVE, World
from tests.e2e.conftest import watch_console
from tests.e2e.lab import start, wait_for_status
from tests.product import Product
from tests.proxy import proxy_to

pytestmark = pytest.mark.browser
PREFIX = "/live"
LINKS = "[...document.querySelectorAll('a[href], form[action]')].map(one => one.href ?? one.action)"


@pytest.fixture(scope="module")
def prefixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A server that knows its prefix, with jobs."""
    with Product(tmp_path_factory.mktemp("prefixed") / "data", LIVETRAIN_ROOT_PATH=PREFIX) as product:
        world = World(product.ready(), "")
        world.furnish()
        yield world


@pytest.fixture(params=["http", "http, stripping", "https"])
def below(request: pytest.FixtureRequest, prefixed: World, tmp_path: Path) -> Iterator[str]:
    """The address that the proxy serves it at."""
    certificate = None
    if request.param == "https":
        if shutil.which("openssl") is None:
            pytest.skip("no openssl to make a certificate with")
        certificate = (str(tmp_path / "certificate.pem"), str(tmp_path / "key.pem"))
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
        command += ["-subj", "/CN=127.0.0.1", "-out", certificate[0], "-keyout", certificate[1]]
        subprocess.run(command, check=True, capture_output=True)
    strips = request.param.endswith("stripping")
    with proxy_to(prefixed.product.port, PREFIX, strips=strips, certificate=certificate) as address:
        yield address


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    """A page whose console must stay clean, also with a certificate that nobody signed."""
    context = browser.new_context(ignore_https_errors=True, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(30_000)
    console = watch_console(page)
    yield page
    context.close()
    assert console.complaints == []


def test_every_page_stays_below_the_prefix(visitor: Page, below: str, prefixed: World):
    asked: list[str] = []
    visitor.on("request", lambda request: asked.append(request.url))
    visitor.on("websocket", lambda socket: asked.append(socket.url))
    for route, interactive in INTERACTIVE.items():
        if route == "/login":
            continue  # an open server leads on to the Lab
        visitor.goto(below + route.format(**prefixed.ids))
        expect(visitor.locator(interactive).first).to_be_attached()
        elsewhere = [link for link in visitor.evaluate(LINKS) if not is_below(link, below)]
        assert elsewhere == [], route
    assert [address for address in asked if not is_below(address, below)] == []


def is_below(address: str, below: str) -> bool:
    """Whether `address` is one of this server's behind its proxy; what a page made itself counts as such."""
    parts, home = urlsplit(address), urlsplit(below)
    if parts.scheme in ("data", "blob"):
        return True
    return parts.netloc == home.netloc and (parts.path + "/").startswith(home.path + "/")


def test_a_job_is_trained_and_watched_through_the_proxy(visitor: Page, below: str):
    sockets: list[str] = []
    visitor.on("websocket", lambda socket: sockets.append(socket.url))
    visitor.goto(f"{below}/?epochs=30&hidden_sizes=8&batch_size=20")
    expect(visitor.locator("#start")).to_be_enabled()
    job_id = start(visitor)
    wait_for_status(visitor, job_id, "completed")
    expect(visitor.locator("#connection")).to_have_attribute("data-missing", "0")
    api = below.replace("http", "ws", 1) + "/api/"
    assert any(f"/jobs/{job_id}/stream" in address for address in sockets)
    assert [address for address in sockets if not address.startswith(api)] == []
    visitor.locator('.pages a[href$="/studies"]').click()
    expect(visitor.locator("#ready li").first).to_be_visible()
