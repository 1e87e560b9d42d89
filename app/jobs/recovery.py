"""Jobs that go on by themselves: after a lost worker, a shutdown, a full disk. Rule: never endlessly.

A lost worker's job starts again after 30, 60 and 120 s; a checkpoint of the new attempt counts anew.
"""

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, select

from app.jobs.control import SHUTDOWN
from app.store import commands
from app.store.attempts import RESTARTS, begin_next, has_worker, requeue_with
from app.store.database import reading, writing
from app.store.log import AppendRefused, append, lines
from app.store.schema import jobs
from ml.entries import Note, Reason, Status

FIRST_RESTART_SECONDS = 30.0  # long enough to look first; every further one doubles it
DISK = "disk"


def end_job(connection: Connection, job_id: str, status: str, reason: Reason, message: str) -> None:
    """Write the terminal entry that the worker cannot write any more, unless it did.

    A job that was paused stays for a person to resume.
    """
    columns = (jobs.c.attempt, jobs.c.status, jobs.c.held_by)
    row = connection.execute(select(*columns).where(jobs.c.id == job_id)).one_or_none()
    if row is None:
        return
    wanted_at_rest = row.status == "stopping" or (row.status == "paused" and row.held_by is None)
    restarts: dict[str, Any] = {"restarts_left": 0} if wanted_at_rest else {}
    try:
        append(
            connection, job_id, row.attempt, lines(Status(status, reason=reason, message=message)), **restarts
        )
    except AppendRefused:
        return  # it ended by itself before the worker did
    commands.clear_wishes(connection, job_id)


class Recovery:
    """Looks for jobs that should go on and have nobody to do it."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._clock = clock
        self._holds = False
        self._due: dict[str, float] = {}  # when an interrupted job starts again, by the steady clock

    @property
    def is_waiting(self) -> bool:
        """Whether a job will go on by itself."""
        return bool(self._due) or self._holds

    def look(self, *, disk_is_full: bool) -> None:
        """One round."""
        query = select(jobs.c.id, jobs.c.status, jobs.c.held_by, jobs.c.restarts_left, jobs.c.attempt).where(
            (jobs.c.status == "paused")
            | (
                (jobs.c.status == "interrupted")
                & (jobs.c.reason == "worker_lost")
                & (jobs.c.restarts_left > 0)
            )
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        self._due = {row.id: self._due.get(row.id, 0.0) for row in rows if row.status == "interrupted"}
        self._holds = any(row.held_by is not None for row in rows)
        for row in rows:
            if row.status == "interrupted":
                self._restart_when_due(row.id, row.restarts_left)
            elif row.held_by == SHUTDOWN or (row.held_by == DISK and not disk_is_full):
                self._go_on(row.id)
            else:
                self._hear(row.id)

    def _restart_when_due(self, job_id: str, restarts_left: int) -> None:
        number = RESTARTS - restarts_left
        if not self._due[job_id]:
            seconds = FIRST_RESTART_SECONDS * 2**number
            self._due[job_id] = self._clock() + seconds
        if self._clock() < self._due[job_id]:
            return
        with writing(self._engine) as connection:
            row = connection.execute(
                select(jobs.c.status, jobs.c.restarts_left).where(jobs.c.id == job_id)
            ).one_or_none()
            if row is None or (row.status, row.restarts_left) != ("interrupted", restarts_left):
                return  # somebody was faster
            begin_next(connection, job_id, restarts_left=restarts_left - 1, first=True)
            self._say(
                connection, job_id, f"Its worker was lost; restart {number + 1} of {RESTARTS} by itself."
            )
        del self._due[job_id]

    def _go_on(self, job_id: str) -> None:
        """What the house paused goes on: with its worker, or in the queue."""
        with writing(self._engine) as connection:
            row = connection.execute(
                select(jobs.c.status, jobs.c.held_by).where(jobs.c.id == job_id)
            ).one_or_none()
            if row is None or row.status != "paused" or row.held_by is None:
                return
            if not has_worker(connection, job_id):
                requeue_with(connection, job_id, first=True)
            elif commands.last_wish(connection, job_id) is None:
                commands.give(connection, job_id, "resume")

    def _hear(self, job_id: str) -> None:
        """A resume or a step that came while the worker was leaving."""
        with writing(self._engine) as connection:
            status = connection.execute(select(jobs.c.status).where(jobs.c.id == job_id)).scalar_one_or_none()
            wish = commands.last_wish(connection, job_id)
            if status != "paused" or wish not in ("resume", "step") or has_worker(connection, job_id):
                return
            requeue_with(connection, job_id, *(["pause", "step"] if wish == "step" else []))

    def _say(self, connection: Connection, job_id: str, message: str) -> None:
        attempt = connection.execute(select(jobs.c.attempt).where(jobs.c.id == job_id)).scalar_one()
        append(connection, job_id, attempt, lines(Note("warning", message)))
