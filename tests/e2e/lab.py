"""What a visitor does on the Lab page, in words."""

import re
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from tests.product import Product, eventually


def open_lab(page: Page, product: Product, **config: Any) -> None:
    """Open the page, with a configuration in its address."""
    page.goto(f"{product.url}/{'?' + urlencode(config) if config else ''}")
    expect(page.locator("#start")).to_be_enabled()
    expect(page.locator("[data-opening]")).to_have_count(0)  # keys count once there is something to see


def start(page: Page) -> str:
    """Press Start; the new job's id."""
    with page.expect_response(
        lambda answer: answer.url.endswith("/api/jobs") and answer.status == 201
    ) as made:
        page.locator("#start").click()
    return str(made.value.json()["id"])


def number(page: Page, selector: str) -> float:
    """The number that an element shows."""
    text = page.locator(selector).first.inner_text()
    found = re.search(r"-?[\d,]*\.?\d+", text)
    return float(found.group().replace(",", "")) if found else 0.0


def steps(page: Page) -> int:
    """The step count on the screen."""
    return int(number(page, "#step-count"))


def wait_for_steps(page: Page, least: int, seconds: float = 30) -> int:
    """Wait until the screen shows at least `least` steps."""
    return eventually(
        lambda: found if (found := steps(page)) >= least else 0, seconds, f"{least} steps shown"
    )


def missing(page: Page) -> str:
    """How many entries or steps the page knows to be missing."""
    return page.locator("#connection").get_attribute("data-missing") or "?"


def wait_for_status(page: Page, job_id: str, status: str, seconds: float = 60) -> None:
    """Wait until the job's row shows `status`."""
    row = page.locator(f'tr[data-job-id="{job_id}"]')
    expect(row).to_have_attribute("data-status", status, timeout=seconds * 1000)


def axis_range(page: Page, chart: str, axis: str = "x") -> tuple[float, float]:
    """What a chart's axis spans now, read off its own layout."""
    plot = f"document.querySelector('#{chart} .js-plotly-plot')"
    low, high = page.evaluate(f"{plot}._fullLayout['{axis}axis'].range")
    return float(low), float(high)


def marks(page: Page, chart: str) -> list[str]:
    """The words of every mark on a chart, read off its own data."""
    found: list[str] = page.evaluate(
        """chart => document.querySelector(`#${chart} .js-plotly-plot`).data
             .flatMap(trace => trace.text ?? []).filter(Boolean)""",
        chart,
    )
    return sorted(set(found))


def drag_zoom(page: Page, chart: str) -> None:
    """Select the middle of a chart with the pointer."""
    page.locator(f"#{chart}").scroll_into_view_if_needed()
    box = page.locator(f"#{chart} .nsewdrag").first.bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.3, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, y, steps=8)
    page.mouse.up()
