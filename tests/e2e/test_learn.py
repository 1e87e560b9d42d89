"""The Learn page: an experiment is started, a prediction is asked for, and what is done is kept."""

import pytest
from playwright.sync_api import Page, expect

from tests.product import Product

pytestmark = pytest.mark.browser


def open_learn(page: Page, product: Product) -> None:
    page.goto(product.url)
    page.get_by_role("link", name="Learn", exact=True).click()
    expect(page.locator("#learn")).to_have_attribute("data-state", "ready")


def test_a_chapter_starts_its_experiment_and_asks_for_a_prediction(page: Page, product: Product):
    open_learn(page, product)
    expect(page).to_have_title("Learn · Livetrain")
    chapter = page.locator("#perceptron")
    expect(chapter.locator(".formula").first).to_be_visible()
    title = chapter.locator("h3").inner_text()
    chapter.locator("[data-start]").first.click()
    expect(page.locator("#start")).to_be_enabled()
    job = page.url.split("job=")[1].split("&")[0]
    assert product.job(job)["config"]["gradients"] == "by_hand"
    expect(page.locator("#now")).to_have_attribute("data-empty", "false")
    expect(page.locator('[data-field="learning_rate"]')).to_have_value("0.01")
    expect(page.locator("#from-learn")).to_contain_text("From Learn: ")
    expect(page.locator("#from-learn-chapter")).to_have_text(title)
    product.wait(job)

    page.locator("#from-learn-back").click()
    expect(page).to_have_url(f"{product.url}/learn#perceptron")
    page.goto(f"{product.url}/learn#widths")
    expect(page.locator("#learn")).to_have_attribute("data-state", "ready")
    page.locator("#widths [data-predict]").click()
    expect(page.locator("#lesson-title")).to_have_text("Widths")
    expect(page.locator("#lesson-problems")).to_be_hidden()
    expect(page.locator('[data-field="learning_rate"]')).to_be_disabled()
    expect(page.locator('[data-field="hidden_sizes"]')).to_be_enabled()
    page.go_back()
    page.locator("#samples [data-start]").click()
    expect(page.locator("#study-name")).to_have_text("Training samples")
    page.locator("#study-stop").click()
    expect(page.locator("#study")).to_have_attribute("data-status", "stopped")


def test_what_is_done_is_kept_and_what_is_not_there_is_said_on_a_phone(page: Page, product: Product):
    page.set_viewport_size({"width": 390, "height": 844})
    open_learn(page, product)
    total = page.locator(".chapter").count()
    expect(page.locator("#learn-progress")).to_have_text(f"0 of {total} chapters done")
    expect(page.locator("#ladder [data-needs]")).to_contain_text("CIFAR-10 is not on this machine yet")
    page.locator("#losses .learn-done input").focus()
    page.keyboard.press("Space")
    expect(page.locator("#learn-progress")).to_have_text(f"1 of {total} chapters done")
    page.reload()
    expect(page.locator("#losses")).to_have_attribute("data-done", "true")
    expect(page.locator('#learn-contents [href="#losses"]')).to_contain_text("done")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator("#learn-reset").click()
    expect(page.locator("#learn-progress")).to_have_text(f"0 of {total} chapters done")
    page.reload()
    expect(page.locator("#losses")).to_have_attribute("data-done", "false")
