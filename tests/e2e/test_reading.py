"""Reading the charts: values at the pointer, figures of a range, and what is seen as a file."""

import csv
import io
import struct
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.lab import axis_range, drag_zoom, open_lab
from tests.product import Product, eventually

pytestmark = pytest.mark.browser
CHART = "#loss-chart .chart"
CONFIG = {"hidden_sizes": [16], "batch_size": 20, "epochs": 40}


@pytest.fixture(scope="module")
def jobs(product: Product) -> list[str]:
    """Two finished jobs that differ in their learning rate."""
    ids = [product.create(**CONFIG, learning_rate=rate)["id"] for rate in (0.05, 0.5)]
    for job_id in ids:
        product.wait(job_id)
    return ids


def open_both(page: Page, product: Product, jobs: list[str]) -> None:
    open_lab(page, product, job=jobs[1], shown=",".join(jobs))
    expect(page.locator("#overlaid li")).to_have_count(2)
    page.locator(CHART).scroll_into_view_if_needed()
    drawn = "document.querySelectorAll('#loss-chart .scatterlayer .trace').length"
    eventually(lambda: page.evaluate(drawn) > 4, 20, "both jobs drawn")


def point(page: Page, share: float) -> tuple[float, float]:
    """A place on the loss chart, so far from its left axis."""
    box = page.locator("#loss-chart .nsewdrag").first.bounding_box()
    assert box
    return box["x"] + share * box["width"], box["y"] + box["height"] / 2


def train_rows(product: Product, job_id: str) -> list[dict[str, str]]:
    text = product.http.get(f"/api/jobs/{job_id}/metrics.csv").text
    return [row for row in csv.DictReader(io.StringIO(text)) if row["split"] == "train"]


def test_the_pointer_reads_every_job_and_leaves_no_trace(page: Page, product: Product, jobs: list[str]):
    open_both(page, product, jobs)
    page.mouse.move(*point(page, 0.5))
    readout = page.locator("#loss-chart .readout")
    expect(readout.locator("tbody tr")).to_have_count(2)
    step = int("".join(filter(str.isdigit, readout.locator("caption").inner_text())))
    for row, job_id in zip(readout.locator("tbody tr").all(), reversed(jobs), strict=True):
        shown = float(row.locator("td").nth(1).inner_text())
        assert shown == pytest.approx(float(train_rows(product, job_id)[step - 1]["loss"]), abs=6e-4)
        assert row.get_attribute("data-color")
    expect(page.locator("#accuracy-chart .read-line")).to_be_visible()
    page.mouse.move(5, 5)
    expect(readout).to_be_hidden()
    page.locator(CHART).press(".")
    expect(readout).to_be_visible()
    page.locator(CHART).press("Escape")
    expect(readout).to_be_hidden()


def test_a_marked_range_tells_its_figures_and_escape_lets_it_go(
    page: Page, product: Product, jobs: list[str]
):
    open_both(page, product, jobs)
    page.keyboard.down("Shift")
    page.mouse.move(*point(page, 0.3))
    page.mouse.down()
    page.mouse.move(*point(page, 0.6), steps=4)
    page.mouse.up()
    page.keyboard.up("Shift")
    panel = page.locator("#range-panel")
    expect(panel).to_be_visible()
    assert axis_range(page, "loss-chart")[0] < 0, "it was no zoom"
    title = page.locator("#range-title").inner_text().split()
    first, last = int(title[-3]), int(title[-1])
    losses = np.array([float(row["loss"]) for row in train_rows(product, jobs[1])[first - 1 : last]])
    figures = panel.locator('tr[data-split="train"]').first.locator("td")
    count, least, greatest, mean, deviation = (float(text) for text in figures.all_inner_texts()[:5])
    assert count == len(losses)
    for shown, exact in (
        (least, losses.min()),
        (greatest, losses.max()),
        (mean, losses.mean()),
        (deviation, losses.std(ddof=1)),
    ):
        assert shown == pytest.approx(exact, rel=0.01, abs=6e-4)
    page.locator(CHART).focus()
    page.locator(CHART).press("Escape")
    expect(panel).to_be_hidden()
    expect(page.locator("#loss-chart .range-band")).to_be_hidden()


def test_a_range_is_marked_with_keys_and_with_the_button(page: Page, product: Product, jobs: list[str]):
    open_both(page, product, jobs)
    for _ in range(3):
        page.locator(CHART).press("Shift+ArrowRight")
    expect(page.locator("#range-panel")).to_be_visible()
    expect(page.locator("#mark-range")).to_have_attribute("aria-pressed", "true")
    page.locator("#range-clear").click()
    expect(page.locator("#range-panel")).to_be_hidden()
    expect(page.locator("#mark-range")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator('#range-rows tr[data-split="train"]').first).to_contain_text("360")
    page.keyboard.press("Enter")
    expect(page.locator("#range-panel")).to_be_hidden()
    page.locator("#mark-range").click()
    page.mouse.move(*point(page, 0.4))
    page.mouse.down()
    page.mouse.move(*point(page, 0.5), steps=3)
    page.mouse.up()
    expect(page.locator("#range-panel")).to_be_visible()


def test_time_on_the_wall_holds_what_training_does_not_count(page: Page, product: Product, jobs: list[str]):
    open_both(page, product, jobs)
    newest = {}
    for axis, words in (("time", "training time"), ("wall", "since the start")):
        page.locator(f'#axis [value="{axis}"]').check(force=True)
        expect(page.locator("#loss-chart .xtitle")).to_contain_text(words)
        newest[axis] = page.evaluate(
            """() => Math.max(...document.querySelector('#loss-chart .js-plotly-plot').data
                 .filter(trace => trace.mode === 'lines' && trace.opacity === 0.3).flatMap(({x}) => x))"""
        )
    assert newest["wall"] > newest["time"] > 0


def test_what_is_seen_is_saved_as_picture_and_rows(
    page: Page, product: Product, jobs: list[str], tmp_path: Path
):
    open_both(page, product, jobs)
    whole = axis_range(page, "loss-chart")
    drag_zoom(page, "loss-chart")
    eventually(lambda: axis_range(page, "loss-chart") != whole, 10, "a zoomed chart")
    low, high = axis_range(page, "loss-chart")
    files = {}
    for kind in ("png", "svg", "csv"):
        page.locator("#loss-chart .save summary").click()
        with page.expect_download() as made:
            page.locator(f'#loss-chart [data-save="{kind}"]').click()
        files[kind] = tmp_path / made.value.suggested_filename
        made.value.save_as(files[kind])
        assert files[kind].suffix == f".{kind}"
    picture = files["png"].read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">I", picture[16:20])[0] == 2 * page.evaluate(
        "document.querySelector('#loss-chart .chart').clientWidth"
    )
    drawing = files["svg"].read_text()
    assert drawing.startswith("<svg")
    assert "lr 0.05" in drawing
    rows = list(csv.DictReader(io.StringIO(files["csv"].read_text())))
    assert {row["job"] for row in rows} == set(jobs)
    assert {row["rows"] for row in rows} == {"every"}
    steps = [int(row["step"]) for row in rows if row["job"] == jobs[0] and row["split"] == "train"]
    assert steps == [step for step in range(1, 361) if low <= step <= high]
    exact = {row["step"]: row["loss"] for row in train_rows(product, jobs[0])}
    for row in rows:
        if row["job"] == jobs[0] and row["split"] == "train":
            assert float(row["loss"]) == float(exact[row["step"]])
