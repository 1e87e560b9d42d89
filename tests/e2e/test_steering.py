"""A visitor pauses, steps, resumes, adjusts, forks, reorders and takes over, and sees what came of it."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.lab import marks, missing, open_lab, start, steps, wait_for_status, wait_for_steps
from tests.product import Product, eventually

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("idle")]
LONG = {"epochs": 100_000, "hidden_sizes": "16", "batch_size": 20}
ONE_EPOCH = {**LONG, "points": 20_000}  # 900 steps an epoch: none ends, and saves, in between
SHORT = {"epochs": 20, "hidden_sizes": "16", "batch_size": 20}


def pause(page: Page, job_id: str) -> int:
    """Pause and return the step it rests at."""
    page.locator("#pause").click()
    wait_for_status(page, job_id, "paused", seconds=10)
    expect(page.locator("#pause")).to_be_hidden()
    return steps(page)


def test_a_paused_job_does_single_steps_and_goes_on(page: Page, product: Product):
    open_lab(page, product, **LONG)
    job_id = start(page)
    expect(page.locator("#step")).to_be_hidden()
    wait_for_steps(page, 50)
    rested = pause(page, job_id)
    assert rested == product.job(job_id)["step"]
    for further in (1, 2):
        page.locator("#step").click()
        expect(page.locator("#step-count")).to_have_text(f"{rested + further:,}")
        expect(page.locator("#step")).to_have_text("Step")
        expect(page.locator("#job-status")).to_have_text("paused")
    assert product.job(job_id)["step"] == rested + 2
    page.locator("#resume").click()
    wait_for_steps(page, rested + 100)
    assert missing(page) == "0"


def test_an_adjustment_is_taken_up_and_marked_on_both_charts(page: Page, product: Product):
    open_lab(page, product, **LONG)
    start(page)
    wait_for_steps(page, 50)
    rate = page.locator('[data-adjust="learning_rate"]')
    rate.fill("-1")
    rate.press("Enter")
    expect(page.locator("#adjust-error-learning_rate")).to_contain_text("must be above 0")
    expect(rate).to_have_attribute("aria-invalid", "true")
    rate.fill("0.01")
    page.locator("#adjust-apply").click()
    words = re.compile(r"^learning rate 0\.1 → 0\.01, from step [\d,]+$")
    expect(page.locator("#adjust-note")).to_have_text(words)
    expect(page.locator("#adjust-error-learning_rate")).to_be_hidden()
    for chart in ("loss-chart", "accuracy-chart"):
        page.locator(f"#{chart}").scroll_into_view_if_needed()
        eventually(lambda chart=chart: any(map(words.match, marks(page, chart))), 10, "the mark")
    expect(rate).to_have_value("0.01")


def test_what_is_typed_while_an_adjustment_is_sent_stays_and_counts(page: Page, product: Product):
    open_lab(page, product, **LONG)
    job_id = start(page)
    wait_for_steps(page, 50)
    held: list[Route] = []
    page.route("**/adjust", lambda route: held.append(route), times=1)
    rate, decay = (page.locator(f'[data-adjust="{name}"]') for name in ("learning_rate", "weight_decay"))
    rate.fill("0.01")
    rate.press("Enter")
    expect(page.locator("#adjust-note")).to_have_text("asked for learning rate 0.01")
    decay.fill("0.001")
    eventually(lambda: page.evaluate("0") or held, 10, "the first call")
    held[0].continue_()
    expect(page.locator("#adjust-note")).to_contain_text("→ 0.01,")
    expect(decay).to_have_value("0.001")
    expect(page.locator("#adjust-apply")).not_to_have_attribute("aria-disabled", "true")
    rate.fill("0.02")
    rate.press("Enter")
    rate.fill("0.01")
    rate.press("Enter")
    eventually(
        lambda: page.evaluate("0") or len(changed_rates(product, job_id)) == 3, 10, "all three changes"
    )
    assert changed_rates(product, job_id) == [0.01, 0.02, 0.01]
    config = product.job(job_id)["config"]
    assert (config["learning_rate"], config["weight_decay"]) == (0.01, 0.001)


def changed_rates(product: Product, job_id: str) -> list[float]:
    """What the learning rate was changed to, in order."""
    entries = product.http.get(f"/api/jobs/{job_id}/log?types=change").json()["entries"]
    return [entry["after"] for entry in entries if entry["field"] == "learning_rate"]


def test_a_scheduled_rate_is_shown_and_the_configs_own_can_be_asked_for(page: Page, product: Product):
    open_lab(page, product, **LONG, lr_schedule="exponential", lr_gamma=0.99)
    start(page)
    wait_for_steps(page, 500)
    row = page.locator('#adjust [data-row="learning_rate"]')
    expect(row.locator(".now-in-use")).to_contain_text(re.compile(r"now 0?\.?\d"))
    page.locator("#pause").click()
    expect(page.locator("#job-status")).to_have_text("paused")
    expect(page.locator("#adjust-apply")).to_have_attribute("aria-disabled", "true")
    rate = page.locator('[data-adjust="learning_rate"]')
    expect(rate).to_have_value("0.1")
    rate.fill("0.1")
    expect(page.locator("#adjust-apply")).not_to_have_attribute("aria-disabled", "true")
    page.locator("#adjust-apply").click()
    expect(page.locator("#adjust-note")).to_contain_text("→ 0.1, from step")


def test_a_mark_says_what_it_stands_for_under_the_pointer(page: Page, product: Product):
    open_lab(page, product, **LONG)
    job_id = start(page)
    wait_for_steps(page, 200)
    product.http.post(f"/api/jobs/{job_id}/adjust", json={"weight_decay": 0.001})
    expect(page.locator("#adjust-note")).to_contain_text("weight decay 0 → 0.001")
    page.locator("#stop").click()
    wait_for_status(page, job_id, "stopped")
    eventually(lambda: any("weight decay" in words for words in marks(page, "loss-chart")), 10, "the mark")
    place = page.evaluate(
        """() => {
             const plot = document.querySelector('#loss-chart .js-plotly-plot');
             const trace = plot.data.find(one => one.mode === 'lines' && one.text?.[0]?.startsWith('weight'));
             const box = plot.querySelector('.nsewdrag').getBoundingClientRect();
             const {xaxis} = plot._fullLayout;
             return [box.left + xaxis.l2p(trace.x[0]), box.top + box.height / 2];
           }"""
    )
    page.mouse.move(place[0] - 40, place[1])
    page.mouse.move(*place, steps=4)
    expect(page.locator("#loss-chart .hoverlayer")).to_contain_text("weight decay 0 → 0.001")


def test_a_fork_is_overlaid_with_its_parent(page: Page, product: Product):
    open_lab(page, product, **SHORT)
    parent = start(page)
    wait_for_status(page, parent, "completed")
    page.locator("#fork").click()
    rows = page.locator("#checkpoints tr")
    expect(rows.first.locator("input")).to_be_checked()
    listed = product.http.get(f"/api/jobs/{parent}/checkpoints").json()["checkpoints"]
    assert len(listed) > 1
    expect(rows).to_have_count(len(listed))
    link = rows.first.locator("a").get_attribute("href")
    assert link
    assert product.http.get(link).status_code == 200
    chosen = listed[len(listed) // 2 - 1]
    page.locator(f'#checkpoints tr[data-step="{chosen["step"]}"] input').check()
    page.locator('[data-fork="learning_rate"]').fill("-1")
    page.locator("#fork-start").click()
    expect(page.locator("#fork-error-learning_rate")).to_contain_text("must be above 0")
    page.locator('[data-fork="learning_rate"]').fill("0.02")
    with page.expect_request(f"**/api/jobs/{parent}/fork") as asked:
        page.locator("#fork-start").click()
    assert asked.value.post_data_json == {"at_step": chosen["step"], "changes": {"learning_rate": 0.02}}
    expect(page.locator("#fork-dialog")).to_be_hidden()
    current = page.locator("#jobs tr[aria-current]")
    expect(current).not_to_have_attribute("data-job-id", parent)
    child = current.get_attribute("data-job-id") or ""
    wait_for_status(page, child, "completed")
    job = product.job(child)
    assert job["forked_from"]["job_id"] == parent
    assert (job["forked_from"]["step"], job["config"]["learning_rate"]) == (chosen["step"], 0.02)
    expect(page.locator("#job-origin")).to_contain_text(f"at step {chosen['step']:,}")
    expect(current.locator(".origin")).to_contain_text("fork of")
    for one in (parent, child):
        expect(page.locator(f'tr[data-job-id="{one}"] .tick')).to_be_checked()
    expect(page.locator("#overlaid li")).to_have_count(2)
    expect(page.locator("#connection")).to_have_attribute("data-state", "done")
    assert missing(page) == "0"


def test_a_fork_of_a_completed_job_starts_as_it_is_offered(page: Page, product: Product):
    open_lab(page, product, **SHORT)
    parent = start(page)
    wait_for_status(page, parent, "completed")
    page.locator("#fork").click()
    expect(page.locator('[data-fork="epochs"]')).to_have_value(str(2 * SHORT["epochs"]))
    page.locator("#checkpoints tr input").last.check()
    expect(page.locator('[data-fork="epochs"]')).to_have_value(str(SHORT["epochs"]))
    page.locator("#checkpoints tr input").first.check()
    page.locator("#fork-start").click()
    expect(page.locator("#fork-dialog")).to_be_hidden()
    current = page.locator("#jobs tr[aria-current]")
    expect(current).not_to_have_attribute("data-job-id", parent)
    child = current.get_attribute("data-job-id") or ""
    wait_for_status(page, child, "completed")
    assert product.job(child)["epoch"] == 2 * SHORT["epochs"]


def test_waiting_jobs_are_moved_by_keyboard(page: Page, product: Product):
    config: dict[str, Any] = {"epochs": 100_000, "hidden_sizes": [16]}
    slots = sum(device["slots"] for device in product.http.get("/api/devices").json())
    for _ in range(slots):
        product.wait(product.create(**config)["id"], "running")
    first, second = (product.create(**config, seed=seed)["id"] for seed in (1, 2))
    open_lab(page, product)
    row = page.locator(f'tr[data-job-id="{second}"]')
    expect(row.locator(".status")).to_have_text("waiting, 2nd")
    expect(row.locator('[data-action="later"]')).to_be_hidden()
    row.locator('[data-action="sooner"]').focus()
    page.keyboard.press("Enter")
    expect(row.locator(".status")).to_have_text("waiting, 1st")
    expect(page.locator(f'tr[data-job-id="{first}"] .status')).to_have_text("waiting, 2nd")
    expect(row.locator('[data-action="later"]')).to_be_focused()
    assert product.job(second)["queue_position"] == 1


def test_a_job_is_taken_over_as_recipe(page: Page, product: Product):
    job_id = product.create(**{**SHORT, "hidden_sizes": [7]}, learning_rate=0.3, dropout=0.25)["id"]
    product.wait(job_id)
    open_lab(page, product)
    page.locator(f'tr[data-job-id="{job_id}"] .job-link').click()
    page.locator("#as-recipe").click()
    expect(page.locator('[data-field="learning_rate"]')).to_have_value("0.3")
    expect(page.locator('[data-field="hidden_sizes"]')).to_have_value("7")
    expect(page.locator('[data-switch="dropout"]')).to_have_attribute("aria-checked", "true")
    expect(page).to_have_url(re.compile("hidden_sizes=7"))


def test_a_stopped_job_goes_on_in_the_page_that_shows_it(page: Page, product: Product):
    open_lab(page, product, **LONG)
    job_id = start(page)
    wait_for_steps(page, 200)
    page.locator("#stop").click()
    wait_for_status(page, job_id, "stopped")
    expect(page.locator("#connection")).to_have_attribute("data-state", "done")
    expect(page.locator("#adjust")).to_be_hidden()
    stopped = product.job(job_id)["step"]
    page.locator("#resume").click()
    wait_for_steps(page, stopped + 300, seconds=60)
    expect(page.locator("#connection")).to_have_attribute("data-state", "live")
    assert missing(page) == "0"
    assert product.job(job_id)["attempt"] == 2
    eventually(lambda: any("attempt 2" in words for words in marks(page, "loss-chart")), 10, "the mark")


def test_steering_fits_a_phone(page: Page, product: Product):
    page.set_viewport_size({"width": 390, "height": 844})
    open_lab(page, product, **LONG)
    job_id = start(page)
    wait_for_steps(page, 50)
    expect(page.locator("#adjust-fields")).to_be_hidden()
    page.locator("#adjust summary").click()
    expect(page.locator("#adjust-fields")).to_be_visible()
    pause(page, job_id)
    page.locator("#fork").click()
    expect(page.locator("#checkpoints a").first).to_be_visible()
    overflow = """selector => {
      const box = document.querySelector(selector);
      return box.scrollWidth - box.clientWidth;
    }"""
    for box in ("html", "#fork-dialog", "#fork-dialog .scroll", ".job-actions"):
        assert page.evaluate(overflow, box) <= 0, box


def test_a_paused_job_that_gave_its_slot_up_says_so_and_goes_on(page: Page, product: Product):
    open_lab(page, product, **LONG)
    job_id = start(page)
    wait_for_steps(page, 50)
    rested = pause(page, job_id)
    expect(page.locator("#job-notice")).to_be_hidden()
    slots = sum(device["slots"] for device in product.http.get("/api/devices").json())
    others = [product.create(epochs=100_000, hidden_sizes=[16])["id"] for _ in range(slots)]
    for other in others:
        product.wait(other, "running")
    expect(page.locator("#job-notice")).to_contain_text("slot")
    expect(page.locator("#job-status")).to_have_text("paused")
    page.locator("#resume").click()
    expect(page.locator("#job-status")).to_contain_text("waiting")
    expect(page.locator("#job-notice")).to_be_hidden()
    for other in others:
        product.http.post(f"/api/jobs/{other}/stop")
    wait_for_steps(page, rested + 50, seconds=60)
    assert missing(page) == "0"


def test_stop_without_saving_leaves_no_checkpoint_behind(page: Page, product: Product):
    open_lab(page, product, **ONE_EPOCH)
    job_id = start(page)
    wait_for_steps(page, 200)
    page.locator("#stop-more summary").click()
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#stop-unsaved")).to_be_hidden()
    page.locator("#stop-more summary").click()
    page.locator("#stop-unsaved").click()
    wait_for_status(page, job_id, "stopped")
    job = product.job(job_id)
    saved = product.http.get(f"/api/jobs/{job_id}/log?types=checkpoint").json()["entries"]
    assert job["step"] not in [entry["step"] for entry in saved]


def test_a_job_that_diverged_leads_to_a_fork_with_another_rate(page: Page, product: Product):
    open_lab(page, product, **ONE_EPOCH)
    job_id = start(page)
    wait_for_steps(page, 200)
    pause(page, job_id)
    grows = {"learning_rate": 1e6, "weight_decay": 1}  # each step makes the weights a million times larger
    assert product.http.post(f"/api/jobs/{job_id}/adjust", json=grows).status_code == 202
    product.http.post(f"/api/jobs/{job_id}/resume")
    wait_for_status(page, job_id, "failed")
    expect(page.locator("#job-notice")).to_contain_text("fork it from a checkpoint with another rate")
    expect(page.locator("#resume")).to_be_hidden()
    page.locator("#fork").click()
    rate = page.locator('[data-fork="learning_rate"]')
    expect(rate).to_be_focused()
    page.keyboard.type("0.05")
    expect(rate).to_have_value("0.05")
    expect(page.locator('[data-fork="weight_decay"]')).to_have_value("0")
    page.locator("#fork-start").click()
    expect(page.locator("#fork-dialog")).to_be_hidden()
    expect(page.locator("#job-status")).to_have_text("running")
    wait_for_steps(page, 400)
