"""Who looks elsewhere is told when a job ends: by the tab's title, and by the browser where asked."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import watch_console
from tests.e2e.lab import open_lab, start, wait_for_status
from tests.product import Product

pytestmark = pytest.mark.browser

# Notifications are made as ever, and written down: a test cannot look at the desktop.
RECORD = """() => {
  window.told = [];
  const Real = window.Notification;
  window.Notification = class extends Real {
    constructor(title, options) {
      super(title, options);
      window.told.push([title, options.body]);
      window.last = this;
    }
  };
}"""
HIDE = """() => {
  Object.defineProperty(document, "hidden", { value: true, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""

SHOW = """() => {
  delete document.hidden;
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def allowed(browser: Browser, product: Product):
    """A page whose reader allows notifications."""
    context = browser.new_context(permissions=["notifications"])
    page = context.new_page()
    console = watch_console(page)
    page.add_init_script(f"({RECORD})()")
    yield page
    context.close()
    assert console.complaints == []


def test_who_asked_is_told_of_the_end_while_the_tab_is_hidden(allowed: Page, product: Product):
    page = allowed
    open_lab(page, product, epochs=1_000_000, hidden_sizes=64, batch_size=20)
    page.locator("#notify").click()
    expect(page.locator("#notify")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#notify-note")).to_contain_text("the browser tells you")
    seen = start(page)
    wait_for_status(page, seen, "running")
    product.http.post(f"/api/jobs/{seen}/stop")
    wait_for_status(page, seen, "stopped")
    assert page.evaluate("window.told") == [], "who looks at it sees it"
    hidden = start(page)
    wait_for_status(page, hidden, "running")
    name = product.job(hidden)["name"]
    page.evaluate(HIDE)
    expect(page).to_have_title(re.compile(r"^\d+ % · "))
    product.http.post(f"/api/jobs/{hidden}/stop")
    page.wait_for_function("() => window.told.length === 1")
    title, body = page.evaluate("window.told[0]")
    assert title == f"{name}: stopped"
    assert re.fullmatch(r"As requested; best validation accuracy [\d.]+\u202f%", body)
    expect(page).to_have_title(f"stopped · {name} · Livetrain")
    page.evaluate(SHOW)
    rows = [page.locator(f'tr[data-job-id="{job_id}"]') for job_id in (seen, hidden)]
    rows[0].locator(".job-link").click()
    expect(rows[0]).to_have_attribute("aria-current", "true")
    page.evaluate("window.last.dispatchEvent(new Event('click'))")
    expect(rows[1]).to_have_attribute("aria-current", "true")


def test_the_wish_is_kept_and_taken_back(allowed: Page, product: Product):
    page = allowed
    open_lab(page, product)
    page.locator("#notify").click()
    expect(page.locator("#notify")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.locator("#notify")).to_have_attribute("aria-pressed", "true")
    page.locator("#notify").click()
    page.reload()
    expect(page.locator("#notify")).to_have_attribute("aria-pressed", "false")


def test_a_browser_that_refuses_is_quoted(page: Page, product: Product):
    page.add_init_script(
        """Object.defineProperty(Notification, "permission", { get: () => "denied" });
        Notification.requestPermission = async () => "denied";"""
    )
    open_lab(page, product)
    page.locator("#notify").click()
    expect(page.locator("#notify-note")).to_contain_text("The browser refuses")
    expect(page.locator("#notify")).to_have_attribute("aria-pressed", "false")
