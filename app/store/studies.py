"""Study rows. Rule: a study is its definition; which jobs belong to it, the jobs' own rows say."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from app.store.jobs import JobRow, listed
from app.store.revisions import next_revision
from app.store.schema import jobs, studies
from ml.clock import now

StudyRow = Row[Any]
_other = studies.alias("other")
EVERY_JOB = 100_000


def create(
    connection: Connection,
    study_id: str,
    name: str,
    definition: Mapping[str, Any],
    key: tuple[str, str] | None,
) -> None:
    """Keep a definition; `key`: the idempotency key it was made under, and the hash of what was sent."""
    idempotency_key, body_hash = key or (None, None)
    connection.execute(
        insert(studies).values(
            id=study_id,
            number=select(func.coalesce(func.max(_other.c.number), 0) + 1).scalar_subquery(),
            name=name,
            kind=definition["kind"],
            definition=orjson.dumps(definition).decode(),
            idempotency_key=idempotency_key,
            body_hash=body_hash,
            created_at=now(),
        )
    )


def get(connection: Connection, study_id: str) -> StudyRow | None:
    """The study's row, or None."""
    return connection.execute(select(studies).where(studies.c.id == study_id)).one_or_none()


def find(connection: Connection, key: str) -> StudyRow | None:
    """The study that was made under the idempotency key."""
    return connection.execute(select(studies).where(studies.c.idempotency_key == key)).one_or_none()


def newest_first(connection: Connection) -> Sequence[StudyRow]:
    """All of them."""
    return connection.execute(select(studies).order_by(studies.c.number.desc())).all()


def redefine(connection: Connection, study_id: str, definition: Mapping[str, Any]) -> None:
    """Replace the definition by a wider one."""
    text = orjson.dumps(definition).decode()
    connection.execute(update(studies).where(studies.c.id == study_id).values(definition=text))


def jobs_of(connection: Connection, study_id: str) -> Sequence[JobRow]:
    """Its jobs, in the order they were made."""
    return listed(connection, study_id=study_id, sort="created_at", limit=EVERY_JOB)


def statuses(connection: Connection) -> dict[str, dict[str, int]]:
    """How many jobs of every study have which status."""
    query = select(jobs.c.study_id, jobs.c.status, func.count()).where(jobs.c.study_id.is_not(None))
    found: dict[str, dict[str, int]] = {}
    for study_id, status, amount in connection.execute(query.group_by(jobs.c.study_id, jobs.c.status)):
        found.setdefault(study_id, {})[status] = amount
    return found


def remove(connection: Connection, study_id: str) -> None:
    """Forget the study; its jobs stay, as jobs of their own."""
    values = {"study_id": None, "revision": next_revision(), "updated_at": now()}
    connection.execute(update(jobs).where(jobs.c.study_id == study_id).values(**values))
    connection.execute(delete(studies).where(studies.c.id == study_id))
