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
FIRST_POINT = """job => {
  const shown = new URLSearchParams(location.search).get('job') === job;
  const steps = Number(document.querySelector('#step-count').textContent.replace(/\\D/g, ''));
  return shown && steps > 0 && document.querySelector('#loss-chart .scatterlayer .trace path') !== null;
}"""


def first_point(product: Product, page: Page, config: dict[str, Any], *, at_rest: bool = True) -> float:
    """Seconds from the click on Start to a drawn point; `at_rest`: once the chart library is loaded."""
    product.ready()
    page.goto(f"{product.url}/?{urlencode(config)}")
    page.locator("#start:enabled").wait_for()
    if at_rest:
        page.wait_for_function("() => Boolean(window.Plotly)")
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
        report.at_most(f"{name}: click to first point", first_point(product, page, config), PROMPT, " s")
    assert page.context.browser
    fresh = page.context.browser.new_page()  # nothing cached, clicked the moment Start can be
    config = {"dataset": "circles", "epochs": 300, "hidden_sizes": "16", "batch_size": 20}
    seconds = first_point(product, fresh, config, at_rest=False)
    report.at_most("circles, page just opened: click to first point", seconds, PROMPT, " s")
    fresh.close()
    if not with_cifar10:
        report.skipped("CIFAR-10: click to first point", "name an archive or folder with CIFAR10=…")
        return
    config = {"dataset": "cifar10", "architecture": "alexnet", "epochs": 1}
    seconds = first_point(product, page, config)
    report.at_most("CIFAR-10 from its cache: click to first point", seconds, CACHED, " s")
    job = product.http.get("/api/jobs?limit=1").json()["jobs"][0]
    notes = product.http.get(f"/api/jobs/{job['id']}/log?types=note").json()["entries"]
    report.holds("its progress was shown", bool(notes), notes[-1]["message"] if notes else "no note")
