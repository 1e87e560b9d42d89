"""Which plots a part gets: curves of a ladder, values and computing time of a sweep."""

from collections.abc import Iterator
from math import isfinite
from typing import Any

from tests.reproduce.claims import accuracy
from tests.reproduce.drawing import Axis, Curve, curves, stacked
from tests.reproduce.driving import Driver
from tests.reproduce.parts import Part

LOGARITHMIC = {"learning_rate", "batch_size", "hidden_sizes", "train_size"}
SPLITS = ("data", "compute", "evaluation")


def of(part: Part, study: dict[str, Any], driver: Driver) -> Iterator[tuple[str, str]]:
    """Names and SVG texts of what can be drawn by now."""
    rows = [row for row in study["table"]["rows"] if row["counted"]]
    if not rows:
        return
    if study["kind"] == "ladder":
        yield from _ladder(part, rows, driver)
    else:
        yield from _sweep(part, study, rows)
    labels = [row["label"] for row in rows]
    shares = {name: [float(row["times"][name]["mean"]) for row in rows] for name in SPLITS}
    yield "time", stacked(f"{part.title}: seconds a job", labels, shares, Axis("seconds"))


def _ladder(part: Part, rows: list[dict[str, Any]], driver: Driver) -> Iterator[tuple[str, str]]:
    found = {row["label"]: driver.evaluations(row["jobs"][0]) for row in rows if accuracy(row) is not None}
    for name, axis in (("accuracy", Axis("test accuracy", is_share=True)), ("loss", Axis("test loss"))):
        drawn = [Curve(label, columns["epoch"], columns[name]) for label, columns in found.items()]
        yield name, curves(f"{part.title}: test {name}", drawn, Axis("epoch"), axis)


def _number(value: Any) -> float | None:
    value = value[0] if isinstance(value, list) and len(value) == 1 else value
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _sweep(part: Part, study: dict[str, Any], rows: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    (field,) = study["definition"]["axes"]
    samples = max((row["values"].get("train_size") or 0 for row in rows), default=0)
    full = samples or 200  # points that circles trains on: where "full" stands on the axis
    at = [full if row["values"][field] == "full" else _number(row["values"][field]) for row in rows]
    if not all(at) or not all(row["scores"]["test"] for row in rows):
        return
    words = Axis(field.replace("_", " "), logarithmic=field in LOGARITHMIC)
    for name, axis in (
        ("accuracy", Axis("test accuracy, median", is_share=True)),
        ("loss", Axis("test loss, median", logarithmic=True)),
    ):
        values = [float(row["scores"]["test"]["last"][name]["median"]) for row in rows]
        if all(map(isfinite, values)):
            x = [float(value or 0.0) for value in at]
            yield name, curves(f"{part.title}: test {name}", [Curve("", x, values)], words, axis)
