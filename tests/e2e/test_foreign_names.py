"""Names that try to be markup: of jobs, tags, notes, classes, files; on pages and in what is taken home."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import watch_console
from tests.made_zip import colours, packed
from tests.product import Product, eventually

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("idle")]
EVIL = "\"'><img src=x onerror=window.owned=1><svg onload=window.owned=1><a href=//evil.example>click</a>"
CLASS = "<img src=x onerror=window.owned=1>"  # a folder's name holds no slash
LOOK = """() => ({
  owned: window.owned ?? null,
  made: document.querySelectorAll('img[src="x"], svg[onload], [onerror], a[href*="evil.example"]').length,
  scripts: [...document.scripts].filter((one) => !one.src).length,
})"""
CLEAN = {"owned": None, "made": 0, "scripts": 0}


@pytest.fixture(scope="module")
def named(product: Product) -> dict[str, str]:
    """Two ended jobs and a data set with such names in all places where people can write."""
    files = {name.replace("red/", f"{CLASS}/"): content for name, content in colours(8).items()}
    files[f"blue/{CLASS}.png"] = b"no picture at all"
    archive = {"archive": ("names.zip", packed(files), "application/zip")}
    answer = product.http.post("/api/datasets", data={"name": "names", "side": "8"}, files=archive)
    assert answer.status_code == 202, answer.text
    state = "/api/datasets/names"
    eventually(lambda: product.http.get(state).json()["state"] == "ready", 30, "the data set")
    ids = {}
    for key, rate in (("one", 0.1), ("other", 0.2)):
        job = product.create(dataset="names", name=f"{key} {EVIL}", epochs=1, learning_rate=rate)
        product.wait(job["id"])
        about = {"notes": EVIL, "tags": [EVIL[:50]]}
        assert product.http.patch(f"/api/jobs/{job['id']}", json=about).status_code == 200
        ids[key] = job["id"]
    return ids


@pytest.fixture
def reader(browser: Browser) -> Iterator[Page]:
    """A page whose console must stay clean: a refused script would be said there."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    console = watch_console(page)
    page.on("dialog", lambda dialog: console.complaints.append(dialog.message))
    yield page
    page.context.close()
    assert console.complaints == []


def test_they_are_text_on_every_page(reader: Page, product: Product, named: dict[str, str]):
    both = f"{named['one']},{named['other']}"
    reader.goto(f"{product.url}/?job={named['one']}&shown={both}")
    expect(reader.locator("#job-name")).to_have_text(f"one {EVIL}")
    expect(reader.locator("#overlaid li")).to_have_count(2)
    expect(reader.locator("#loss-chart .scatterlayer .trace").first).to_be_attached()
    expect(reader.locator("#inside-body > *").first).to_be_attached()
    reader.locator('#inside-tabs [data-kind="confusion"]').click()
    expect(reader.locator("#inside-body")).to_contain_text(CLASS)
    reader.locator(f'tr[data-job-id="{named["one"]}"] [data-action="delete"]').click()
    expect(reader.locator("#confirm-name")).to_contain_text(EVIL)
    assert reader.evaluate(LOOK) == CLEAN
    reader.goto(f"{product.url}/jobs/{named['one']}")
    expect(reader.locator("#note-notes")).to_have_value(EVIL)
    expect(reader.locator("#timeline li[data-seq]").first).to_be_visible()
    assert reader.evaluate(LOOK) == CLEAN
    reader.goto(f"{product.url}/compare?jobs={both}")
    expect(reader.locator("#loss-chart")).to_have_attribute("data-empty", "false")
    expect(reader.locator("#compare-rows tr")).to_have_count(2)
    assert reader.evaluate(LOOK) == CLEAN
    reader.goto(f"{product.url}/studies")
    expect(reader.locator("#base-job option").nth(1)).to_be_attached()
    assert reader.evaluate(LOOK) == CLEAN
    reader.goto(f"{product.url}/data")
    reader.locator('[data-dataset="names"] [data-action="report"]').click()
    expect(reader.locator("#report-body")).to_contain_text(f"blue/{CLASS}.png")
    assert reader.evaluate(LOOK) == CLEAN


def test_they_are_text_in_a_legend_that_plotly_draws(reader: Page, product: Product, named: dict[str, str]):
    reader.goto(f"{product.url}/?job={named['one']}&shown={named['one']},{named['other']}")
    reader.locator("#try-shift").click()
    expect(reader.locator("#try-shift-chart .legendtext").first).to_be_attached()
    assert reader.locator("#try-shift-chart .legendtext a, #try-shift-chart image").count() == 0
    assert reader.evaluate(LOOK) == CLEAN


def test_they_are_text_in_what_is_taken_home(
    reader: Page, product: Product, named: dict[str, str], tmp_path: Path
):
    report = product.http.get(f"/api/jobs/{named['one']}/report.html").text
    policy = '<meta http-equiv="Content-Security-Policy"'
    assert policy in report
    file = tmp_path / "report.html"
    file.write_text(report.replace(policy, '<meta name="no-policy"'))  # the text itself must be harmless
    reader.goto(file.as_uri())
    expect(reader.locator("body")).to_contain_text(EVIL)
    expect(reader.locator("body")).to_contain_text(CLASS)
    assert reader.evaluate(LOOK) == CLEAN
    reader.goto(f"{product.url}/?job={named['one']}&shown={named['one']},{named['other']}")
    expect(reader.locator("#loss-chart .scatterlayer .trace").first).to_be_attached()
    reader.locator("#loss-chart .save summary").click()
    with reader.expect_download() as saved:
        reader.locator('#loss-chart [data-save="svg"]').click()
    svg = Path(saved.value.path()).read_text()
    assert "window.owned" in svg, "the name is there"
    assert ">train, smoothed</text>" in svg, "and what its lines and marks mean"
    assert ">test</text>" in svg
    alone = tmp_path / "curves.svg"
    alone.write_text(svg)
    reader.goto(alone.as_uri())
    found = "window.owned ?? document.querySelectorAll('image, [onload], [onerror], script, a').length"
    assert reader.evaluate(found) == 0


def test_markup_that_got_into_a_page_would_not_run(browser: Browser, product: Product):
    context = browser.new_context()
    page, refused = context.new_page(), []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(f"{product.url}/learn")
    expect(page.locator("#learn")).to_have_attribute("data-state", "ready")
    page.evaluate(
        """() => {
          document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.owned = 1'>");
          const inside = document.createElement("script");
          inside.textContent = "window.owned = 2";
          const elsewhere = document.createElement("script");
          elsewhere.src = "data:text/javascript,window.owned=3";
          document.body.append(inside, elsewhere);
        }"""
    )

    def are_refused():
        page.evaluate("1")  # what the console said meanwhile is heard
        return sum("Content Security Policy" in text for text in refused) >= 3

    eventually(are_refused, 10, "three refusals")
    assert page.evaluate("window.owned ?? null") is None
    context.close()
