"""Checkpoints whose tensors are a few letters: enough for all that only moves files."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from app.store.database import writing
from app.store.log import Line, append
from ml.checkpoint_files import STATE, WEIGHTS, Name, write


def save(folder: Path, job_id: str, step: int, attempt: int = 1, **facts: Any) -> None:
    """Put one into place, as a worker does."""
    contents = {WEIGHTS: b"w" * 1000 + str(step).encode(), STATE: b"s"}
    write(folder / "checkpoints" / job_id, Name(step, attempt), {"step": step, **facts}, contents)


def log_it(engine: Engine, job_id: str, step: int, attempt: int = 1, is_best: bool = False) -> None:
    """Write its entry."""
    fields = f'"type":"checkpoint","epoch":1,"step":{step},"is_best":{str(is_best).lower()}}}'
    with writing(engine) as connection:
        append(
            connection, job_id, attempt, [Line("2026-01-01T00:00:00.000Z", "checkpoint", None, fields, None)]
        )
