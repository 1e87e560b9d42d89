"""The pictures of the documentation, taken of the real page: `python -m tests.e2e.screenshots FOLDER`."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser_setup import ARGUMENTS, browser_path
from tests.e2e.lab import open_lab, start, wait_for_status, wait_for_steps
from tests.product import Product

BASE = {
    "dataset": "digits", "architecture": "alexnet", "batch_size": 32, "epochs": 40, "learning_rate": 0.02,
}  # fmt: skip
LADDER = [
    BASE,
    {**BASE, "standardize": "true"},
    {**BASE, "standardize": "true", "dropout": 0.5},
]


def take(page: Page, product: Product, folder: Path) -> None:
    """Three jobs of a small ladder, the last of them still running, in three ways of looking."""
    ids = []
    for config in LADDER:
        open_lab(page, product, **config)
        ids.append(start(page))
        if config is not LADDER[-1]:
            wait_for_status(page, ids[-1], "completed", seconds=120)
    for job_id in ids[:-1]:
        page.locator(f'tr[data-job-id="{job_id}"] .tick').check()
    wait_for_steps(page, 300, seconds=120)
    product.http.post(f"/api/jobs/{ids[-1]}/adjust", json={"learning_rate": 0.05})
    for name, scheme, size in (
        ("light", "light", (1440, 1000)),
        ("dark", "dark", (1440, 1000)),
        ("phone", "light", (390, 844)),
    ):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme=scheme)
        page.reload()
        wait_for_steps(page, 150, seconds=120)
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 1500)))")
        page.screenshot(path=folder / f"{name}.png")


def main() -> None:
    """Take them all."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        Product(Path(data) / "data") as product,
        sync_playwright() as playwright,
    ):
        product.ready()
        browser = playwright.chromium.launch(
            executable_path=browser_path(), chromium_sandbox=False, args=ARGUMENTS
        )
        take(browser.new_page(viewport={"width": 1440, "height": 1000}), product, folder)
        browser.close()


if __name__ == "__main__":
    main()
