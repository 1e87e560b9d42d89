"""The order of changes over all jobs. Rule: whatever alters what a job looks like takes the next revision.

Followers ask for `revision > cursor`. With one writer at a time the greatest revision plus one is enough.
"""

from sqlalchemy import Connection, ScalarSelect, func, select, update

from app.store.schema import jobs, tombstones

_changed = jobs.alias("changed")


def next_revision() -> ScalarSelect[int]:
    """The next number, as an expression for an INSERT or UPDATE."""
    newest = select(func.coalesce(func.max(_changed.c.revision), 0)).scalar_subquery()
    deleted = select(func.coalesce(func.max(tombstones.c.revision), 0)).scalar_subquery()
    return select(func.max(newest, deleted) + 1).scalar_subquery()


def latest_revision(connection: Connection) -> int:
    """The revision of the newest change; 0 when there is none."""
    return connection.execute(select(next_revision())).scalar_one() - 1


def touch_queue(connection: Connection) -> None:
    """Mark every queued job as changed: its place in the queue is another now."""
    connection.execute(update(jobs).where(jobs.c.status == "queued").values(revision=next_revision()))
