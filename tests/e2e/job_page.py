"""What a visitor does on the Job page, in words."""

from playwright.sync_api import Page, expect

from tests.product import Product

CONNECTED = ("live", "done")


def open_job(page: Page, product: Product, job_id: str, query: str = "") -> None:
    """Open a job's page and wait until its log has come."""
    page.goto(f"{product.url}/jobs/{job_id}{query}")
    expect(page.locator("#now")).to_have_attribute("data-empty", "false")
    page.wait_for_function(
        "states => states.includes(document.getElementById('connection').dataset.state)", arg=CONNECTED
    )


def beginnings(page: Page, chart: str) -> dict[str, float]:
    """The first step of each job's thin line, by the job's name, read off the chart's own data."""
    found: dict[str, float] = page.evaluate(
        """chart => Object.fromEntries(document.querySelector(`#${chart} .js-plotly-plot`).data
             .filter(trace => trace.mode === 'lines' && trace.opacity === 0.3 && trace.x.length)
             .map(trace => [trace.name, trace.x[0]]))""",
        chart,
    )
    return found


def cursor(page: Page, chart: str) -> str | None:
    """The step at which a chart shows its line, None without one in sight."""
    line = page.locator(f"#{chart} .chart-cursor")
    return line.get_attribute("data-step") if line.is_visible() else None
