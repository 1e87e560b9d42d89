"""The page while it opens: what can be pressed can be answered."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.product import Product

pytestmark = pytest.mark.browser
LIBRARY = "**/plotly.min.js*"


def test_start_waits_for_the_charts_and_nothing_else_does(page: Page, product: Product):
    held: list[Route] = []
    page.route(LIBRARY, lambda route: held.append(route))
    page.goto(product.url, wait_until="commit")
    expect(page.locator("#sheet")).to_have_attribute("data-state", "ready")
    field = page.locator('[data-field="learning_rate"]')
    field.fill("0.25")
    expect(page).to_have_url(re.compile("learning_rate=0.25"))
    expect(page.locator("#start")).to_be_disabled()
    held[0].continue_()
    expect(page.locator("#start")).to_be_enabled()
    assert page.evaluate("typeof window.Plotly") == "object"


def test_without_its_chart_library_the_page_still_trains(page: Page, product: Product):
    page.route(LIBRARY, lambda route: route.fulfill(status=503))
    page.goto(product.url)
    expect(page.locator("#start")).to_be_enabled()
    expect(page.locator("#loss-chart .chart-empty")).to_contain_text("reload the page")
