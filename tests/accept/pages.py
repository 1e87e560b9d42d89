"""Promise 7: from the click to the first training point on the page."""

import time
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Page

from tests.accept.report import Report
from tests.e2e.lab import start
from tests.product import Product

PROMPT = 1.0  # seconds, a warm worker and data in memory
CACHED = 6.0  # seconds, CIFAR-10 decoded before
PAINTED = 1.0  # seconds, something to see
USABLE = 2.0  # seconds, everything can be pressed
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"
FIRST_POINT = """job => {
  const shown = new URLSearchParams(location.search).get('job') === job;
  const steps = Number(document.querySelector('#step-count').textContent.replace(/\\D/g, ''));
  return shown && steps > 0 && document.querySelector('#loss-chart .scatterlayer .trace path') !== null;
}"""


def until_start(product: Product, page: Page, config: dict[str, Any]) -> float:
    """Seconds from asking for the page to the moment Start can be pressed."""
    product.ready()
    began = time.monotonic()
    page.goto(f"{product.url}/?{urlencode(config)}", wait_until="commit")
    page.wait_for_function("() => document.querySelector('#start:enabled') !== null", polling=5)
    return time.monotonic() - began


def first_point(product: Product, page: Page) -> float:
    """Seconds from a click on Start to a drawn point."""
    began = time.monotonic()
    job_id = start(page)
    page.wait_for_function(FIRST_POINT, arg=job_id, polling=10)
    seconds = time.monotonic() - began
    product.http.post(f"/api/jobs/{job_id}/stop")
    product.wait(job_id)
    return seconds


def check(report: Report, product: Product, page: Page, with_cifar10: bool) -> None:
    """Circles, digits, and CIFAR-10 from its cache."""
    for name, config in (
        ("circles", {"dataset": "circles", "epochs": 300, "hidden_sizes": "16", "batch_size": 20}),
        ("digits", {"dataset": "digits", "epochs": 20, "hidden_sizes": "64"}),
    ):
        until_start(product, page, config)
        report.at_most(f"{name}: click to first point", first_point(product, page), PROMPT, " s")
        assert page.context.browser
        fresh = page.context.browser.new_page()  # a profile of its own, with nothing cached
        opening = until_start(product, fresh, config)
        seconds = first_point(product, fresh)
        report.at_most(f"{name}, page just opened: click to first point", seconds, PROMPT, " s")
        report.at_most(f"{name}, page just opened: first paint", fresh.evaluate(PAINT), PAINTED, " s")
        report.at_most(f"{name}, page just opened: Start can be pressed", opening, USABLE, " s")
        fresh.close()
    if not with_cifar10:
        report.skipped("CIFAR-10: click to first point", "name an archive or folder with CIFAR10=…")
        return
    config = {"dataset": "cifar10", "architecture": "alexnet", "epochs": 1}
    until_start(product, page, config)
    seconds = first_point(product, page)
    report.at_most("CIFAR-10 from its cache: click to first point", seconds, CACHED, " s")
    job = product.http.get("/api/jobs?limit=1").json()["jobs"][0]
    notes = product.http.get(f"/api/jobs/{job['id']}/log?types=note").json()["entries"]
    report.holds("its progress was shown", bool(notes), notes[-1]["message"] if notes else "no note")
