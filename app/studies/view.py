"""What a study looks like from outside. Rule: definition from its row, all else from its jobs."""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Connection

from app.jobs.states import ACTIVE
from app.jobs.view import job_json
from app.store.jobs import JobRow
from app.store.studies import StudyRow
from app.studies.results import Outcomes
from app.studies.table import Tried, table_of
from ml.config import TrainConfig
from ml.studies import Definition, config_of, identity, points


def definition_of(row: StudyRow) -> Definition:
    """The definition that the store keeps."""
    return Definition(**orjson.loads(row.definition))


def status_of(statuses: dict[str, int]) -> str:
    """running, queued, paused, stopped (something did not reach its end), completed; empty without jobs."""
    found = set(statuses)
    if found & ACTIVE or ("queued" in found and len(found) > 1):
        return "running"
    for status in ("queued", "paused"):
        if status in found:
            return status
    return "stopped" if found & {"stopped", "interrupted"} else "completed" if found else "empty"


def summary(row: StudyRow, statuses: dict[str, int]) -> dict[str, Any]:
    """A study without its jobs and table."""
    return {
        "id": row.id,
        "name": row.name,
        "kind": row.kind,
        "created_at": row.created_at,
        "definition": orjson.loads(row.definition),
        "status": status_of(statuses),
        "statuses": statuses,
        "job_count": sum(statuses.values()),
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
        "jobs": [job_json(job) for job in jobs],
        "table": table_of(definition, tried),
    }
