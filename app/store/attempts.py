"""A job's next attempt. Rule: the attempt's number changes with the status, so the old writer is shut out."""

from sqlalchemy import Connection, func, select, update

from app.store import commands
from app.store import processes as processes_rows
from app.store.log import append, lines
from app.store.revisions import touch_queue
from app.store.schema import jobs, processes
from ml.entries import Status

RESTARTS = 3  # by itself after a lost worker, until a checkpoint shows that it got further
_ahead = jobs.alias("ahead")


def begin_next(
    connection: Connection, job_id: str, *, restarts_left: int = RESTARTS, first: bool = False
) -> None:
    """Queue a job that is paused without a worker, stopped, failed or interrupted once more.

    Behind the others or, `first`, before them: it did not leave its device of its own will.
    """
    end = func.min(_ahead.c.queue_order) - 1 if first else func.max(_ahead.c.queue_order) + 1
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
            queue_order=select(func.coalesce(end, 1)).scalar_subquery(),
        )
        .returning(jobs.c.attempt)
    ).scalar_one()
    append(connection, job_id, attempt, lines(Status("queued")))
    if first:
        touch_queue(connection)


def has_worker(connection: Connection, job_id: str) -> bool:
    """Whether a worker holds the job."""
    query = select(processes.c.id).where(processes.c.kind == "worker", processes.c.job_id == job_id).limit(1)
    return connection.execute(query).one_or_none() is not None


def requeue_with(connection: Connection, job_id: str, *kinds: str, first: bool = False) -> None:
    """Queue a paused job that has no worker; its next attempt begins with commands of `kinds`."""
    commands.clear_wishes(connection, job_id)
    begin_next(connection, job_id, first=first)
    for kind in kinds:
        commands.give(connection, job_id, kind)


def let_go(connection: Connection, worker_id: str, state: str, job_id: str) -> None:
    """A worker is done with a job and is `state` now; a stop that came meanwhile is carried out."""
    row = connection.execute(select(jobs.c.status, jobs.c.attempt).where(jobs.c.id == job_id)).one_or_none()
    held = processes_rows.get(connection, worker_id)
    if row is not None and row.status == "stopping" and held is not None and held.job_id == job_id:
        append(connection, job_id, row.attempt, lines(Status("stopped", reason="requested")))
        commands.clear_wishes(connection, job_id)
    processes_rows.enter(connection, worker_id, state)
