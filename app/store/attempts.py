"""A job's next attempt. Rule: the attempt's number changes with the status, so the old writer is shut out."""

from sqlalchemy import Connection, func, select, update

from app.store import commands
from app.store.log import append, lines
from app.store.schema import jobs, processes
from ml.entries import Status

RESTARTS = 3  # by itself after a lost worker, until a checkpoint shows that it got further
_ahead = jobs.alias("ahead")


def begin_next(connection: Connection, job_id: str, *, restarts_left: int = RESTARTS) -> None:
    """Queue a job that is paused without a worker, stopped, failed or interrupted once more."""
    last = select(func.coalesce(func.max(_ahead.c.queue_order), 0) + 1).scalar_subquery()
    attempt = connection.execute(
        update(jobs)
        .where(jobs.c.id == job_id)
        .values(
            attempt=jobs.c.attempt + 1,
            status="queued",
            reason=None,
            error=None,
            finished_at=None,
            held_by=None,
            restarts_left=restarts_left,
            queue_order=last,
        )
        .returning(jobs.c.attempt)
    ).scalar_one()
    append(connection, job_id, attempt, lines(Status("queued")))


def has_worker(connection: Connection, job_id: str) -> bool:
    """Whether a worker holds the job."""
    query = select(processes.c.id).where(processes.c.kind == "worker", processes.c.job_id == job_id).limit(1)
    return connection.execute(query).one_or_none() is not None


def requeue_with(connection: Connection, job_id: str, *kinds: str) -> None:
    """Queue a paused job that has no worker; its next attempt begins with commands of `kinds`."""
    commands.clear_wishes(connection, job_id)
    begin_next(connection, job_id)
    for kind in kinds:
        commands.give(connection, job_id, kind)
