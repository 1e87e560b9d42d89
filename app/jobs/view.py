"""What a job looks like from outside: the contract's job object, made from its row."""

from functools import lru_cache
from typing import Any

import orjson

from app.jobs.states import will_restart
from app.store.jobs import JobRow
from ml.adjustable import adjustable_in
from ml.columns import decode, plain


def job_json(row: JobRow) -> dict[str, Any]:
    """The job as JSON data; numbers in `progress` were made JSON-safe when they were folded."""
    progress = orjson.loads(row.progress)
    return {
        "id": row.id,
        "name": row.name,
        "status": row.status,
        "reason": row.reason,
        "will_restart": will_restart(row.status, row.reason, row.restarts_left),
        "error": row.error,
        "config": orjson.loads(row.config),
        "original_config": orjson.loads(row.original_config),
        "adjustable": adjustable_in(row.config),
        "attempt": row.attempt,
        "device": row.device,
        "threads": row.threads,
        "created_at": row.created_at,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
        "queue_position": row.queue_position if row.status == "queued" else None,
        "epoch": progress["epoch"],
        "step": progress["step"],
        "total_steps": progress["total_steps"],
        "eta_seconds": progress["eta_seconds"] if row.status == "running" else None,
        "train_seconds": progress["train_seconds"],
        "images_per_second": progress["images_per_second"],
        "best": progress["best"],
        "latest": progress["latest"],
        "parent_id": row.parent_id,
        "forked_from": _parent(row.forked_from),
        "study_id": row.study_id,
        "data_fingerprint": row.data_fingerprint,
        "tags": orjson.loads(row.tags),
        "notes": row.notes,
    }


@lru_cache(maxsize=500)
def job_text(row: JobRow) -> bytes:
    """The same as JSON text; of rows that stayed as they were it is made once."""
    return orjson.dumps(job_json(row))


def _parent(text: str | None) -> dict[str, Any] | None:
    if text is None:
        return None
    parent = orjson.loads(text)
    return {"job_id": parent["job_id"], "step": parent["step"]}


def plain_text(text: str) -> str:
    """A log entry's text with its typed columns as plain lists."""
    fields = orjson.loads(text)
    fields["columns"] = {name: plain(decode(column)) for name, column in fields["columns"].items()}
    return orjson.dumps(fields).decode()
