"""Measurements of a job as columns of numbers. Rule: every row, exact; what is not finite stays so."""

import csv
from typing import Any

import numpy as np

from app.client.jobs import Split
from ml.columns import Column, decode
from ml.entries import EVALUATION_COLUMNS, TRAIN_COLUMNS

WHOLE = ("step", "epoch")


def columns_of(table: str, split: Split) -> dict[str, Column]:
    """The rows (n,) of one split in the text of a job's `metrics.csv`, by column."""
    rows = [row for row in csv.DictReader(table.splitlines()) if row["split"] == split]
    names = TRAIN_COLUMNS if split == "train" else EVALUATION_COLUMNS
    kinds = {name: np.int64 if name in WHOLE else np.float64 for name in names}
    return {name: np.array([kind(row[name]) for row in rows], kind) for name, kind in kinds.items()}


def decoded(entry: dict[str, Any]) -> dict[str, Any]:
    """An entry of a stream whose columns, if it has any, are arrays (n,)."""
    if "columns" not in entry:
        return entry
    return {**entry, "columns": {name: decode(column) for name, column in entry["columns"].items()}}
