"""The list after a study, on a phone, and in colours that stay."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import watch_console
from tests.e2e.lab import open_lab, start, wait_for_status
from tests.product import Product, eventually

pytestmark = pytest.mark.browser
SHORT = {"hidden_sizes": [8], "batch_size": 20, "epochs": 3}


def new_study(product: Product, name: str, *, seeds: int, epochs: int = 3) -> dict[str, Any]:
    """A small sweep over the rate."""
    body = {
        "name": name, "kind": "sweep", "base": {**SHORT, "epochs": epochs},
        "axes": {"learning_rate": [0.01, 0.1]}, "seeds": seeds,
    }  # fmt: skip
    response = product.http.post("/api/studies", json=body)
    assert response.status_code == 201, response.text
    return dict(response.json())


def finish(product: Product, study: dict[str, Any]) -> None:
    """Wait until all its jobs have ended."""
    for job_id in study["job_ids"]:
        product.wait(job_id)


def row(page: Page, job_id: str) -> Locator:
    """A job's row."""
    return page.locator(f'#jobs tr[data-job-id="{job_id}"]')


def color(page: Page, job_id: str, part: str) -> str:
    """The background of a part of a job's row."""
    found: str = row(page, job_id).locator(part).evaluate("one => getComputedStyle(one).backgroundColor")
    return found


def test_studies_are_folded_into_a_row_each_and_open_by_keyboard(page: Page, product: Product):
    alone = product.create(**SHORT, seed=71)["id"]
    product.wait(alone)
    studies = [new_study(product, name, seeds=2) for name in ("First rates", "Second rates")]
    for study in studies:
        finish(product, study)
    open_lab(page, product)
    first, second = (page.locator(f'#jobs tr[data-study-id="{study["id"]}"]') for study in studies)
    expect(first).to_contain_text("First rates")
    expect(first).to_contain_text("4 of 4 done")
    expect(first.locator(".best")).to_contain_text("%")
    expect(first.locator(".study-link")).to_have_attribute("href", f"/studies?study={studies[0]['id']}")
    expect(row(page, alone)).to_be_visible()
    inside = page.locator(f'#jobs tr[data-within="{studies[0]["id"]}"]')
    expect(inside).to_have_count(4)
    for one in inside.all():
        expect(one).to_be_hidden()

    first.locator(".fold").focus()
    page.keyboard.press("Enter")
    expect(first.locator(".fold")).to_have_attribute("aria-expanded", "true")
    expect(second.locator(".fold")).to_have_attribute("aria-expanded", "false")
    for one in inside.all():
        expect(one).to_be_visible()
    expect(inside.last.locator(".job-called")).to_have_text("lr 0.01 · seed 0")

    ticked, selected = studies[0]["job_ids"][:2]
    row(page, selected).locator(".job-link").click()
    row(page, ticked).locator(".tick").check()
    later = product.create(**SHORT, seed=72)["id"]  # the list is written anew
    wait_for_status(page, later, "completed")
    expect(first.locator(".fold")).to_have_attribute("aria-expanded", "true")
    first.locator(".fold").focus()
    page.keyboard.press("Space")
    expect(first.locator(".fold")).to_have_attribute("aria-expanded", "false")
    expect(first).to_contain_text("2 on the charts")
    for job_id in (ticked, selected):
        expect(row(page, job_id)).to_be_visible()
        expect(row(page, job_id).locator(".tick")).to_be_checked()
    for job_id in studies[0]["job_ids"][2:]:
        expect(row(page, job_id)).to_be_hidden()
    row(page, ticked).locator(".tick").uncheck()
    expect(row(page, ticked)).to_be_hidden()
    expect(first.locator(".fold")).to_be_focused()
    first.locator(".study-link").click()
    expect(page.locator("#study-name")).to_have_text("First rates")


def test_a_study_counts_while_it_runs(page: Page, product: Product):
    open_lab(page, product)
    study = new_study(product, "Counting", seeds=2, epochs=400)
    line = page.locator(f'#jobs tr[data-study-id="{study["id"]}"]')
    expect(line).to_contain_text("Counting")
    expect(line).to_have_attribute("data-status", "running")
    seen = []
    for done in range(4):
        words = f"{done} of 4 done"
        if line.locator(".progress small").inner_text() == words:
            seen.append(words)
        product.wait(study["job_ids"][done])
    expect(line).to_contain_text("4 of 4 done")
    expect(line).to_have_attribute("data-status", "completed")
    assert seen, "it was seen before its end"
    more = product.http.post(f"/api/studies/{study['id']}/extend", json={"seeds": 3}).json()
    expect(line).to_contain_text("of 6 done")
    finish(product, more)
    expect(line).to_contain_text("6 of 6 done")


