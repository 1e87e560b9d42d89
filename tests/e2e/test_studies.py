"""A visitor starts a study, sees the answer grow, steers it, and varies a recipe of the Lab."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.lab import open_lab
from tests.product import Product, eventually

pytestmark = pytest.mark.browser


def open_studies(page: Page, product: Product, query: str = "") -> None:
    """Open the page and wait until something can be started."""
    page.goto(f"{product.url}/studies{query}")
    expect(page.locator('[data-ready="learning-rate"]')).to_be_enabled()


def selected(page: Page) -> str:
    """The id of the study in the address."""
    return page.url.split("study=")[1].split("&")[0]


def wait_until_completed(page: Page, seconds: float = 240) -> None:
    """Wait until the selected study has ended."""
    expect(page.locator("#study")).to_have_attribute("data-status", "completed", timeout=seconds * 1000)


def drawn_points(page: Page, plot: str) -> int:
    """How many markers a plot holds."""
    return page.locator(f"#{plot} .scatterlayer .points path").count()


def test_the_learning_rate_sweep_shows_best_and_diverged(page: Page, product: Product):
    open_studies(page, product)
    page.locator('[data-ready="learning-rate"]').click()
    expect(page.locator("#study-name")).to_have_text("Learning rate")
    expect(page.locator("#study-stop")).to_be_visible()
    wait_until_completed(page)
    rows = page.locator("#study-table tbody tr")
    expect(rows).to_have_count(5)
    best = page.locator("#study-table tr[data-best]")
    expect(best).to_have_count(1)
    expect(best).to_have_attribute("data-label", "lr 0.01")
    expect(best.locator('[data-mark="best"]')).to_be_visible()
    diverged = page.locator("#study-table tr[data-diverged]")
    expect(diverged).to_have_attribute("data-label", "lr 1")
    expect(page.locator("#verdict")).to_contain_text("Best: lr 0.01")
    expect(page.locator("#verdict")).to_contain_text("Diverged: lr 1")
    expect(page.locator("#study-stop")).to_be_hidden()
    study = product.http.get(f"/api/studies/{selected(page)}").json()
    accuracy = study["table"]["rows"][2]["scores"]["test"]["last"]["accuracy"]["median"]
    expect(best.locator("td").nth(1)).to_have_text(f"{accuracy * 100:.1f}\u202f%")
    eventually(lambda: drawn_points(page, "first-plot") == 5 + 15, 10, "five medians and their repetitions")
    expect(page.locator("#curves-plot .scatterlayer .trace")).to_have_count(5)
    expect(page.locator("#time-plot .barlayer .point")).to_have_count(15)

    page.locator("#extend summary").click()
    page.locator("#extend-values").fill("0.03")
    page.locator("#extend-start").click()
    expect(rows).to_have_count(6)
    wait_until_completed(page)
    expect(page.locator('#study-table tr[data-label="lr 0.03"] td').first).to_have_text("3 of 3")

    page.locator("#study-lab").click()
    expect(page.locator("#overlaid li")).to_have_count(6)


def test_a_recipe_of_the_lab_is_varied_stopped_resumed_and_deleted(page: Page, product: Product):
    open_lab(page, product, hidden_sizes="8", batch_size=20, epochs=3000)
    page.locator("#to-study").click()
    expect(page.locator("#base-words")).to_contain_text("batch 20")
    page.locator('[data-axis="field"]').select_option("activation")
    page.locator("#own-seeds").fill("2")
    expect(page.locator("#own-count")).to_contain_text("3 × 2 = 6 trainings")
    page.locator('[data-axis="field"]').select_option("momentum")
    page.locator('[data-axis="values"]').fill("0, 2")
    page.locator("#own-start").click()
    expect(page.locator(".own-axis .field-error")).to_contain_text("value 2: must be below 1")
    page.locator('[data-axis="values"]').fill("0, 0.5")
    page.locator("#own-start").click()
    expect(page.locator("#study")).to_have_attribute("data-status", "running", timeout=30_000)
    study = selected(page)
    page.locator("#study-stop").click()
    expect(page.locator("#study")).to_have_attribute("data-status", "stopped", timeout=30_000)
    page.locator("#study-resume").click()
    expect(page.locator("#study")).to_have_attribute("data-status", "running", timeout=30_000)
    definition = product.http.get(f"/api/studies/{study}").json()["definition"]
    assert (definition["axes"], definition["seeds"]) == ({"momentum": [0.0, 0.5]}, [0, 1])
    assert (definition["base"]["hidden_sizes"], definition["base"]["batch_size"]) == ([8], 20)
    page.locator("#study-stop").click()
    expect(page.locator("#study")).to_have_attribute("data-status", "stopped", timeout=30_000)
    page.locator("#study-delete").click()
    page.locator("#delete-jobs").click()
    expect(page.locator(f'[data-study-id="{study}"]')).to_have_count(0)
    assert product.http.get(f"/api/studies/{study}").status_code == 404
    assert product.http.get(f"/api/jobs?study_id={study}").json()["jobs"] == []


def test_a_ladder_by_keyboard_on_a_phone(page: Page, product: Product):
    page.set_viewport_size({"width": 390, "height": 844})
    open_studies(page, product, "?dataset=digits&hidden_sizes=16&epochs=2&validation_fraction=0")
    page.locator('#own-kind input[value="sweep"]').focus()
    page.keyboard.press("ArrowRight")
    for rung in page.locator("#own-rungs input").all()[2:]:
        rung.focus()
        page.keyboard.press("Space")
    page.locator("#own-seeds").fill("1")
    page.keyboard.press("Enter")
    wait_until_completed(page)
    expect(page.locator("#study-table tbody tr")).to_have_count(2)
    gain = page.locator('#study-table tr[data-label="Standardization"] td').nth(3)
    rows = product.http.get(f"/api/studies/{selected(page)}").json()["table"]["rows"]
    points = rows[1]["gain"]["accuracy"] * 100
    expect(gain).to_have_text(f"{points:.1f}\u202fpt".replace("-", "−"))
    expect(page.locator("#second-plot .barlayer .point")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
