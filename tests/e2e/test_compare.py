"""A visitor lays jobs over one another: what differs is said, seeds become bands, a link brings all back."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.lab import axis_range, drag_zoom
from tests.product import Product, eventually

pytestmark = pytest.mark.browser

BASE = {"hidden_sizes": [8], "batch_size": 20, "epochs": 3}


def trained(product: Product, *configs: dict[str, Any]) -> list[str]:
    """The ids of jobs with `configs`, once all of them have ended."""
    ids = [product.create(**{**BASE, **config})["id"] for config in configs]
    for job_id in ids:
        product.wait(job_id)
    return ids


@pytest.fixture
def running(product: Product) -> Iterator[str]:
    """A job that trains for as long as the test lasts."""
    job_id = str(product.create(dataset="digits", epochs=100_000, hidden_sizes=[32], name="Long")["id"])
    yield job_id
    product.http.post(f"/api/jobs/{job_id}/stop", json={"save": False})
    product.wait(job_id)


@pytest.fixture(scope="module")
def rates(product: Product) -> list[str]:
    """Two learning rates, two seeds each: rate by rate."""
    pairs = [(rate, seed) for rate in (0.5, 0.05) for seed in (0, 1)]
    return trained(product, *({"learning_rate": rate, "seed": seed} for rate, seed in pairs))


def compare(page: Page, product: Product, ids: list[str], query: str = "") -> None:
    """Open the page on jobs and wait until every curve of theirs is drawn."""
    page.goto(f"{product.url}/compare?jobs={','.join(ids)}{query}")
    expect(page.locator("#compare")).to_have_attribute("data-state", "ready")
    expect(page.locator("#loss-chart")).to_have_attribute("data-empty", "false")


def legend(page: Page) -> list[str]:
    """What the legend says, from left to right."""
    return page.locator("#compare-legend [data-entry]").all_inner_texts()


def lines(page: Page, count: int) -> None:
    """Wait until the loss chart shows so many lines."""
    expect(page.locator("#loss-chart")).to_have_attribute("data-lines", str(count))


def saved(page: Page, chart: str, kind: str) -> Path:
    """What the menu of a chart saves as `kind`."""
    page.locator(f"{chart} .save summary").click()
    with page.expect_download() as made:
        page.locator(f'{chart} [data-save="{kind}"]').click()
    assert made.value.suggested_filename.startswith("livetrain-comparison-")
    return made.value.path()


def colors(page: Page) -> list[str]:
    """The colours of the curves in the accuracy chart, read off its own data."""
    found: list[str] = page.evaluate(
        """() => [...new Set(document.querySelector('#accuracy-chart .js-plotly-plot').data
             .filter(trace => trace.fill !== 'toself').map(trace => trace.line.color))]"""
    )
    return found


def test_only_what_differs_is_said_and_seeds_become_a_band(page: Page, product: Product, rates: list[str]):
    compare(page, product, rates)
    expect(page.locator("#compare-title")).to_have_text("Learning rate in 4 trainings")
    expect(page.locator("#compare-shared")).to_contain_text("circles · mlp 8 · batch 20")
    assert legend(page) == ["lr 0.5 · 2 seeds", "lr 0.05 · 2 seeds"]
    heads = page.locator("#compare-head [data-column]")
    columns = [head.get_attribute("data-column") for head in heads.all()]
    assert columns[:3] == ["learning_rate", "seeds", "status"]
    assert not {"batch_size", "hidden_sizes", "seed", "epochs"} & set(columns)
    rows = page.locator("#compare-rows tr")
    expect(rows).to_have_count(2)
    expect(rows.first.locator('[data-cell="best_validation"]')).to_contain_text(" ± ")
    lines(page, 4)  # training and validation of both
    bands = "() => document.querySelector('#loss-chart .js-plotly-plot').data.filter(t => t.fill).length"
    assert page.evaluate(bands) == 4
    for mark, is_drawn in {"train": True, "validation": True, "band": True, "test": False}.items():
        expect(page.locator(f'#loss-chart [data-mark="{mark}"]')).to_be_visible(visible=is_drawn)

    page.locator("#accuracy-chart .nsewdrag").first.hover()
    readout = page.locator("#accuracy-chart .readout")
    expect(readout.locator("caption")).to_have_text("epoch 1.50")
    expect(readout.locator("thead th")).to_have_text(["curve", "train, smoothed", "validation"])
    expect(readout.locator("tbody tr")).to_have_count(2)
    expect(readout.locator("tbody tr").first).to_contain_text(
        re.compile(r"lr 0\.5 · 2 seeds[\d.]+.% ±.[\d.]+[\d.]+.% ±.[\d.]+$")
    )
    expect(page.locator("#loss-chart .read-line")).to_be_visible()
    page.locator("#loss-chart .chart").press(".")
    expect(page.locator("#loss-chart .readout[role=status]")).to_be_visible()
    expect(readout).to_be_hidden()

    rows.nth(1).hover()
    faded = page.locator("#loss-chart .scatterlayer > .trace.faded")
    expect(faded).to_have_count(4)  # the other's two lines and two bands
    expect(faded.first).to_have_css("opacity", "0.12")
    page.locator("#compare-title").hover()
    expect(faded).to_have_count(0)
    rows.first.locator("a").first.focus()
    expect(faded).to_have_count(4)

    page.locator("#single").click()
    lines(page, 12)
    page.locator("#band").click()
    lines(page, 8)
    assert page.evaluate(bands) == 0
    expect(rows).to_have_count(4)
    assert legend(page)[1] == "lr 0.5 · seed 1"
    expect(page.locator('#compare-head [data-column="seed"]')).to_be_visible()


def test_colours_by_a_field_are_its_values(page: Page, product: Product, rates: list[str]):
    compare(page, product, rates, "&band=0&show=validation")
    lines(page, 4)
    assert len(colors(page)) == 4
    page.locator("#color-by").select_option("learning_rate")
    assert legend(page) == ["0.05", "0.5", "0", "1"]
    eventually(lambda: len(colors(page)) == 2, 10, "a colour a value")
    dashes = "() => document.querySelector('#loss-chart .js-plotly-plot').data.map(t => t.line.dash)"
    assert page.evaluate(dashes) == ["solid", "dash", "solid", "dash"], "seeds told apart unasked"
    page.locator("#color-dash").select_option("none")
    assert legend(page) == ["lr 0.05 · seed 0", "lr 0.05 · seed 1", "lr 0.5 · seed 0", "lr 0.5 · seed 1"]
    assert page.evaluate(dashes) == ["solid", "dash", "solid", "dash"], "by turns"
    expect(page).to_have_url(re.compile("dash=none"))


def test_the_table_sorts_and_downloads(page: Page, product: Product, rates: list[str]):
    compare(page, product, rates, "&band=0")
    jobs = {job_id: product.job(job_id) for job_id in rates}

    def order() -> list[str]:
        return [row.get_attribute("data-key") or "" for row in page.locator("#compare-rows tr").all()]

    best = page.locator('#compare-head [data-column="best_validation"]')
    expect(best).to_have_attribute("aria-sort", "descending")
    scores = [jobs[job_id]["best"]["accuracy"] for job_id in order()]
    assert scores == sorted(scores, reverse=True)
    expect(page.locator("#compare-rows .mark")).to_have_count(1 if scores[0] > scores[1] else 0)
    page.locator('[data-column="train_seconds"] button').click()
    expect(page.locator('[data-column="train_seconds"]')).to_have_attribute("aria-sort", "ascending")
    seconds = [jobs[job_id]["train_seconds"] for job_id in order()]
    assert seconds == sorted(seconds)
    page.locator('[data-column="learning_rate"] button').focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator('[data-column="learning_rate"]')).to_have_attribute("aria-sort", "descending")
    assert [jobs[job_id]["config"]["learning_rate"] for job_id in order()] == [0.5, 0.5, 0.05, 0.05]
    expect(page).to_have_url(re.compile("sort=-learning_rate"))
    link = page.locator("#compare-rows th a").first
    expect(link).to_have_attribute("href", f"/jobs/{order()[0]}")

    expect(page.locator('[data-cell="parameters"]').first).to_have_text("42")
    with page.expect_download() as downloaded:
        page.locator("#csv").click()
    assert downloaded.value.suggested_filename == "livetrain-comparison.csv"
    with downloaded.value.path().open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    assert [row["id"] for row in table] == order()
    first = jobs[table[0]["id"]]
    assert float(table[0]["best_validation_accuracy"]) == first["best"]["accuracy"]
    assert float(table[0]["train_seconds"]) == first["train_seconds"]
    assert table[0]["parameters"] == "42"
    assert float(table[0]["learning_rate"]) == 0.5
    assert float(table[0]["train_test_gap"]) <= 1

    seen = saved(page, "#loss-chart", "csv").read_text()
    points = list(csv.DictReader(seen.splitlines()))
    assert {row["jobs"] for row in points} == set(rates)
    assert {(row["split"], row["seeds"], row["deviation"]) for row in points} == {
        (split, "1", "") for split in ("train", "validation")
    }
    picture = saved(page, "#loss-chart", "svg").read_text()
    assert all(f"lr 0.5 · seed {seed}" in picture for seed in (0, 1))
    for plot in ("#compare-pair figure:has(#scatter)", "#parallel-card"):
        assert saved(page, plot, "png").read_bytes().startswith(b"\x89PNG")
    assert "Every field at once" in saved(page, "#parallel-card", "svg").read_text()


def test_a_link_brings_everything_back(page: Page, product: Product, rates: list[str]):
    compare(page, product, rates[::-1])
    for control in ("#show-test", "#log-scale", "#single"):
        page.locator(control).click()
    page.locator("#axis").get_by_text("wall").click()
    page.locator("#scatter-x").select_option("train_seconds")
    page.locator("#scatter-y").select_option("final_test")
    page.locator('[data-column="final_test"] button').click()
    page.locator("#smoothing").focus()
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile("smoothing=0.89"))
    lines(page, 6 * 3)
    expect(page.locator('[data-cell="parameters"]').last).to_have_text("42")
    expect(page.locator('[data-cell="gap"]').last).to_contain_text("pt")
    seen = (legend(page), colors(page))
    table = page.locator("#compare-rows").inner_text()
    expect(page.locator("#loss-chart .xtitle")).to_have_text("time since the start, s")
    steps = page.evaluate("history.length")
    drag_zoom(page, "loss-chart")
    expect(page).to_have_url(re.compile("seen=[^&]+,"))
    assert page.evaluate("history.length") == steps
    zoomed = axis_range(page, "loss-chart")
    address = page.url

    fresh = page.context.browser.new_context()  # type: ignore[union-attr]
    other = fresh.new_page()
    other.goto(address)
    lines(other, 6 * 3)
    assert (legend(other), colors(other)) == seen
    expect(other.locator("#compare-rows")).to_have_text(table, use_inner_text=True)
    for pressed in ("#show-train", "#show-validation", "#show-test", "#log-scale", "#single", "#band"):
        expect(other.locator(pressed)).to_have_attribute("aria-pressed", "true")
    expect(other.locator('#axis input[value="wall"]')).to_be_checked()
    assert axis_range(other, "loss-chart") == pytest.approx(zoomed, abs=1e-3 * (zoomed[1] - zoomed[0]))
    expect(other.locator("#go-live")).to_have_attribute("aria-pressed", "false")
    expect(other.locator("#smoothing-value")).to_have_text("0.89")
    expect(other.locator("#scatter-x")).to_have_value("train_seconds")
    expect(other.locator("#scatter-y")).to_have_value("final_test")
    assert other.url == address
    other.locator("#go-live").click()
    expect(other).not_to_have_url(re.compile("seen="))
    fresh.close()
    page.go_back()
    expect(page.locator('#compare-head [data-column="final_test"]')).not_to_have_attribute(
        "aria-sort", re.compile(".")
    )


def test_jobs_are_found_ticked_and_missing_ones_named(page: Page, product: Product, rates: list[str]):
    tagged, doomed = trained(product, {"name": "Mine", "epochs": 1}, {"name": "Doomed", "epochs": 1})
    product.http.patch(f"/api/jobs/{tagged}", json={"tags": ["lesson one"]})
    page.goto(f"{product.url}/compare")
    expect(page.locator("#compare")).to_have_attribute("data-state", "empty")
    expect(page.locator(".compare-empty")).to_contain_text("Tick two or more jobs")
    page.locator("#pick-search").fill("lesson")
    found = page.locator("#pick-list li")
    expect(found).to_have_count(1)
    found.locator("input").check()
    expect(page).to_have_url(re.compile(f"jobs={tagged}"))
    page.locator("#pick-search").fill("no such name")
    expect(page.locator("#pick-nothing")).to_contain_text("No job matches")
    page.locator("#pick-search").fill("doomed")
    expect(found).to_have_count(1)
    page.locator("#pick-all").click()
    expect(page.locator("#compare-rows tr")).to_have_count(2)
    product.http.delete(f"/api/jobs/{doomed}")
    expect(page.locator("#missing-words")).to_contain_text("“Doomed” is no more")
    expect(page.locator("#compare-rows tr")).to_have_count(1)
    page.reload()
    expect(page.locator("#missing-words")).to_contain_text(f"“{doomed}” is no more")
    page.locator("#missing-drop").click()
    expect(page.locator("#missing")).to_be_hidden()
    expect(page).not_to_have_url(re.compile(doomed))
    page.locator("#compare-rows .quiet").click()
    expect(page.locator("#compare")).to_have_attribute("data-state", "empty")


def test_a_whole_study_and_a_search_open_at_once(page: Page, product: Product):
    body = {"kind": "sweep", "name": "Widths", "axes": {"hidden_sizes": [[2], [16]]}, "base": {"epochs": 2}}
    study = product.http.post("/api/studies", json=body).json()["id"]
    page.goto(f"{product.url}/studies?study={study}")
    page.locator("#study-compare").click()
    expect(page.locator("#compare-rows tr")).to_have_count(2)
    assert legend(page) == ["mlp 2", "mlp 16"]
    expect(page).to_have_url(re.compile("jobs="))
    page.goto(f"{product.url}/compare?study=nothing")
    expect(page.locator("#not-found")).to_contain_text("There is no such study here")
    page.goto(f"{product.url}/compare?tag=nobody")
    expect(page.locator("#not-found")).to_contain_text("No job matches")
    page.goto(f"{product.url}/compare?search=widths&status=completed")
    expect(page.locator("#compare-rows tr")).to_have_count(2, timeout=60_000)


def test_a_running_job_grows_and_a_zoom_stays(page: Page, product: Product, rates: list[str], running: str):
    product.wait(running, "running")
    compare(page, product, [running, rates[0]], "&axis=step&show=train")
    newest = """() => Math.max(
        ...document.querySelector('#loss-chart .js-plotly-plot').data.map(trace => trace.x.at(-1)))"""
    seen = page.evaluate(newest)
    eventually(lambda: page.evaluate(newest) > seen, 30, "the curve to grow")
    drag_zoom(page, "loss-chart")
    expect(page.locator("#go-live")).to_have_attribute("aria-pressed", "false")
    zoomed = eventually(
        lambda: found if (found := axis_range(page, "loss-chart"))[0] > 0 else None, 10, "a zoom"
    )
    eventually(lambda: axis_range(page, "accuracy-chart") == zoomed, 10, "the other chart to follow")
    steps = page.locator("#compare-rows tr").filter(has_text="running").locator('[data-cell="steps"]')
    before = steps.inner_text()
    expect(steps).not_to_have_text(before)
    assert axis_range(page, "loss-chart") == zoomed
    page.locator("#loss-chart .chart").focus()
    page.keyboard.press("+")
    width = zoomed[1] - zoomed[0]

    def seen_width() -> float:
        low, high = axis_range(page, "accuracy-chart")
        return high - low

    eventually(lambda: abs(seen_width() - width / 2) < 0.01 * width, 30, "half the width in both")
    page.keyboard.press("Escape")
    expect(page.locator("#go-live")).to_have_attribute("aria-pressed", "true")
    product.http.post(f"/api/jobs/{running}/stop", json={"save": False})
    expect(page.locator("#compare-tally")).to_have_text("2 done")


def test_fifty_jobs_fit_a_phone(page: Page, product: Product, rates: list[str]):
    body = {
        "kind": "sweep", "axes": {"learning_rate": [0.1, 1.0, 10.0], "noise": [0.0, 0.1, 0.2, 0.3]},
        "base": {"epochs": 1, "batch_size": "full"}, "seeds": 4,
    }  # fmt: skip
    study = product.http.post("/api/studies", json=body).json()["id"]
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{product.url}/compare?study={study}")
    expect(page.locator("#compare-tally")).to_have_text("48 done", timeout=120_000)
    expect(page.locator("#compare-title")).to_have_text("Noise and learning rate in 48 trainings")
    assert legend(page)[0] in ("0", "0.1")
    assert page.locator("#picker").get_attribute("open") is None
    page.locator("#picker summary").click()
    expect(page.locator("#pick-list li")).to_have_count(50)
    page.locator("#pick-older").click()
    expect(page.locator("#pick-list li").nth(50).locator("input")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    expect(page.locator("#parallel .parallel-line")).to_have_count(12)
    page.locator("#parallel").scroll_into_view_if_needed()
    expect(page.locator("#scatter .scatterlayer .points path").first).to_be_visible()


def test_a_small_chart_for_each_value_has_the_axes_of_all(page: Page, product: Product, rates: list[str]):
    compare(page, product, rates)
    page.locator("#facet-by").select_option("learning_rate")
    expect(page.locator("#compare-charts")).to_be_hidden()
    small = page.locator("#facets-loss .facet:not([hidden])")
    expect(small).to_have_count(2)
    assert small.locator("h3").all_inner_texts() == ["lr 0.05", "lr 0.5"]
    expect(small.first).to_have_attribute("data-empty", "false")

    def ranges(of: str) -> list[list[list[float]]]:
        found: list[list[list[float]]] = page.evaluate(
            """of => [...document.querySelectorAll(`#${of} .facet:not([hidden]) .js-plotly-plot`)]
                 .map(({ _fullLayout }) => [_fullLayout.xaxis.range, _fullLayout.yaxis.range])""",
            of,
        )
        return found

    first, second = eventually(lambda: len(found := ranges("facets-loss")) == 2 and found, 10, "both charts")
    assert first == second
    small.first.locator(".chart").focus()
    page.keyboard.press("+")
    eventually(lambda: ranges("facets-loss")[1] != second, 10, "the other chart to zoom along")
    assert ranges("facets-loss")[0] == ranges("facets-loss")[1]
    page.locator("#facets-accuracy").scroll_into_view_if_needed()
    eventually(lambda: ranges("facets-accuracy")[0][0] == ranges("facets-loss")[0][0], 10, "the accuracy too")
    eventually(lambda: "facet=learning_rate" in page.url, 10, "the address")
    page.reload()
    expect(small).to_have_count(2)
    page.locator("#facet-by").select_option("none")
    expect(page.locator("#compare-charts")).to_be_visible()
    expect(page.locator("#facets")).to_be_hidden()
