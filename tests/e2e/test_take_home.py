"""A visitor takes a job home: a script that trains it elsewhere, and every step as a table."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.lab import open_lab, start, wait_for_status
from tests.product import Product

pytestmark = pytest.mark.browser


def download(page: Page, link: str, folder: Path) -> Path:
    """Choose `link` of the menu; the file it brought."""
    page.locator("#take-home summary").click()
    with page.expect_download() as coming:
        page.locator(link).click()
    target = folder / coming.value.suggested_filename
    coming.value.save_as(target)
    return target


def test_script_and_table_of_a_job(page: Page, product: Product, tmp_path: Path):
    open_lab(page, product, epochs=3, hidden_sizes="16", batch_size=20)
    job_id = start(page)
    wait_for_status(page, job_id, "completed")
    table = download(page, "#home-csv", tmp_path)
    rows = [line.split(",") for line in table.read_text("utf-8").splitlines()]
    expected = [float(row[3]) for row in rows if row[0] == "train"]
    script = download(page, "#home-script", tmp_path)
    expect(page.locator("#take-home")).not_to_have_attribute("open", "")
    assert (table.suffix, script.suffix) == (".csv", ".py")
    command = [sys.executable, "-I", str(script), "--every", "1", "--device", "cpu"]
    printed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    found = [float(loss) for loss in re.findall(r"^step \d+  loss (\S+)", printed, re.MULTILINE)]
    assert len(found) == len(expected) == 27
    assert found == pytest.approx(expected, abs=1e-5)


def test_the_menu_says_why_there_is_no_script(page: Page, product: Product):
    job = product.create(dataset="digits", architecture="bow_svm", train_size=100, words=50)
    product.wait(job["id"])
    page.goto(f"{product.url}/?job={job['id']}")
    page.locator("#take-home summary").click()
    expect(page.locator("#home-lack")).to_contain_text("without gradients")
    expect(page.locator("#home-script")).to_be_hidden()
    expect(page.locator("#home-csv")).to_be_visible()


def test_a_jobs_config_is_copied_as_code_and_the_menu_says_what_the_script_is_not(
    page: Page, product: Product
):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=product.url)
    parent = product.create(epochs=2, name="the first")
    product.wait(parent["id"])
    answer = product.http.post(f"/api/jobs/{parent['id']}/fork", json={"changes": {"epochs": 3}})
    job = answer.json()
    product.wait(job["id"])
    product.http.delete(f"/api/jobs/{parent['id']}")
    page.goto(f"{product.url}/jobs/{job['id']}")
    page.locator("#take-home summary").click()
    expect(page.locator("#home-said")).to_contain_text("which was deleted since")
    page.locator('#take-home [data-code="json"]').click()
    expect(page.locator("#code-said")).to_have_text("JSON copied.")
    assert json.loads(page.evaluate("navigator.clipboard.readText()")) == {"name": job["name"], "epochs": 3}
    expect(page.locator("#code-note")).to_contain_text("without the job that this one was forked from")
    page.locator("#code-kind").get_by_text("curl", exact=True).click()
    expect(page.locator("#code-said")).to_have_text("")
    page.keyboard.press("Escape")
    expect(page.locator("#take-home summary")).to_be_focused()
