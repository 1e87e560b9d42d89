"""A visitor takes the recipe along as code, and the code makes the very job that Start would make."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.lab import open_lab
from tests.product import Product

pytestmark = pytest.mark.browser

NAME = 'it\'s "mine" $HOME'
RECIPE = {"dataset": "moons", "hidden_sizes": "7,3", "epochs": 2, "name": NAME}
SENT = {"name": NAME, "dataset": "moons", "hidden_sizes": [7, 3], "epochs": 2}


def shown(page: Page, kind: str) -> str:
    """The code in the form `kind`."""
    page.locator("#code-kind").get_by_text(kind, exact=True).click()
    return page.locator("#code-text").inner_text()


def test_each_form_makes_the_job(page: Page, product: Product, tmp_path: Path):
    open_lab(page, product, **RECIPE)
    page.locator("#as-code").click()
    assert json.loads(shown(page, "JSON")) == SENT
    made = subprocess.run(["bash", "-c", shown(page, "curl")], capture_output=True, text=True, check=True)
    job_id = json.loads(made.stdout)["id"]
    script = tmp_path / "start.py"
    script.write_text(shown(page, "Python"), "utf-8")
    ran = subprocess.run([sys.executable, "-I", str(script)], capture_output=True, text=True, check=True)
    other_id = ran.stdout.split()[0]
    configs = [product.job(each)["original_config"] for each in (job_id, other_id)]
    assert configs[0] == configs[1]
    assert {field: configs[0][field] for field in SENT} == SENT
    assert f"{product.url}/?job={other_id}" in ran.stdout
    expect(page.locator("#code-token")).to_be_hidden()


def test_a_refusal_is_said_and_the_recipe_now_is_shown(page: Page, product: Product, tmp_path: Path):
    open_lab(page, product, dataset="moons", augment="true")
    page.locator("#as-code").click()
    script = tmp_path / "start.py"
    script.write_text(shown(page, "Python").replace('"moons"', '"nothing"'), "utf-8")
    ran = subprocess.run([sys.executable, "-I", str(script)], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "there is no data set nothing" in ran.stderr
    page.locator("#code-close").click()
    page.locator('[data-preset="digits"]').click()
    page.locator("#as-code").click()
    expect(page.locator("#code-text")).to_contain_text('"digits"')


def test_copy_puts_it_on_the_clipboard(page: Page, product: Product):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=product.url)
    open_lab(page, product, dataset="moons")
    page.locator("#as-code").click()
    text = shown(page, "curl")
    page.locator("#code-copy").click()
    expect(page.locator("#code-copy")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == text
    page.keyboard.press("Escape")
    expect(page.locator("#as-code")).to_be_focused()


def test_a_token_is_a_variable(browser: Browser, tmp_path: Path):
    with Product(tmp_path / "data", LIVETRAIN_TOKEN="very-secret") as guarded:
        page = browser.new_page()
        page.goto(f"{guarded.url}/login?token=very-secret")
        expect(page.locator("#start")).to_be_enabled()
        page.locator("#as-code").click()
        code = shown(page, "curl")
        assert "Bearer $LIVETRAIN_TOKEN" in code
        expect(page.locator("#code-token")).to_be_visible()
        assert "very-secret" not in page.content()
        page.close()