def test_colours_stay_after_a_reload_elsewhere_and_in_studies(page: Page, product: Product, browser: Browser):
    study = new_study(product, "Colours", seeds=1)
    finish(product, study)
    ids = []
    for seed in (81, 82):
        open_lab(page, product, epochs=3, seed=seed)
        ids.append(start(page))
        wait_for_status(page, ids[-1], "completed")
    page.locator(f'#jobs tr[data-study-id="{study["id"]}"] .fold').click()
    for job_id in (ids[0], *study["job_ids"]):
        row(page, job_id).locator(".tick").check()
    charted = [*ids, *study["job_ids"]]
    expect(page.locator("#overlaid li")).to_have_count(len(charted))

    def colors(shown: Page) -> list[str]:
        for job_id in charted:
            expect(row(shown, job_id).locator(".tick")).to_be_checked()
        return [color(shown, job_id, ".bar i") for job_id in charted]

    before = eventually(lambda: set(found := colors(page)) and found, 10, "the colours")
    assert len(set(before)) == len(charted)
    assert [color(page, job_id, ".tick") for job_id in charted] == before
    page.reload()
    expect(page.locator("#overlaid li")).to_have_count(len(charted))
    assert colors(page) == before
    row(page, ids[0]).locator(".tick").uncheck()
    expect(row(page, ids[0])).to_have_attribute("data-color", "")
    neutral = color(page, ids[0], ".bar i")
    assert neutral not in before
    row(page, ids[0]).locator(".tick").check()
    assert eventually(lambda: colors(page) == before, 10, "the same colours again")

    context = browser.new_context(viewport={"width": 1440, "height": 900})
    other = context.new_page()
    console = watch_console(other)
    eventually(lambda: page.evaluate("location.search").count("colors="), 10, "the colours in the address")
    other.goto(page.url)
    expect(other.locator("#overlaid li")).to_have_count(len(charted))
    assert colors(other) == before, "a link brings them along"
    context.close()
    assert console.complaints == []

    page.goto(f"{product.url}/studies?study={study['id']}")
    curves = page.locator("#curves-plot .scatterlayer .trace .lines path")
    expect(curves).to_have_count(2)
    drawn = {curves.nth(i).evaluate("one => getComputedStyle(one).stroke") for i in range(2)}
    assert drawn == set(before[2:])


def test_on_a_phone_the_recipe_comes_before_the_jobs_and_start_is_at_hand(page: Page, product: Product):
    finish(product, new_study(product, "On a phone", seeds=1))
    page.set_viewport_size({"width": 390, "height": 844})
    open_lab(page, product)
    order = "[...document.querySelectorAll('#live, #recipe, .jobs, #sheet')].map(one => one.id || 'jobs')"
    assert page.evaluate(order) == ["live", "recipe", "jobs", "sheet"]
    tops = [page.locator(part).bounding_box() for part in ("#live", "#recipe", ".jobs", "#sheet")]
    assert sorted(box["y"] for box in tops if box) == [box["y"] for box in tops if box]
    expect(page.locator("#start")).to_be_in_viewport()
    expect(page.locator("#presets")).to_be_in_viewport()
    job_id = start(page)
    wait_for_status(page, job_id, "completed")
    expect(page.locator("#loss-chart")).to_be_visible()
    expect(page.locator("#presets")).not_to_be_in_viewport()
    expect(page.locator("#start")).to_be_in_viewport()
    top = page.evaluate("scrollY + document.getElementById('loss-chart').getBoundingClientRect().top")
    assert top <= 410, "the curve is on the first screen, above Start"
    inside = "[...document.querySelectorAll('#live > *')].map(one => one.id || one.className)"
    parts = page.evaluate(inside)
    assert parts.index("charts") < parts.index("chart-controls") < parts.index("adjust")
    page.locator("#to-recipe").click()
    expect(page.locator("#presets")).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(page.locator("#copy-link")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.set_viewport_size({"width": 1440, "height": 900})
    assert page.evaluate(order) == ["recipe", "live", "jobs", "sheet"]
    assert page.evaluate(inside)[:3] == ["now", "chart-controls", "charts"]
    expect(page.locator("#to-recipe")).to_be_hidden()
