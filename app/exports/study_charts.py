"""A study's plots: accuracy and loss per value, a ladder's heights and gains, a curve of each row.

Rule: what diverged or has no value yet keeps its place and gets no made-up height.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from app.exports.axis import Axis, around, logarithmic, named
from app.exports.chart import Chart
from app.exports.page import share
from ml.columns import Column
from ml.naming import titles
from ml.writing import number

DECADES = 20  # the greatest value over the least from which a logarithmic axis shows them better
MOST_NAMES = 9  # below a chart; more of them would overlap
CURVES = 8  # as many as there are colours that can be told apart
Row = Mapping[str, Any]


def per_value(study: Mapping[str, Any], metric: str) -> Markup | None:
    """The medians joined, single repetitions as small marks; None without a value."""
    rows, split = study["table"]["rows"], study["table"]["judged_by"]
    x, places = _values_axis(study)
    measures = [row["scores"][split] and row["scores"][split]["last"][metric] for row in rows]
    there = [
        (place, row, measure)
        for place, row, measure in zip(places, rows, measures, strict=True)
        if measure and isinstance(measure["median"], float | int)
    ]
    if not there:
        return None
    single = [(place, value) for place, _, measure in there for value in _finite(measure["values"])]
    heights = [value for _, value in single] + [measure["median"] for _, _, measure in there]
    y = _heights(f"{split} {metric}", metric, heights)
    chart = Chart(f"{split} {metric} per value", x, y)
    kind = "" if metric == "accuracy" else "second"
    chart.marks([at for at, _ in single], [value for _, value in single], "dot", f"{kind} one")
    ats, medians = [at for at, _, _ in there], [measure["median"] for _, _, measure in there]
    chart.line(ats, medians, kind)
    write = share if metric == "accuracy" else number
    for at, row, measure in there:
        shape, state = ("star", "best") if row["is_best"] else ("circle", kind)
        shape, state = ("cross", "bad") if row["has_diverged"] else (shape, state)
        chart.marks([at], [measure["median"]], shape, state, [f"{row['label']}: {write(measure['median'])}"])
    return chart.svg()


def heights(study: Mapping[str, Any]) -> Markup | None:
    """A ladder's test accuracies; None without one."""
    rows = [row for row in study["table"]["rows"] if row["scores"]["test"]]
    means = [row["scores"]["test"]["last"]["accuracy"]["mean"] for row in rows]
    if not rows:
        return None
    chart = Chart(
        "test accuracy per rung", named("", [row["label"] for row in rows]), _heights("", "accuracy", means)
    )
    for at, (row, mean) in enumerate(zip(rows, means, strict=True)):
        shape, kind = ("star", "best") if row["is_best"] else ("circle", "")
        chart.marks([at], [mean], shape, kind, [f"{row['label']}: {share(mean)}"])
    return chart.svg()


def gains(study: Mapping[str, Any]) -> Markup | None:
    """What each rung adds to the one it stands on, in percentage points; None without one."""
    rows = [row for row in study["table"]["rows"] if row["gain"]]
    points = [100 * row["gain"]["accuracy"] for row in rows]
    if not rows:
        return None
    chart = Chart("gain of each rung", named("", [row["label"] for row in rows]), around("", [0.0, *points]))
    for at, value in enumerate(points):
        kind, sign = ("loses", "−") if value < 0 else ("gains", "+")
        chart.bar(at, value, kind, f"{sign}{abs(value):.1f}")
    return chart.svg()


def curves(metric: str, split: str, lines: Sequence[tuple[str, Mapping[str, Column]]]) -> Markup | None:
    """One line a row of the table, over the epochs; None without an evaluation."""
    values = [value for _, columns in lines for value in columns[metric].tolist()]
    epochs = [epoch for _, columns in lines for epoch in columns["epoch"].tolist()]
    if not values:
        return None
    x = Axis("epoch", 0.0, max(1.0, *epochs), is_whole=True)
    chart = Chart(f"{split} {metric} over the epochs", x, _heights(f"{split} {metric}", metric, values))
    for slot, (_, columns) in enumerate(lines, start=1):
        chart.line(columns["epoch"].tolist(), columns[metric].tolist(), f"curve-{slot}")
    return chart.svg()


def _heights(title: str, metric: str, values: Sequence[float]) -> Axis:
    if metric == "accuracy":
        return around(title, values, is_share=True)
    return logarithmic(title, values) or around(title, values, from_zero=True)


def _values_axis(study: Mapping[str, Any]) -> tuple[Axis, Sequence[float]]:
    """The axis of what varies, and each row's place on it: by size where a single field has numbers."""
    rows, fields = study["table"]["rows"], list(study["definition"]["axes"])
    title = titles(fields)
    numbers = [_size(row["values"][fields[0]]) for row in rows] if len(fields) == 1 else []
    known = [value for value in numbers if value is not None]
    if len(known) < len(rows) and len(rows) > MOST_NAMES:
        return Axis("row of the table", 0.5, len(rows) + 0.5, is_whole=True), range(1, len(rows) + 1)
    if not rows or len(known) < len(rows):
        return named(title, [row["label"] for row in rows]), range(len(rows))
    axis = around(title, known)
    if min(known) > 0 and max(known) / min(known) >= DECADES:
        room = (max(known) / min(known)) ** 0.05
        axis = Axis(title, min(known) / room, max(known) * room, is_logarithmic=True)
    return axis, known


def _size(value: Any) -> float | None:
    alone = value[0] if isinstance(value, list) and len(value) == 1 else value
    return float(alone) if isinstance(alone, int | float) and not isinstance(alone, bool) else None


def _finite(values: Sequence[Any]) -> list[float]:
    return [value for value in values if isinstance(value, float | int)]
