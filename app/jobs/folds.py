"""A log read back as entries, rewinds applied. Rule: a row counts unless a later rewind voids it."""

from collections.abc import Iterable, Iterator
from math import inf
from typing import Any

import orjson

from app.jobs.progress import BEGINNING, Progress, Start, rows_up_to
from ml.clock import seconds_of
from ml.columns import decode
from ml.entries import Metrics
from ml.plan import Plan


def metrics_of(fields: dict[str, Any]) -> Metrics:
    """The metrics entry that `fields`, an object of the log, was written from."""
    return Metrics(fields["split"], {name: decode(column) for name, column in fields["columns"].items()})


def limited(texts: Iterable[str]) -> list[tuple[dict[str, Any], float]]:
    """The fields of a log's entries, its rewinds left out, each with the step up to which later rewinds let
    it hold; infinite where none comes."""
    limit: float = inf
    kept: list[tuple[dict[str, Any], float]] = []
    for text in reversed(list(texts)):
        fields = orjson.loads(text)
        if fields["type"] == "rewind":
            limit = min(limit, fields["to_step"])
        else:
            kept.append((fields, limit))
    return kept[::-1]


def rows_until(fields: dict[str, Any], until: float) -> Metrics | None:
    """The rows of a metrics entry up to step `until`; None where none is left."""
    entry = metrics_of(fields)
    if until != inf:
        entry = rows_up_to(entry, int(until))
    return entry if len(entry.columns["step"]) else None


def surviving(texts: Iterable[str]) -> Iterator[tuple[Metrics, float]]:
    """The metrics of a log that hold after its rewinds, each with its moment in seconds since 1970.

    `texts` must hold the rewinds; other types are passed over.
    """
    for fields, until in limited(texts):
        if fields["type"] == "metrics" and (entry := rows_until(fields, until)) is not None:
            yield entry, seconds_of(fields["at"])


def refold(texts: Iterable[str], plan: Plan, start: Start = BEGINNING) -> Progress:
    """The progress of a whole log that begins at `start`."""
    progress = Progress(plan, start)
    for entry, at in surviving(texts):
        progress.apply(entry, at)
    return progress
