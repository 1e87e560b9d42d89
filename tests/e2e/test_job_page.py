"""A visitor opens a job's own page, sees all there is of it, edits, and goes on from there."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Console
from tests.e2e.job_page import beginnings, open_job
from tests.e2e.lab import marks, missing, open_lab, wait_for_steps
from tests.product import Product, eventually

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("idle")]
SHORT: dict[str, Any] = {"epochs": 20, "hidden_sizes": [16], "batch_size": 20}
LONG: dict[str, Any] = {"epochs": 100_000, "hidden_sizes": [16], "batch_size": 20}


def test_a_job_has_a_page_that_the_lab_leads_to_and_that_leads_back(page: Page, product: Product):
    job_id = product.create(**SHORT, seed=41, learning_rate=0.05)["id"]
    product.wait(job_id)
    open_lab(page, product)
    row = page.locator(f'#jobs tr[data-job-id="{job_id}"]')
    row.locator(".job-link").click()
    expect(page.locator("#job-name")).to_have_attribute("href", f"/jobs/{job_id}")
    row.locator('[data-action="open"]').click()
    expect(page).to_have_url(re.compile(f"/jobs/{job_id}$"))
    expect(page.locator("#connection")).to_have_attribute("data-state", "done")
    assert missing(page) == "0"
    expect(page.locator('#config-own [data-config="learning_rate"] [data-now]')).to_have_text("0.05")
    expect(page.locator('#config-own [data-config="dataset"]')).to_have_count(0)
    usual = page.locator('#config-usual [data-config="dataset"]')
    expect(usual).to_be_hidden()
    page.locator("#config-usual-count").click()
    expect(usual).to_contain_text("circles")
    expect(page.locator("#config-start")).to_be_hidden()
    expect(page.locator("#sheet")).to_have_attribute("data-state", "ready")
    expect(page.locator('#sheet-rows tr[data-layer="hidden1"]')).to_be_visible()
    saved = product.http.get(f"/api/jobs/{job_id}/checkpoints").json()["checkpoints"]
    expect(page.locator("#saved tr")).to_have_count(len(saved))
    link = page.locator("#saved a").first.get_attribute("href")
    assert link
    assert product.http.get(link).status_code == 200
    for raw in ("#raw-log", "#raw-csv", "#raw-job"):
        assert product.http.get(page.locator(raw).get_attribute("href") or "").status_code == 200
    page.locator("#to-lab").click()
    expect(page.locator(f'#jobs tr[data-job-id="{job_id}"]')).to_have_attribute("aria-current", "true")
    page.go_back()
    expect(page.locator("#facts")).to_contain_text(job_id)


def test_what_happened_is_told_and_filtered_by_type(page: Page, product: Product):
    job_id = product.create(**LONG, seed=42)["id"]
    product.wait(job_id, "running")
    open_job(page, product, job_id)
    wait_for_steps(page, 100)
    product.http.post(f"/api/jobs/{job_id}/adjust", json={"learning_rate": 0.02})
    expect(page.locator('#history [data-change="learning_rate"]')).to_have_attribute("data-after", "0.02")
    own = page.locator('#config-own [data-config="learning_rate"]')
    expect(own.locator("[data-now]")).to_have_text("0.02")
    expect(own.locator("[data-start]")).to_have_text("0.1")
    page.locator("#stop").click()
    expect(page.locator("#job-status")).to_have_text("stopped")
    page.locator("#resume").click()
    expect(page.locator("#lineage")).to_contain_text("2nd attempt")
    wait_for_steps(page, product.job(job_id)["step"] + 50)
    expect(page.locator('#timeline [data-type="rewind"]')).to_have_count(1)
    shown = page.locator("#timeline li[data-seq]")
    every = shown.count()
    change = page.locator('#timeline-types [data-type="change"]')
    change.click()
    expect(change).to_have_attribute("aria-pressed", "true")
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text(re.compile(r"learning rate 0\.1 → 0\.02, from step [\d,]+"))
    page.locator('#timeline-types [data-type="rewind"]').click()
    expect(shown).to_have_count(2)
    change.click()
    page.locator('#timeline-types [data-type="rewind"]').click()
    eventually(lambda: shown.count() >= min(every, 20), 10, "everything again")
    page.locator("#loss-chart").scroll_into_view_if_needed()
    eventually(
        lambda: any("learning rate 0.1 → 0.02" in words for words in marks(page, "loss-chart")),
        10,
        "the mark",
    )


def test_name_tags_and_notes_are_edited_and_refused_beside_their_field(page: Page, product: Product):
    job_id = product.create(**SHORT, seed=43)["id"]
    product.wait(job_id)
    open_job(page, product, job_id)
    save = page.locator("#notes-save")
    expect(save).to_have_attribute("aria-disabled", "true")
    page.locator("#note-tags").fill("lesson 1, " + "x" * 51)
    page.locator("#note-notes").fill("Half as fast, as good.")
    save.click()
    expect(page.locator("#note-tags-error")).to_contain_text("50")
    expect(page.locator("#note-tags")).to_have_attribute("aria-invalid", "true")
    page.locator("#note-tags").fill("lesson 1, baseline, lesson 1")
    page.locator("#note-name").fill("The quiet one")
    save.click()
    expect(save).to_have_text("Saved")
    expect(page.locator("#job-name")).to_have_text("The quiet one")
    expect(page.locator("#note-tags-error")).to_be_hidden()
    job = product.job(job_id)
    assert (job["name"], job["tags"], job["notes"]) == (
        "The quiet one", ["lesson 1", "baseline"], "Half as fast, as good.",
    )  # fmt: skip
    page.locator("#note-notes").fill("Typed here")
    others = {"name": "Renamed elsewhere", "notes": "Written elsewhere"}
    product.http.patch(f"/api/jobs/{job_id}", json=others)
    expect(page.locator("#note-name")).to_have_value("Renamed elsewhere")
    expect(page.locator("#note-notes")).to_have_value("Typed here")
    save.click()
    expect(save).to_have_text("Saved")
    assert product.job(job_id)["notes"] == "Typed here"


def test_a_fork_from_a_checkpoint_shows_both_futures(page: Page, product: Product):
    parent = product.create(**SHORT, seed=46, name="Past")["id"]
    product.wait(parent)
    saved = product.http.get(f"/api/jobs/{parent}/checkpoints").json()["checkpoints"]
    step = saved[len(saved) // 2 - 1]["step"]
    open_job(page, product, parent)
    page.locator(f'#saved tr[data-step="{step}"] button').click()
    expect(page.locator(f'#checkpoints tr[data-step="{step}"] input')).to_be_checked()
    page.locator('[data-fork="name"]').fill("Future")
    page.locator('[data-fork="learning_rate"]').fill("0.5")
    page.locator("#fork-start").click()
    expect(page).to_have_url(re.compile(rf"/jobs/(?!{parent})[\w-]+\?shown={parent}"))
    child = page.locator("#job").get_attribute("data-job-id") or ""
    product.wait(child)
    expect(page.locator("#connection")).to_have_attribute("data-state", "done")
    expect(page.locator("#overlaid li")).to_have_count(2)
    relative = page.locator(f'#lineage [data-job-id="{parent}"]')
    expect(relative).to_contain_text(f"fork at step {step:,} of")
    expect(relative.locator(".tick")).to_be_checked()
    for chart in ("loss-chart", "accuracy-chart"):
        page.locator(f"#{chart}").scroll_into_view_if_needed()
        eventually(
            lambda chart=chart: beginnings(page, chart) == {"Past": 1, "Future": step + 1},
            20,
            "a future that begins where it left the past",
        )
    own = page.locator('#config-own [data-config="learning_rate"] [data-now]')
    expect(own).to_have_text("0.5")
    relative.locator(".tick").uncheck()
    expect(page.locator("#overlaid li")).to_have_count(0)
    expect(page).to_have_url(re.compile(f"/jobs/{child}$"))
    page.go_back()
    expect(relative.locator(".tick")).to_be_checked()
    page.locator("#to-lab").click()
    for one in (parent, child):
        expect(page.locator(f'tr[data-job-id="{one}"] .tick')).to_be_checked()
    page.locator("#loss-chart").scroll_into_view_if_needed()
    eventually(
        lambda: beginnings(page, "loss-chart") == {"Past": 1, "Future": step + 1}, 20, "the same in the Lab"
    )
    page.goto(f"{product.url}/jobs/{parent}")
    expect(page.locator(f'#lineage [data-job-id="{child}"]')).to_contain_text("Future")


def test_an_unknown_and_a_deleted_job_say_so(page: Page, product: Product, console: Console):
    job_id = product.create(**SHORT, seed=44)["id"]
    product.wait(job_id)
    open_job(page, product, job_id)
    page.locator("#job-delete").click()
    expect(page.locator("#confirm")).to_contain_text("its whole log")
    page.locator('#confirm [value="delete"]').click()
    expect(page.locator("#job-gone")).to_be_visible()
    expect(page.locator("#job-gone")).to_contain_text("was deleted")
    expect(page.locator("#live")).to_be_hidden()
    expect(page.locator("#to-lab")).to_have_attribute("href", "/")
    answer = page.goto(f"{product.url}/jobs/{job_id}")
    assert answer is not None
    assert answer.status == 404
    expect(page.locator("#job-gone")).to_contain_text("There is no such job here")
    expect(page.locator("#job-gone")).to_contain_text(job_id)
    console.complaints = [one for one in console.complaints if not one.startswith("404 for")]
    page.locator("#job-gone a").click()
    expect(page.locator("#start")).to_be_enabled()


def test_a_studys_table_leads_to_its_jobs_and_they_lead_back(page: Page, product: Product):
    body = {
        "name": "Two rates", "kind": "sweep", "base": {**SHORT, "epochs": 3},
        "axes": {"learning_rate": [0.01, 0.1]}, "seeds": 2,
    }  # fmt: skip
    study = product.http.post("/api/studies", json=body).json()
    for one in study["job_ids"]:
        product.wait(one)
    page.goto(f"{product.url}/studies?study={study['id']}")
    links = page.locator("#study-table tbody tr .row-jobs a")
    expect(links).to_have_count(4)
    job_id = links.first.get_attribute("data-job-id")
    links.first.click()
    expect(page).to_have_url(re.compile(f"/jobs/{job_id}$"))
    expect(page.locator("#lineage a")).to_have_text("Two rates")
    page.locator("#lineage a").click()
    expect(page.locator("#study-name")).to_have_text("Two rates")


def test_a_job_page_fits_a_phone(page: Page, product: Product):
    name = "A rather long name that has to break somewhere on a phone"
    job_id = product.create(**SHORT, seed=45, name=name)["id"]
    product.wait(job_id)
    page.set_viewport_size({"width": 390, "height": 844})
    open_job(page, product, job_id)
    expect(page.locator("#timeline li").first).to_be_visible()
    fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    eventually(lambda: page.evaluate(fits), 5, "the page to fit")
    page.locator("#loss-chart").scroll_into_view_if_needed()
    expect(page.locator("#loss-chart")).to_have_attribute("data-empty", "false")
    words = page.locator("#accuracy-chart .chart-empty")
    expect(words, "a chart out of sight is not drawn, and yet not empty").to_be_hidden()
    page.locator("#accuracy-chart").scroll_into_view_if_needed()
    expect(page.locator("#accuracy-chart")).to_have_attribute("data-empty", "false")
