"""Everything by keyboard alone, and the shortcuts."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.addresses import SIZES, World
from tests.e2e.lab import open_lab, wait_for_status, wait_for_steps
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("idle")]
LONG = {"epochs": 100_000, "hidden_sizes": "16", "batch_size": 20}
MOST_STOPS = 250  # presses of Tab, more than any page has
FOCUSED = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const box = one.matches('.segments input, #archive') ? one.nextElementSibling ?? one : one;
  const { left, top, width, height } = box.getBoundingClientRect();
  const at = document.elementFromPoint(left + width / 2, top + Math.min(height / 2, 20));
  const ring = [one, one.nextElementSibling, one.previousElementSibling].some(each => each &&
    parseFloat(getComputedStyle(each).outlineWidth) >= 1 && getComputedStyle(each).outlineStyle !== 'none');
  const isOver = at && (one.contains(at) || at.contains(one) || at.closest('label')?.contains(one)
    || at.closest('label')?.htmlFor === one.id);
  return { name: one.id || one.dataset.field || one.className || one.nodeName, ring, seen: Boolean(isOver),
    key: [...document.querySelectorAll('*')].indexOf(one) };
}"""


def tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    """Press Tab until what `selector` names has the focus."""
    for _ in range(MOST_STOPS):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} was not reached by {key}")


def expect_focus(page: Page) -> None:
    """Something that can be seen has the focus."""
    page.wait_for_function(
        "document.activeElement !== document.body && document.activeElement.checkVisibility()"
    )


def test_from_the_form_to_stop_by_keyboard_alone(page: Page, product: Product):
    open_lab(page, product, **LONG)
    tab_to(page, '[data-field="learning_rate"]')
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("0.02")
    tab_to(page, "#start")
    with page.expect_response(lambda answer: answer.url.endswith("/api/jobs") and answer.ok) as made:
        page.keyboard.press("Enter")
    job_id = made.value.json()["id"]
    wait_for_steps(page, 20)
    tab_to(page, "#pause")
    page.keyboard.press("Enter")
    wait_for_status(page, job_id, "paused")
    expect_focus(page)
    page.keyboard.press("Shift+Tab")
    tab_to(page, "#resume")
    page.keyboard.press("Enter")
    wait_for_status(page, job_id, "running")
    tab_to(page, '#axis input[value="step"]')
    page.keyboard.press("ArrowRight")
    expect(page.locator('#axis input[value="epoch"]')).to_be_checked()
    tab_to(page, "#stop", "Shift+Tab")
    page.keyboard.press("Enter")
    wait_for_status(page, job_id, "stopped")
    expect_focus(page)
    assert product.job(job_id)["config"]["learning_rate"] == 0.02


@pytest.mark.parametrize("path", ["/?job={digits}", "/studies?study={study}", "/data", "/experiments"])
@pytest.mark.parametrize("size", SIZES)
def test_what_has_the_focus_shows_it_and_is_not_covered(page: Page, world: World, path: str, size: str):
    world.furnish()
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.goto(world.product.url + path.format(**world.ids))
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-opening]")).to_have_count(0)
    wrong, seen = [], set()
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        if found is None or found["key"] in seen:
            break
        seen.add(found["key"])
        if not found["ring"] or not found["seen"]:
            wrong.append(found)
    assert len(seen) > 8
    assert not wrong


def test_shortcuts_start_steer_and_switch(page: Page, product: Product):
    open_lab(page, product, **LONG)
    page.locator('[data-field="learning_rate"]').focus()
    page.keyboard.press("Escape")  # else the next key were typed
    with page.expect_response(lambda answer: answer.url.endswith("/api/jobs") and answer.ok) as made:
        page.keyboard.press("s")
    job_id = made.value.json()["id"]
    wait_for_steps(page, 20)
    page.keyboard.press("y")
    expect(page.locator("#log-scale")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("p")
    wait_for_status(page, job_id, "paused")
    page.keyboard.press("p")
    wait_for_status(page, job_id, "running")
    page.keyboard.press("x")
    wait_for_status(page, job_id, "stopped")
    other = product.create(epochs=1)["id"]
    product.wait(other)
    expect(page.locator(f'tr[data-job-id="{other}"]')).to_be_visible()
    page.keyboard.press("k")
    expect(page.locator(f'tr[data-job-id="{other}"]')).to_have_attribute("aria-current", "true")
    page.keyboard.press("j")
    expect(page.locator(f'tr[data-job-id="{job_id}"]')).to_have_attribute("aria-current", "true")
    words = page.locator(".pages a").nth(1).inner_text()
    page.keyboard.press("2")
    expect(page.locator(".pages a[aria-current]")).to_have_text(words)


def test_the_list_of_shortcuts_names_what_works_here_and_turns_them_off(page: Page, product: Product):
    open_lab(page, product)
    field = page.locator('[data-field="learning_rate"]')
    field.focus()
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_have_count(0)  # a letter in a field
    page.locator("#recipe").focus()
    page.keyboard.press("?")
    dialog = page.locator("#shortcuts")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("start")
    expect(dialog).to_contain_text("go to Studies")
    expect(dialog).not_to_contain_text("single step")  # no job is selected
    page.locator("#shortcuts-on").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator("#recipe")).to_be_focused()
    page.keyboard.press("?")
    page.keyboard.press("3")
    expect(dialog).to_have_count(0)
    expect(page.locator('.pages [href="/"]')).to_have_attribute("aria-current", "page")
    page.reload()
    page.locator("#shortcuts-open").click()
    expect(page.locator("#shortcuts-on")).not_to_be_checked()
    page.locator("#shortcuts-on").check()
    page.keyboard.press("Escape")
    expect(page.locator("#shortcuts-open")).to_be_focused()
