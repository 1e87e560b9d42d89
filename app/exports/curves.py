"""Loss and accuracy of a job as charts. Rule: no extreme is lost, and the smoothed line is that of the page.

Smoothed: an exponential average over all steps, corrected for its start (Kingma & Ba 2015), before any step
is left out of the picture.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np
from markupsafe import Markup

from app.exports.axis import Axis, around, logarithmic
from app.exports.chart import Chart
from app.sampling import chosen_rows
from ml.columns import Column
from ml.entries import Change, Split
from ml.naming import called, value_words
from ml.writing import number, percent

MOST_POINTS = 1200  # of a line: about two for each pixel of its width
SMOOTHING = 0.9  # what the page begins with
MARKED = 120  # evaluations; more marks would hide their own line
Metric = Literal["loss", "accuracy"]


def smoothed(values: Iterable[float], beta: float = SMOOTHING) -> Iterator[float]:
    """The average so far at each value; a value that is not finite is passed over and gives NaN."""
    mean = weight = 0.0
    for value in values:
        if not math.isfinite(value):
            yield math.nan
            continue
        mean = beta * mean + (1 - beta) * value
        weight = beta * weight + (1 - beta)
        yield mean / weight


def curve_chart(
    metric: Metric,
    splits: Mapping[Split, Mapping[str, Column]],
    best: Mapping[str, Any] | None,
    changes: Sequence[Change],
) -> Markup | None:
    """The chart of one metric; None where nothing was measured. `best` is the job's."""
    train, *evaluated = (splits[split] for split in ("train", "validation", "test"))
    everything = np.concatenate([columns[metric] for columns in splits.values()])
    if not np.isfinite(everything).any():
        return None
    steps = np.concatenate([columns["step"] for columns in splits.values()])
    chart = Chart(f"{metric} over the steps", _steps(steps), _heights(metric, everything))
    for change in changes:
        after = value_words(change.field, change.after)
        chart.upright(change.step, "change", f"from step {change.step}: {called(change.field)} {after}")
    if best is not None:
        chart.upright(best["step"], "best", f"best epoch: {best['epoch']}")
    average = np.array(list(smoothed(train[metric].tolist())), np.float64)
    _line(chart, train["step"], train[metric], "train thin")
    _line(chart, train["step"], average, "train")
    for columns, kind, shape in zip(evaluated, ("validation", "test"), ("diamond", "circle"), strict=True):
        _evaluations(chart, columns, metric, kind, shape)
    if best is not None and isinstance(best[metric], float | int):
        chart.marks([best["step"]], [best[metric]], "star", "best", [f"best epoch: {best['epoch']}"])
    return chart.svg()


def _steps(steps: Column) -> Axis:
    first, last = float(steps.min()), float(steps.max())
    return Axis("step", first, max(last, first + 1), is_whole=True)


def _heights(metric: Metric, values: Column) -> Axis:
    if metric == "accuracy":
        return around(metric, values.tolist(), is_share=True)
    return logarithmic(metric, values.tolist()) or around(metric, values.tolist(), from_zero=True)


def _line(chart: Chart, steps: Column, values: Column, kind: str) -> None:
    rows = chosen_rows(steps, [values], MOST_POINTS)
    chart.line(steps[rows].tolist(), values[rows].tolist(), kind)
    lost = rows[~np.isfinite(values[rows])] if kind != "train" else rows[:0]
    if len(lost):
        first = int(steps[lost[0]])
        chart.marks([first], [math.nan], "cross", "bad", [f"not finite from step {first}"])


def _evaluations(chart: Chart, columns: Mapping[str, Column], metric: Metric, kind: str, shape: str) -> None:
    rows = chosen_rows(columns["step"], [columns[metric]], MOST_POINTS)
    steps, values = columns["step"][rows].tolist(), columns[metric][rows].tolist()
    write = percent if metric == "accuracy" else number
    epochs = columns["epoch"][rows].tolist()
    words = [f"epoch {epoch}: {kind} {write(value)}" for epoch, value in zip(epochs, values, strict=True)]
    chart.line(steps, values, kind)
    if len(rows) <= MARKED:
        chart.marks(steps, values, shape, kind, words)
