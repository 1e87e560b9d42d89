"""A visitor keeps a report: it opens from the disk, without server, network, script or complaint."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import watch_console
from tests.product import Product

pytestmark = pytest.mark.browser


def kept(page: Page, link: str, folder: Path) -> Path:
    """What `link` downloads."""
    with page.expect_download() as coming:
        page.locator(link).click()
    target = folder / coming.value.suggested_filename
    coming.value.save_as(target)
    return target


def open_from_disk(browser: Browser, file: Path, width: int) -> Page:
    """The file in a browser of its own that has no network and runs no script."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, offline=True, java_script_enabled=False
    )
    page = context.new_page()
    page.console_of_test = watch_console(page)  # type: ignore[attr-defined]
    page.asked_of_test = asked = []  # type: ignore[attr-defined]
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    return page


def check_quiet(page: Page, file: Path) -> None:
    """Nothing but the file was asked for, and nothing was complained about."""
    assert [url for url in page.asked_of_test if not url.startswith("data:")] == [file.as_uri()]  # type: ignore[attr-defined]
    assert page.console_of_test.complaints == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [1440, 390])
def test_a_jobs_report_opens_from_the_disk(
    page: Page, product: Product, browser: Browser, tmp_path: Path, width: int
):
    job = product.create(
        dataset="digits", architecture="cnn", layers="conv 8 3x3, relu", epochs=2, name="<b>mine</b>"
    )
    product.wait(job["id"])
    page.goto(f"{product.url}/?job={job['id']}")
    page.locator("#take-home summary").click()
    file = kept(page, "#home-report", tmp_path)
    opened = open_from_disk(browser, file, width)
    expect(opened.locator("h1")).to_have_text("<b>mine</b>")
    expect(opened.locator("svg .line.train >> visible=true")).to_have_count(4)
    tick = opened.locator("svg .tick >> visible=true").first.bounding_box()
    assert tick
    assert tick["height"] >= 12, "a line of 11 px takes that"
    expect(opened.locator(".filters img").first).to_be_visible()
    expect(opened.locator(".confusion .cell")).to_have_count(100)
    picture = opened.locator("html").bounding_box()
    assert picture
    assert picture["width"] <= width
    shade = opened.locator(".confusion .cell.right").first
    expect(shade).not_to_have_css("background-color", "rgba(0, 0, 0, 0)")  # its style is let in
    opened.get_by_text("fields at their defaults").click()
    expect(opened.locator("details table")).to_be_visible()
    check_quiet(opened, file)
    opened.context.close()


def test_a_studys_report_opens_from_the_disk(page: Page, product: Product, browser: Browser, tmp_path: Path):
    body = {"kind": "sweep", "axes": {"learning_rate": [0.01, 0.5]}, "base": {"epochs": 3}}
    study = product.http.post("/api/studies", json=body).json()
    for job_id in study["job_ids"]:
        product.wait(job_id)
    page.goto(f"{product.url}/studies?study={study['id']}")
    expect(page.locator("#study")).to_have_attribute("data-status", "completed")
    file = kept(page, "#study-report", tmp_path)
    opened = open_from_disk(browser, file, 1440)
    expect(opened.locator("#question")).to_have_text("What is the best choice of learning rate?")
    expect(opened.locator("svg >> visible=true")).to_have_count(4)
    check_quiet(opened, file)
    opened.context.close()
