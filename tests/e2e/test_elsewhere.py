"""Another site's page in the same browser: its links lead here, its pictures guess no token."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.guesses import MOST_WRONG
from tests.product import Product

TOKEN = "very-secret"
PICTURES = 2 * MOST_WRONG


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    folder: Path = tmp_path_factory.mktemp("elsewhere")
    with Product(folder / "data", LIVETRAIN_TOKEN=TOKEN) as product:
        yield product


@pytest.fixture(scope="module")
def other_site(guarded: Product) -> Iterator[str]:
    """The address of a program of somebody else on this machine, by another name."""
    pictures = "".join(f'<img src="{guarded.url}/login?token=bad{number}">' for number in range(PICTURES))
    bodies = {
        "/link": f'<a href="{guarded.url}/login?token={TOKEN}">in</a>',
        "/plain": f'<a href="{guarded.url}/">there</a>',
        "/pictures": pictures,
    }

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(bodies.get(self.path, "").encode())

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def stranger(browser: Browser) -> Iterator[Page]:
    """A page of a browser that nobody has logged in."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_its_link_logs_in_and_then_a_plain_one_leads_in(stranger: Page, guarded: Product, other_site: str):
    for path in ("/plain", "/link", "/plain"):
        stranger.goto(other_site + path)
        stranger.locator("a").click()
        if path == "/plain" and not stranger.context.cookies(guarded.url):
            expect(stranger.locator("#token")).to_be_visible()  # nobody is logged in yet
            continue
        expect(stranger.locator("#start")).to_be_visible()
        assert stranger.url == f"{guarded.url}/"


def test_its_pictures_lock_nobody_out(stranger: Page, guarded: Product, other_site: str):
    stranger.goto(f"{other_site}/pictures")
    tried = "most => [...document.images].filter((picture) => picture.complete).length === most"
    stranger.wait_for_function(tried, arg=PICTURES)
    stranger.goto(f"{guarded.url}/login?token={TOKEN}")
    expect(stranger.locator("#start")).to_be_visible()
    assert stranger.url == f"{guarded.url}/"
