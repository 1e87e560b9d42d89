"""What a study looks like from outside. Rule: definition from its row, all else from its jobs."""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Connection

from app.jobs.states import ACTIVE
from app.jobs.view import job_json
from app.store.jobs import JobRow, count_active
from app.store.studies import StudyRow
from app.studies.results import Outcomes
from app.studies.table import Tried, table_of
from ml.config import TrainConfig
from ml.studies import Definition, config_of, count, identity, points


def definition_of(row: StudyRow) -> Definition:
    """The definition that the store keeps."""
    return Definition(**orjson.loads(row.definition))


def status_of(statuses: dict[str, int]) -> str:
    """What the study as a whole is, by how many of its jobs have which status; the page says it so too.

    running: a job trains, or the next will after some ended; queued: its jobs wait and none has trained;
    paused: none trains or waits, one rests; stopped: somebody stopped one before its end; interrupted: one
    was lost before its end; completed: all reached their end, failed ones included; empty: there are no jobs.
    """
    found = set(statuses)
    if found & ACTIVE or ("queued" in found and len(found) > 1):
        return "running"
    for status in ("queued", "paused", "stopped", "interrupted"):
        if status in found:
            return status
    return "completed" if found else "empty"


def summary(row: StudyRow, statuses: dict[str, int]) -> dict[str, Any]:
    """A study without jobs and table. `deleted`: jobs that its definition asks for and that are no more."""
    job_count = sum(statuses.values())
    return {
        "id": row.id,
        "name": row.name,
        "kind": row.kind,
        "created_at": row.created_at,
        "definition": orjson.loads(row.definition),
        "status": status_of(statuses),
        "statuses": statuses,
        "job_count": job_count,
        "deleted": max(0, count(definition_of(row)) - job_count),
    }


def tally(rows: Sequence[JobRow]) -> dict[str, int]:
    """How many jobs have which status."""
    found: dict[str, int] = {}
    for row in rows:
        found[row.status] = found.get(row.status, 0) + 1
    return found


def identity_of(row: JobRow) -> str:
    """What the job was made as, whatever was adjusted since."""
    return identity(TrainConfig.model_validate(orjson.loads(row.original_config)))


def is_adjusted(row: JobRow) -> bool:
    """Whether a person changed its config while it trained, its name apart."""
    now, made = orjson.loads(row.config), orjson.loads(row.original_config)
    return any(now[field] != made[field] for field in made if field != "name")


def jobs_ahead(connection: Connection, jobs: Sequence[JobRow]) -> int | None:
    """How many jobs of others train, or wait in front of the first of these that waits; None when none waits.

    Those that train count while none of these does: then they are what is waited for.
    """
    waiting = [job.queue_position for job in jobs if job.status == "queued"]
    if not waiting:
        return None
    trains = any(job.status in ACTIVE for job in jobs)
    before: int = min(waiting) - 1
    return before if trains else before + count_active(connection)


def full(connection: Connection, row: StudyRow, jobs: Sequence[JobRow], outcomes: Outcomes) -> dict[str, Any]:
    """The study with its jobs and the table that follows from them."""
    definition = definition_of(row)
    by_identity = {identity_of(job): job for job in jobs}
    tried = []
    for point in points(definition):
        wanted = (identity(config_of(definition, point, seed)) for seed in definition.seeds)
        found = [by_identity[each] for each in wanted if each in by_identity]
        by_seed = [(job.id, outcomes.of(connection, job)) for job in found]
        tried.append(Tried(point, by_seed, sum(map(is_adjusted, found))))
    return {
        **summary(row, tally(jobs)),
        "ahead": jobs_ahead(connection, jobs),
        "jobs": [job_json(job) for job in jobs],
        "table": table_of(definition, tried),
    }
