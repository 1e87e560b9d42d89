"""The jobs that a job grew out of, read from the store. Rule: what is not here any more is said in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection

from app.exports.course import Leg
from app.jobs.saved import changes_of
from app.store import jobs as job_rows
from app.store import log
from app.store.jobs import JobRow
from ml.checkpoint_files import INHERITED, BadCheckpoint, Name, checkpoints_in, read_facts
from ml.config import TrainConfig

NO_PARENT = (
    "The job went on from step {step:,} of job {job_id}, which was deleted since. The script trains the "
    "config of the job from the first step instead, so its losses are not those of the job."
)
OTHER_DEVICE = (
    "The training went over from one kind of device to another ({kinds}). The script stays on one, which "
    "rounds, and draws for dropout, otherwise; so its losses are not quite those of the job."
)


@dataclass(frozen=True, slots=True)
class Lineage:
    """`legs`: a job's forebears, oldest first, and the job itself; `limits`: why these are not all of it."""

    legs: list[Leg]
    limits: list[str]


def lineage_of(connection: Connection, row: JobRow, data_directory: Path) -> Lineage:
    """The course that led to the job of `row`; the job alone where a forebear was deleted."""
    last = row
    legs: list[Leg] = []
    limits: list[str] = []
    kinds: dict[str, None] = {}
    until = None  # of a parent's log only what a fork knew
    while True:
        entries = _entries(connection, row, until)
        kinds |= dict.fromkeys(_kinds(entries))
        legs.insert(0, _leg(row, entries, data_directory))
        if row.forked_from is None:
            break
        origin = orjson.loads(row.forked_from)
        parent = job_rows.get(connection, origin["job_id"])
        if parent is None:
            limits.append(NO_PARENT.format(**origin))
            alone = _leg(last, _entries(connection, last, None), data_directory)
            legs = [Leg(alone.job_id, alone.config, alone.changes)]
            break
        row, until = parent, row.created_at
    if len(kinds) > 1:
        limits.append(OTHER_DEVICE.format(kinds=", ".join(reversed(kinds))))
    return Lineage(legs, limits)


def _entries(connection: Connection, row: JobRow, until: str | None) -> list[str]:
    """The changes, rewinds and statuses of a log that were written up to `until`."""
    stored = log.read(connection, row.id, 0, -1, ["change", "rewind", "status"])
    texts = [entry.text for entry in stored]
    return [text for text in texts if until is None or orjson.loads(text)["at"] <= until]


def _kinds(texts: Sequence[str]) -> list[str]:
    """The kinds of devices that trained it."""
    devices = (orjson.loads(text).get("device") for text in texts)
    return [device.partition(":")[0] for device in devices if device]


def _leg(row: JobRow, texts: Sequence[str], data_directory: Path) -> Leg:
    config = TrainConfig.model_validate_json(row.original_config)
    changes = changes_of(texts)
    if row.forked_from is None:
        return Leg(row.id, config, changes)
    origin: dict[str, Any] = orjson.loads(row.forked_from)
    is_evaluated = _was_evaluated(row, origin["step"], data_directory)
    return Leg(row.id, config, changes, origin["step"] + 1, bool(origin.get("sets_rate")), is_evaluated)


def _was_evaluated(row: JobRow, step: int, data_directory: Path) -> bool:
    """Whether the checkpoint that a fork began with holds its epoch's evaluation; most do."""
    try:
        facts = read_facts(checkpoints_in(data_directory, row.id), Name(step, INHERITED))
    except BadCheckpoint:
        return True
    return bool(facts["is_evaluated"])
