"""What a job's log tells of its training up to a step. Rule: what rewinds made void is not told."""

from collections.abc import Iterable
from typing import Any

import orjson

from app.jobs.folds import limited, rows_until
from ml.entries import JSON, Diagnosis, Entry, Snapshot

TOLD = ["metrics", "snapshot", "diagnosis", "rewind"]


def diagnosis_of(fields: dict[str, object]) -> Diagnosis:
    """The diagnosis that `fields`, an object of the log, was written from."""
    names = ("kind", "since_step", "message", "evidence", "remedy")
    return Diagnosis(**{name: fields.get(name) for name in names})  # type: ignore[arg-type]


def look_of(fields: dict[str, Any]) -> Snapshot | None:
    """The look at the layers that `fields` was written from; None of another kind, or if it is not inline."""
    if fields["kind"] != "layers" or "data" not in fields:
        return None
    return Snapshot("layers", fields["step"], fields["epoch"], JSON, orjson.dumps(fields["data"]))


def told(texts: Iterable[str], to_step: int) -> list[Entry]:
    """The metrics, looks at the layers and diagnoses of a log (its entries of TOLD) that hold after a rewind,
    in the log's order."""
    found: list[Entry | None] = []
    for fields, until in limited([*texts, orjson.dumps({"type": "rewind", "to_step": to_step}).decode()]):
        if fields["type"] == "metrics":
            found.append(rows_until(fields, until))
        elif fields["type"] == "snapshot" and fields["step"] <= until:
            found.append(look_of(fields))
        elif fields["type"] == "diagnosis" and fields["since_step"] <= until:
            found.append(diagnosis_of(fields))
    return [entry for entry in found if entry is not None]
