"""The reproduction on tiny pictures: it trains, goes on where it was, and writes down what the API says."""

import re
from pathlib import Path
from xml.etree import ElementTree

import httpx2 as httpx
import pytest

from tests.made_files import CIFAR_CLASSES, image_folder
from tests.product import Product
from tests.reproduce import report
from tests.reproduce.__main__ import reproduce
from tests.reproduce.drawing import Axis, Curve, curves, stacked
from tests.reproduce.driving import Driver
from tests.reproduce.parts import PARTS, Choices, body_of, part_of
from tests.reproduce.report import HEAD

TINY = Choices(epochs=1, seeds=1)
LADDER = ["Baseline", "Standardization", "Augmentation", "Learning-rate schedule"]


@pytest.fixture
def driver(tmp_path: Path):
    """A server whose CIFAR-10 are forty made pictures."""
    image_folder(tmp_path / "data", CIFAR_CLASSES, train=3, test=1)
    with Product(tmp_path / "data") as product:
        product.ready()
        with httpx.Client(base_url=product.url, timeout=60) as http:
            yield Driver(http)


class Elsewhere(Driver):
    """A server that has trained nothing of this yet."""

    def studies(self):
        return []


def tables(text: str, title: str) -> list[list[str]]:
    """The cells of every table row in the section of that title."""
    section = text.split(f"## {title}\n")[1].split("\n## ")[0]
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in section.splitlines()
        if line.startswith("|") and not line.startswith("|-")
    ]


def test_it_trains_reports_and_goes_on_where_it_was(driver: Driver, tmp_path: Path):
    docs = tmp_path / "docs"
    assert report.write(driver, docs) == 0
    assert "Nothing has been trained yet" in (docs / "reproduction.md").read_text()
    reproduce(driver, ["loss", "ladder"], TINY, docs)
    text = (docs / "reproduction.md").read_text()
    assert text.startswith(HEAD[:40])
    first = tables(text, "Regularization ladder on CIFAR-10")[1:5]
    rows = {row[0].replace(" **best**", ""): row for row in first}
    study = next(study for part, study in driver.studies() if part.id == "ladder")
    for row, name in zip(study["table"]["rows"], LADDER, strict=True):
        accuracy = row["scores"]["test"]["last"]["accuracy"]["mean"]
        assert rows[name][1] == f"{accuracy * 100:.1f} %"
        (job,) = (job for job in study["jobs"] if job["id"] == row["jobs"][0])
        assert job["latest"]["test"]["accuracy"] == pytest.approx(accuracy), "one epoch: the last is the mean"
    assert rows["Baseline"][-1].startswith("72.7 %")
    assert "1 epoch · float32 · 1 seed · learning rate 0.1 · batch 128 · 4 of 4 jobs finished" in text
    pictures = re.findall(r"\]\((reproduction/[^)]+\.svg)\)", text)
    assert len(pictures) == 4, "accuracy, loss and time of the ladder, time of two losses"
    for picture in pictures:
        ElementTree.fromstring((docs / picture).read_text())

    jobs = {job["id"] for job in driver.get("/api/jobs?limit=500")["jobs"]}
    reproduce(driver, ["loss", "ladder"], TINY, docs)
    assert {job["id"] for job in driver.get("/api/jobs?limit=500")["jobs"]} == jobs, (
        "nothing is trained twice"
    )
    reproduce(driver, ["loss"], Choices(epochs=2, seeds=1), docs)
    assert len(driver.studies()) == 3, "another length is another study"

    text = (docs / "reproduction.md").read_text()
    assert report.write(Elsewhere(driver.http), docs) == 3, "what another server trained stays on the page"
    assert (docs / "reproduction.md").read_text() == text
    assert all((docs / picture).is_file() for picture in pictures)


def test_every_part_makes_a_study_that_is_found_by_its_name():
    ready = {part.ready: {"base": {"epochs": 7}, "seeds": 3, "kind": "sweep"} for part in PARTS if part.ready}
    names = {part_of(body_of(part, ready, Choices())["name"]): part for part in PARTS}
    assert list(names) == [part.id for part in PARTS]
    long = next(part for part in PARTS if part.id == "long")
    assert body_of(long, ready, Choices())["name"] == "reproduce long: 50 epochs, bfloat16, 1 seed"
    changed = body_of(long, ready, Choices(precision="float32", seeds=2, epochs=9, train_size=50))
    assert changed["name"] == "reproduce long: 9 epochs, 50 samples, float32, 2 seeds"
    assert (changed["base"]["precision"], changed["base"]["epochs"], changed["seeds"]) == ("float32", 9, 2)
    assert part_of("Learning rate") is None


def test_plots_place_values_on_their_axes():
    rates = Axis("learning rate", logarithmic=True)
    picture = ElementTree.fromstring(
        curves(
            "loss", [Curve("a", [0.001, 0.01, 0.1, 1], [1.0, 2.0, float("nan"), 3.0])], rates, Axis("loss")
        )
    )
    (line,) = picture.iter("{http://www.w3.org/2000/svg}polyline")
    points = [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
    assert len(points) == 3, "what is not finite is left out"
    assert points[2][0] - points[1][0] == pytest.approx(2 * (points[1][0] - points[0][0]), abs=0.3)
    assert points[0][1] - points[1][1] == pytest.approx(points[1][1] - points[2][1], abs=0.3)
    bars = ElementTree.fromstring(stacked("t", ["x", "y"], {"a": [1, 2], "b": [3, 0]}, Axis("seconds")))
    heights = [float(bar.attrib["height"]) for bar in bars.iter("{http://www.w3.org/2000/svg}rect")][1:]
    assert heights[1] == pytest.approx(3 * heights[0], abs=0.3)
    assert heights[2] == pytest.approx(2 * heights[0], abs=0.3)
