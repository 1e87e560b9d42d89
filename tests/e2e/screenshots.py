"""The pictures of the documentation, taken of the real page: `python -m tests.e2e.screenshots FOLDER`."""

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser_setup import ARGUMENTS, browser_path
from tests.e2e.addresses import settle
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
STUDY = {
    "kind": "sweep",
    "name": "Which learning rate?",
    "base": {"dataset": "digits", "hidden_sizes": [32], "epochs": 20},
    "axes": {"learning_rate": [0.01, 0.03, 0.1, 0.3, 1.0]},
    "seeds": 3,
}
PAGES = {
    "job": "/jobs/{job}?shown={other}",
    "compare": "/compare?study={study}",
    "studies": "/studies?study={study}",
    "data": "/data",
    "learn": "/learn",
}
WIDE = (1440, 1000)
PHONE = (390, 844)
COLORS = 256  # of a picture: nobody sees the difference, and a file is a third of the size
USUAL_FOLDER = """folder => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    texts.currentNode.data = texts.currentNode.data.replaceAll(folder, 'livetrain-data');
  } }"""


def save(page: Page, product: Product, path: Path) -> None:
    """What is seen, once the charts rest, with the folder that a server has unless it is told another."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 1500)))")
    page.evaluate("scrollTo(0, 0)")  # a page that was loaded again is where it was
    page.evaluate(USUAL_FOLDER, str(product.data_directory))
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    few = picture.quantize(COLORS, method=Image.Quantize.MEDIANCUT, kmeans=2, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def resize(page: Page, size: tuple[int, int], scheme: str) -> None:
    """Another screen, light or dark."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]


def climb(page: Page, product: Product) -> list[str]:
    """Three jobs of a small ladder, the last of them still running; their ids."""
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
    return ids


def take(page: Page, product: Product, folder: Path) -> None:
    """The Lab in three ways of looking, then the other pages."""
    study = product.http.post("/api/studies", json=STUDY).json()
    for job_id in study["job_ids"]:
        product.wait(job_id)
    ids = climb(page, product)
    for name, scheme, size in (("light", "light", WIDE), ("dark", "dark", WIDE), ("phone", "light", PHONE)):
        resize(page, size, scheme)
        page.reload()
        wait_for_steps(page, 150, seconds=120)
        save(page, product, folder / f"{name}.png")
    for name, path in PAGES.items():
        resize(page, WIDE, "dark" if name == "compare" else "light")
        settle(page, product.url + path.format(job=ids[-1], other=ids[0], study=study["id"]))
        save(page, product, folder / f"{name}.png")


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
        take(browser.new_page(viewport={"width": WIDE[0], "height": WIDE[1]}), product, folder)
        browser.close()


if __name__ == "__main__":
    main()
