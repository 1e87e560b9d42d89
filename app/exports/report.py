"""A job's report: all that the log says of it on one page. Rule: a fold over row and log, nothing is kept."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from app.exports.curves import curve_chart
from app.exports.looks import confusion_rows, filter_pictures, last_looks
from app.exports.page import render
from app.exports.plane import plane
from app.exports.repeat import Address, curl
from app.jobs.folds import limited
from app.jobs.rows import rows_of
from app.jobs.saved import changes_of
from app.jobs.view import job_json
from app.store import log
from app.store.jobs import JobRow
from ml.config import TrainConfig
from ml.datasets.facts import DatasetFacts
from ml.entries import Split
from ml.inspection import inspect
from ml.naming import differences
from ml.writing import took

SPLITS: tuple[Split, ...] = ("train", "validation", "test")


def job_report(
    connection: Connection, row: JobRow, facts: DatasetFacts | None, lack: str, address: Address
) -> str:
    """The page. `facts` of the job's data; None where they are not here any more, and `lack` says why."""
    config = TrainConfig.model_validate_json(row.config)
    made_as = TrainConfig.model_validate_json(row.original_config)
    stored = log.read(connection, row.id, 0, -1, ["note", "diagnosis", "change", "snapshot", "rewind"])
    texts = [entry.text for entry in stored]
    job = job_json(row)
    changes = changes_of(texts)
    splits = {split: rows_of(connection, row.id, split)[0].columns for split in SPLITS}
    looks = last_looks(connection, row.id, texts)
    confusion, filters = looks.get("confusion"), looks.get("filters")
    boundary, points = looks.get("boundary"), looks.get("points")
    different = differences(made_as)
    return render(
        "report.html.jinja",
        job=job,
        outcome=_outcome(job),
        device=_device(job),
        different=[(field, value) for field, value in different.items() if field != "name"],
        same=[field for field in TrainConfig.model_fields if field not in different and field != "name"],
        config=made_as,
        defaults=TrainConfig(),
        curves={metric: curve_chart(metric, splits, job["best"], changes) for metric in ("loss", "accuracy")},
        counts={split: len(columns["step"]) for split, columns in splits.items()},
        changes=changes,
        **_told(texts),
        inspection=inspect(config, facts) if facts else None,
        lack=lack,
        confusion=confusion,
        confusion_rows=confusion_rows(confusion["content"]) if confusion else [],
        filters=filters,
        filter_pictures=filter_pictures(filters["content"]) if filters else [],
        boundary=boundary,
        plane=plane(boundary["content"], points["content"]) if boundary and points else None,
        classes=points["content"]["classes"] if points else [],
        repeat=curl(address, "/jobs", different),
        needs_token=address.needs_token,
    )


def _told(texts: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Diagnoses and notes of the log that hold after its rewinds."""
    found = limited(texts)
    return {
        "diagnoses": [
            fields
            for fields, until in found
            if fields["type"] == "diagnosis" and fields["since_step"] <= until
        ],
        "notes": [fields for fields, _ in found if fields["type"] == "note"],
    }


def _outcome(job: dict[str, Any]) -> str:
    """How it ended, or how it stands, in a sentence."""
    reason = f" ({job['reason'].replace('_', ' ')})" if job["reason"] else ""
    steps = f"step {job['step']:,} of {job['total_steps']:,}, epoch {job['epoch']:,}"
    if not job["step"]:
        return f"{job['status'].capitalize()}{reason}."
    trained = f"after {took(job['train_seconds'])} of training"
    where = f" on {_device(job)}" if job["device"] else ""
    return f"{job['status'].capitalize()}{reason} at {steps}, {trained}{where}."


def _device(job: dict[str, Any]) -> str:
    if not job["device"]:
        return ""
    threads = job["threads"] if job["device"] == "cpu" else None
    name = "CPU" if job["device"] == "cpu" else job["device"].replace("cuda:", "GPU ").replace("cuda", "GPU")
    return f"{name}, {threads} thread{'' if threads == 1 else 's'}" if threads else name
