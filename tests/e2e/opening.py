"""A page opened for the first time by a fresh browser profile: what it fetches, and when it can be used."""

import re
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Request

OWN_SCRIPT = re.compile(r"/static/(\w+/)?js/")  # with a stamp or without
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"


@dataclass(frozen=True)
class Opening:
    """`script_bytes`: bodies of the page's own modules as sent, compressed; no HTTP headers, no Plotly."""

    first_paint_seconds: float
    interactive_seconds: float
    modules: int
    script_bytes: int
    strangers: list[str]


def watch_shifts(page: Page) -> None:
    """Count from the next opening of a page on; `shifted` tells."""
    page.add_init_script(
        """window.shifts = []; new PerformanceObserver(list => {
             for (const { value, hadRecentInput, sources } of list.getEntries()) {
               if (!hadRecentInput) window.shifts.push({ value, of: sources.map(({ node }) =>
                 node?.id || node?.className || node?.parentElement?.id || node?.nodeName) });
             } }).observe({ type: 'layout-shift', buffered: true });"""
    )


def shifted(page: Page) -> tuple[float, list[str]]:
    """Cumulative layout shift so far, and what moved."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    shifts = page.evaluate("window.shifts")
    total = sum(one["value"] for one in shifts)
    return total, [f"{one['value']:.4f}: {', '.join(map(str, one['of']))}" for one in shifts]


def opening_of(browser: Browser, address: str, interactive: str) -> Opening:
    """Open `address`; it can be used once something matches the selector `interactive`."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))
    began = time.monotonic()
    page.goto(address, wait_until="commit")
    page.wait_for_function("one => document.querySelector(one) !== null", arg=interactive, polling=5)
    seconds = time.monotonic() - began
    page.wait_for_load_state("networkidle")
    own = [one for one in requests if OWN_SCRIPT.search(one.url)]
    script = sum(one.sizes()["responseBodySize"] for one in own)
    home = urlsplit(address).netloc
    strangers = [
        one.url
        for one in requests
        if not one.url.startswith(("data:", "blob:")) and home != urlsplit(one.url).netloc
    ]
    paint = page.evaluate(PAINT)
    context.close()
    return Opening(paint, seconds, len(own), script, strangers)
