"""The log and the metrics that follow from it."""

from typing import Any, Literal

from app.shapes.shape import Number, OpenShape, Shape
from ml.entries import Split

EntryType = Literal["status", "metrics", "note", "diagnosis", "change", "snapshot", "checkpoint", "rewind"]


class LogEntry(OpenShape):
    """One entry; docs/api.md has the fields of each type."""

    seq: int
    at: str
    type: EntryType
    attempt: int


class Log(Shape):
    """Entries in order; `more` of the types asked for follow."""

    entries: list[LogEntry]
    last_seq: int
    more: bool


class ChartRows(Shape):
    """Rows for a chart, column by column; a typed column is an object."""

    split: Split
    columns: dict[str, list[Number] | dict[str, Any]]
    total_points: int
    sampled: bool
    last_seq: int
    rewound_to: int | None
