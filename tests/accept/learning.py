"""Promises 2 and 3: real networks reach what they should, on real data."""

import statistics
import tarfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.accept.report import Report
from tests.product import Product

CIFAR10: dict[str, Any] = {
    "dataset": "cifar10", "architecture": "alexnet", "batch_size": 128, "learning_rate": 0.1,
    "validation_fraction": 0.0, "epochs": 1,
}  # fmt: skip
FORMS: list[tuple[str, dict[str, Any], float, float]] = [
    ("baseline", {}, 0.25, 0.42),
    ("standardize", {"standardize": True}, 0.40, 0.55),
    ("standardize and augment", {"standardize": True, "augment": True}, 0.38, 0.52),
]


def from_the_browser(report: Report, product: Product, page: Page, recipe: str, bound: float) -> None:
    """Press the ready-made recipe and Start with five seeds; read the accuracy the job reports."""
    scores = []
    for seed in range(5):
        page.goto(product.url)
        page.locator(f'[data-preset="{recipe}"]').click()
        field = page.locator('[data-field="seed"]')
        field.evaluate("input => input.closest('details')?.setAttribute('open', '')")
        field.fill(str(seed))
        field.press("Tab")
        with page.expect_response(
            lambda answer: answer.url.endswith("/api/jobs") and answer.status == 201
        ) as made:
            page.locator("#start").click()
        job = product.wait(made.value.json()["id"])
        assert job["config"]["seed"] == seed
        scores.append(job["latest"]["test"]["accuracy"])
    reached = sum(score >= bound for score in scores)
    shown = ", ".join(f"{score:.3f}" for score in scores)
    report.line(f"{recipe}: test accuracy of seeds 0 to 4", shown, f"≥ {bound} on 5 of 5", reached == 5)


def unpack(source: Path, folder: Path) -> None:
    """`source`, a tar archive or a folder of train/ and test/, as an image folder at `folder`."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        folder.symlink_to(source.resolve())
        return
    with tarfile.open(source) as archive:
        archive.extractall(folder, filter="data")


def cifar10(report: Report, product: Product) -> None:
    """One epoch of the practical's first rungs, three seeds each, through the API."""
    untrained = []
    for name, fields, low, high in FORMS:
        scores = []
        for seed in range(3):
            job = product.wait(product.create(**CIFAR10, **fields, seed=seed)["id"], seconds=600)
            rows = product.http.get(f"/api/jobs/{job['id']}/metrics?split=test").json()["columns"]
            untrained.append(rows["accuracy"][0])
            scores.append(rows["accuracy"][-1])
        shown = ", ".join(f"{score:.3f}" for score in scores)
        report.between(f"{name}: median of {shown}", statistics.median(scores), low, high)
    report.between("accuracy before training, mean", statistics.mean(untrained), 0.07, 0.13)
