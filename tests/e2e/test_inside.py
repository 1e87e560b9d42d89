"""A visitor looks inside a training and back through time, sees gap and best epoch, draws crops anew."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.lab import open_lab, start, wait_for_status
from tests.product import Product, eventually

pytestmark = pytest.mark.browser
DIGITS = {
    "dataset": "digits", "hidden_sizes": "16", "activation": "relu", "batch_size": 32, "epochs": 8,
    "momentum": 0.9, "train_size": 500,
}  # fmt: skip
DRAWN = """chart => document.querySelector(`#${chart} .js-plotly-plot`).data.map(
  one => ({fill: one.fill ?? "", symbol: one.marker?.symbol ?? "", points: one.x.length,
           text: [one.text ?? ""].flat().join("")}))"""


def drawn(page: Page, chart: str) -> list[dict[str, object]]:
    """What a chart shows, read off its own data."""
    page.locator(f"#{chart}").scroll_into_view_if_needed()
    found: list[dict[str, object]] = page.evaluate(DRAWN, chart)
    return found


def test_a_training_is_seen_inside_and_back_through_time(page: Page, product: Product):
    open_lab(page, product, **DIGITS)
    job_id = start(page)
    wait_for_status(page, job_id, "completed")
    last = product.job(job_id)["total_steps"]
    body = page.locator("#inside-body")
    tabs = {
        "confusion": ".confusion .class-accuracy",
        "hardest": ".hardest > li img",
        "filters": ".filters canvas",
        "layers": ".layers tr[data-layer]",
    }
    counts = {"confusion": 10, "hardest": 12, "filters": 16, "layers": 2}
    for kind, parts in tabs.items():
        page.locator(f'#inside-tabs [data-kind="{kind}"]').click()
        expect(body).to_have_attribute("data-kind", kind)
        expect(body).to_have_attribute("data-step", str(last))
        expect(body.locator(parts)).to_have_count(counts[kind])
    norms = body.locator(".layers tr[data-layer] td").all_inner_texts()
    scrubber = page.locator("#inside-scrubber")
    scrubber.focus()
    page.keyboard.press("Home")
    expect(body).to_have_attribute("data-step", "0")
    expect(page.locator("#inside-moment")).to_have_text("epoch 0 · step 0")
    assert body.locator(".layers tr[data-layer] td").all_inner_texts() != norms
    page.locator('#inside-tabs [data-kind="confusion"]').click()
    expect(body).to_have_attribute("data-kind", "confusion")
    expect(body).to_have_attribute("data-step", "0")
    page.locator("#inside-live").click()
    expect(body).to_have_attribute("data-step", str(last))
    expect(page).to_have_url(re.compile("inside=confusion"))
    page.reload()
    expect(body).to_have_attribute("data-kind", "confusion")
    told = product.http.get(f"/api/jobs/{job_id}/log?types=snapshot&limit=1000").json()["entries"]
    newest = [entry["data"] for entry in told if entry["kind"] == "confusion"][-1]
    right = newest["accuracy"][3]
    cell = body.locator('.class-accuracy[data-class="3"]')
    expect(cell).to_have_text(re.compile(rf"^{100 * right:.1f}"))
    score = product.job(job_id)["latest"]["validation"]["accuracy"]
    hits = sum(newest["matrix"][label][label] for label in range(10))
    assert hits / newest["samples"] == pytest.approx(score)


def test_the_gap_is_shaded_and_the_best_epoch_marked(page: Page, product: Product):
    open_lab(page, product, **DIGITS)
    job_id = start(page)
    wait_for_status(page, job_id, "completed")
    best = product.job(job_id)["best"]
    for chart, value in (
        ("accuracy-chart", f"test {100 * best['test']['accuracy']:.1f}"),
        ("loss-chart", f"test {best['test']['loss']:.3f}"),
    ):
        eventually(
            lambda chart=chart, value=value: any(value in str(one["text"]) for one in drawn(page, chart)),
            10,
            f"the best epoch on the {chart}",
        )
        traces = drawn(page, chart)
        assert [one["fill"] for one in traces].count("toself") == 1
        squares = [one for one in traces if one["symbol"] == "square"]
        assert squares[0]["points"] == 9  # before training and after each epoch
        assert [one["symbol"] for one in traces].count("star") == 1
        expect(page.locator(f"#{chart} .fills path")).to_have_count(1)
        words = page.locator(f"#{chart}").get_attribute("data-best") or ""
        assert f"epoch {best['epoch']}," in words
        expect(page.locator(f'#{chart} [data-mark="best"]')).to_be_visible()
    page.locator("#gap-shade").click()
    expect(page.locator("#gap-shade")).to_have_attribute("aria-pressed", "false")
    eventually(lambda: not any(one["fill"] for one in drawn(page, "loss-chart")), 10, "the shade to go away")


def test_crops_are_drawn_anew_and_statistics_follow_the_toggles(page: Page, product: Product):
    open_lab(page, product, dataset="digits", architecture="alexnet")
    row = page.locator('#sees-statistics tr[data-channel="grey"] td')
    expect(row.nth(1)).to_have_text(re.compile("^0.3"))
    expect(page.locator("#sees-roll")).to_be_hidden()
    expect(page.locator("#augment-reason")).to_contain_text("crop, no flip. A digit shifted by a pixel stays")
    page.locator('[data-field="standardize"]').click()
    expect(row.nth(1)).to_have_text("0.000 ± 1.000")
    page.locator('[data-field="augment"]').click()
    expect(row.nth(1)).not_to_have_text("0.000 ± 1.000")
    pictures = page.locator("#sees-pictures img")

    def sources() -> list[str]:
        found: list[str] = pictures.evaluate_all("all => all.map(one => one.src)")
        return found

    before = sources()
    page.locator("#sees-roll").click()
    eventually(lambda: sources()[8:] != before[8:], 20, "other crops")
    assert sources()[:8] == before[:8]
    page.locator('[data-field="dataset"]').select_option("circles")
    expect(page.locator("#augment-reason")).to_contain_text("nothing to augment")
    expect(page.locator("#sees-roll")).to_be_hidden()


def test_inside_fits_a_phone(page: Page, product: Product):
    page.set_viewport_size({"width": 390, "height": 844})
    open_lab(page, product, **DIGITS)
    job_id = start(page)
    wait_for_status(page, job_id, "completed")
    for kind in ("confusion", "hardest", "filters", "layers"):
        page.locator(f'#inside-tabs [data-kind="{kind}"]').click()
        expect(page.locator("#inside-body")).to_have_attribute("data-kind", kind)
        fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        eventually(lambda fits=fits: page.evaluate(fits), 5, f"{kind} to fit")
