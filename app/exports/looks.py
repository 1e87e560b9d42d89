"""The last looks into a job's network, for a page. Rule: what a rewind made void is not shown."""

import base64
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import numpy as np
import orjson
from PIL import Image
from sqlalchemy import Connection

from app.jobs.folds import limited
from app.store.snapshots import content
from ml.columns import Column
from ml.entries import JSON

SHADES = 10  # steps of a cell's shade
NUMBERED = 12  # classes; in a larger matrix the cells are too small for numbers


def last_looks(connection: Connection, job_id: str, texts: Iterable[str]) -> dict[str, Any]:
    """The newest content of each kind of snapshot among a log's entries (its snapshots and rewinds), each as
    `{step, epoch, content}`, the content as data where it is JSON, else as bytes."""
    newest = {
        fields["kind"]: fields
        for fields, until in limited(texts)
        if fields["type"] == "snapshot" and fields["step"] <= until
    }
    found = {}
    for kind, fields in newest.items():
        stored = content(connection, job_id, fields["seq"])
        if stored is not None:
            held = orjson.loads(stored[1]) if stored[0] == JSON else stored[1]
            found[kind] = {"step": fields["step"], "epoch": fields["epoch"], "content": held}
    return found


def confusion_rows(held: dict[str, Any]) -> list[dict[str, Any]]:
    """A row a true class: `name`, `right` (0..1 or None), and `cells` as `{count, shade, is_right, words}`.

    A cell's shade is its share of the row in tenths, so that rare classes are seen as well as frequent ones.
    """
    names = held["classes"]
    rows = []
    for label, counts in enumerate(held["matrix"] or [[] for _ in names]):
        total = sum(counts) or 1
        cells = [
            {
                "count": f"{many:,}" if many and len(names) <= NUMBERED else "",
                "shade": round(SHADES * many / total),
                "is_right": answer == label,
                "words": f"{names[label]} taken for {names[answer]}: {many:,}",
            }
            for answer, many in enumerate(counts)
        ]
        rows.append({"name": names[label], "right": held["accuracy"][label], "cells": cells})
    return rows


def filter_pictures(held: dict[str, Any]) -> list[dict[str, str]]:
    """The first layer's weights, a picture a unit: `name` and `picture`, a PNG as a data address."""
    height, width, channels = held["shape"]
    pixels = np.frombuffer(base64.b64decode(held["pixels"]), np.uint8).reshape(-1, height, width, channels)
    names = held["classes"] or [str(unit) for unit in range(1, len(pixels) + 1)]
    return [{"name": name, "picture": _png(unit)} for name, unit in zip(names, pixels, strict=False)]


def _png(pixels: Column) -> str:
    image = Image.fromarray(pixels if pixels.shape[2] == 3 else pixels[:, :, 0])
    stream = BytesIO()
    image.save(stream, format="PNG")
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode("ascii")
