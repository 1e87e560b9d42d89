"""A lesson: its link, its locks, its question, the prediction beside the outcome, and how one is made."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.lab import start
from tests.product import Product, eventually

pytestmark = pytest.mark.browser

LESSON: list[tuple[str, Any]] = [
    ("dataset", "digits"),
    ("hidden_sizes", "16"),
    ("learning_rate", 0.05),
    ("epochs", 3),
    ("lesson", "What standardization does"),
    ("ask", "Predict: what will standardization do?"),
    ("choice", "better"),
    ("choice", "<b>worse</b>"),
    ("explain", "Channels of one size make rounder bowls."),
    ("lock", "dataset,learning_rate,augment,lr_schedule"),
    ("hide", "activation"),
]


def open_lesson(page: Page, product: Product, query: list[tuple[str, Any]]) -> None:
    page.goto(f"{product.url}/?{urlencode(query)}")
    expect(page.locator("#start")).to_be_enabled()
    expect(page.locator("#lesson")).to_be_visible()


def test_a_lesson_locks_hides_asks_and_shows_prediction_beside_outcome(page: Page, product: Product):
    open_lesson(page, product, LESSON)
    expect(page.locator("#lesson-title")).to_have_text("What standardization does")
    rate = page.locator('[data-field="learning_rate"]')
    expect(rate).to_have_value("0.05")
    expect(page.locator('#recipe [data-row="learning_rate"] .lock')).to_be_visible()
    for locked in ("learning_rate", "dataset", "augment"):
        expect(page.locator(f'[data-field="{locked}"]')).to_be_disabled()
    expect(page.locator('[data-switch="lr_schedule"]')).to_be_disabled()
    expect(page.locator('[data-field="activation"]')).to_be_hidden()
    page.locator("#label-augment").click()
    expect(page.locator('[data-field="augment"]')).to_have_attribute("aria-checked", "false")

    page.locator('[data-preset="spiral"]').click()
    expect(page.locator("#recipe-said")).to_contain_text("The lesson keeps its own data set")
    expect(rate).to_have_value("0.05")
    expect(page.locator('[data-field="dataset"]')).to_have_value("digits")
    expect(page.locator('[data-field="batch_size"]')).to_have_value("40")
    assert "learning_rate=0.05" in page.url
    assert "lock=" in page.url
    page.locator('[data-field="epochs"]').fill("2")
    expect(page.locator("#recipe-said")).to_be_hidden()

    page.locator("#start").click()
    expect(page.locator("#lesson-error")).to_contain_text("Answer first")
    expect(page.locator("#lesson-answers input").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#lesson-answers :checked + span")).to_have_text("<b>worse</b>")
    expect(page.locator("#lesson-error")).to_be_hidden()
    expect(page.locator("#lesson-explain")).to_be_hidden()
    job = start(page)
    row = page.locator(f'[data-outcome="{job}"]')
    expect(row.locator(".predicted")).to_have_text("<b>worse</b>")
    expect(row).to_have_attribute("data-done", "true")
    expect(row).to_contain_text("test accuracy")
    expect(page.locator("#lesson-explain")).to_contain_text("Channels of one size")
    assert "Predicted: <b>worse</b>" in product.job(job)["notes"]
    page.reload()
    expect(row.locator(".predicted")).to_have_text("<b>worse</b>")
    expect(row).to_contain_text("test accuracy")

    page.evaluate("localStorage.removeItem('livetrain.lessons')")  # as somebody who has not answered yet
    page.reload()
    expect(page.locator("#lesson-withheld-words")).to_contain_text("1 run of this lesson is there already")
    expect(row).to_be_hidden()
    expect(page.locator("#lesson-explain")).to_be_hidden()
    page.locator("#lesson-show").click()
    expect(row.locator(".predicted")).to_have_text("<b>worse</b>")
    expect(page.locator("#lesson-withheld")).to_be_hidden()

    page.locator("#as-recipe").click()
    expect(page.locator("#as-recipe")).to_have_text("Taken over")
    page.locator("#lesson-leave").click()
    expect(page.locator("#lesson")).to_be_hidden()
    expect(rate).to_be_enabled()
    expect(page.locator('[data-field="activation"]')).to_be_visible()
    expect(page.locator(".lock")).to_have_count(0)
    eventually(lambda: "lesson=" not in page.url, 5, "an address without the lesson")
    page.go_back()
    expect(page.locator("#lesson")).to_be_visible()
    expect(rate).to_be_disabled()


def test_what_a_lesson_fixes_is_fixed_for_adjustments_and_forks_on_every_page(
    page: Page, product: Product, idle: None
):
    query = [("dataset", "digits"), ("epochs", 4000), ("learning_rate", 0.2)]
    query += [("lesson", "One rate"), ("lock", "learning_rate"), ("hide", "weight_decay")]
    open_lesson(page, product, query)
    job = start(page)
    for is_lab in (True, False):
        expect(page.locator('[data-adjust="learning_rate"]')).to_be_disabled()
        expect(page.locator('[data-slider="learning_rate"]')).to_be_disabled()
        expect(page.locator('#adjust [data-row="learning_rate"] .lock')).to_be_visible()
        expect(page.locator('[data-adjust="weight_decay"]')).to_be_hidden()
        expect(page.locator('[data-adjust="epochs"]')).to_be_enabled()
        if is_lab:
            page.locator('#jobs tr[aria-current] [data-action="open"]').click()
            expect(page.locator("#lesson-along")).to_contain_text("Fixed here too: learning rate")
    product.http.post(f"/api/jobs/{job}/stop")
    product.wait(job)

    page.locator("#fork").click()
    expect(page.locator('[data-fork="learning_rate"]')).to_be_disabled()
    expect(page.locator('[data-fork="learning_rate"]')).to_have_value("0.2")
    page.locator("#fork-start").click()
    page.wait_for_url(lambda address: job not in address.split("?")[0])
    expect(page.locator('[data-adjust="learning_rate"]')).to_be_disabled()
    page.locator("#to-lab").click()
    expect(page.locator("#lesson-title")).to_have_text("One rate")
    expect(page.locator('[data-field="learning_rate"]')).to_be_disabled()
    expect(page.locator('[data-field="learning_rate"]')).to_have_value("0.2")
    page.locator("#lesson-leave").click()
    expect(page.locator('[data-adjust="learning_rate"]')).to_be_enabled()
    opened = page.locator('#jobs tr[aria-current] [data-action="open"]')
    expect(opened).not_to_have_attribute("href", re.compile("lesson="))


def test_a_bad_lesson_link_says_what_is_wrong_and_opens_with_the_rest(page: Page, product: Product):
    query = [
        ("dataset", "digitz"),
        ("hidden_sizes", "12"),
        ("standardize", "yes"),
        ("lesson", "Broken"),
        ("lock", "hidden_sizes,learning_rat,standardize"),
    ]
    open_lesson(page, product, query)
    problems = page.locator("#lesson-problems")
    for words in ("“digitz” is none of", "Did you mean “learning_rate”?", "“yes” is none of true, false"):
        expect(problems).to_contain_text(words)
    expect(page.locator('[data-field="hidden_sizes"]')).to_have_value("12")
    expect(page.locator('[data-field="hidden_sizes"]')).to_be_disabled()
    expect(page.locator('[data-field="dataset"]')).to_have_value("circles")
    expect(page.locator('[data-field="standardize"]')).to_be_enabled()
    product.wait(start(page))


def test_a_lesson_is_made_of_the_recipe_in_the_lab(page: Page, product: Product):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{product.url}/?dataset=digits&learning_rate=0.2")
    expect(page.locator("#start")).to_be_enabled()
    page.locator("#make-lesson").click()
    page.locator("#lesson-make-title").fill("Widths")
    page.locator("#lesson-make-ask").fill("How many units?")
    page.locator("#lesson-lock-all").click()
    for name, rule in (("hidden_sizes", "free"), ("split_seed", "hidden")):
        page.locator(f'[data-make="{name}"] [data-rule="{rule}"] + span').click()
    link = page.locator("#lesson-link").input_value()
    assert "lock=all&free=hidden_sizes&hide=split_seed" in link, link
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator("#lesson-close").click()
    page.goto(link)
    expect(page.locator("#lesson-title")).to_have_text("Widths")
    expect(page.locator("#lesson-rules")).to_contain_text("Yours to change: hidden layer sizes.")
    expect(page.locator('[data-field="hidden_sizes"]')).to_be_enabled()
    expect(page.locator('[data-field="learning_rate"]')).to_be_disabled()
    expect(page.locator('[data-field="learning_rate"]')).to_have_value("0.2")
    page.locator("#lesson-answers input").fill("about ten")
    job = start(page)
    expect(page.locator(f'[data-outcome="{job}"] .predicted')).to_have_text("about ten")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    product.wait(job)


def test_what_a_lesson_leaves_free_is_a_click_away_and_start_shows_the_charts(
    page: Page, product: Product, idle: None
):
    names = list(product.http.get("/api/config/schema").json()["properties"])
    locked = ",".join(name for name in names if name not in ("loss_reduction", "name"))
    open_lesson(page, product, [("dataset", "circles"), ("lesson", "Sums"), ("lock", locked)])
    page.locator("#lesson-go").click()
    expect(page.locator('[data-field="loss_reduction"]')).to_be_focused()
    expect(page.locator('[data-field="loss_reduction"]')).to_be_in_viewport()
    page.mouse.wheel(0, 10_000)
    expect(page.locator("#now")).not_to_be_in_viewport()
    start(page)
    expect(page.locator("#now")).to_be_in_viewport()
