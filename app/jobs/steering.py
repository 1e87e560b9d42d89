"""What a job's controls mean in each state. Rule: asked twice is asked once; nonsense does nothing.

Every function works inside the caller's write transaction. What a worker must do waits as a command; what
needs no worker happens at once.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from app.jobs.states import RESUMABLE, is_terminal, will_restart
from app.store import commands
from app.store import jobs as job_rows
from app.store.attempts import begin_next, has_worker, requeue_with
from app.store.jobs import JobRow
from app.store.log import append, lines
from ml.entries import Status

REQUESTED = Status("stopped", reason="requested")


def stop(connection: Connection, job: JobRow, *, save: bool) -> None:
    """End the job, after its current step; one that waits for a restart waits no more."""
    if will_restart(job.status, job.reason, job.restarts_left):
        job_rows.change(connection, job.id, restarts_left=0)
    elif job.status == "queued" or (job.status == "paused" and not has_worker(connection, job.id)):
        commands.clear_wishes(connection, job.id)
        append(connection, job.id, job.attempt, lines(REQUESTED))
    elif job.status != "stopping" and not is_terminal(job.status):
        commands.give(connection, job.id, "stop", save=save)
        append(connection, job.id, job.attempt, lines(Status("stopping", reason="requested")))


def pause(connection: Connection, job: JobRow) -> None:
    """Rest after the current step; a queued job leaves the queue. What the house paused stays paused then."""
    wish = commands.last_wish(connection, job.id)
    if job.status == "queued":
        commands.clear_wishes(connection, job.id)
        append(connection, job.id, job.attempt, lines(Status("paused")))
    elif job.status in ("starting", "running"):
        if wish not in ("pause", "step") or commands.is_held(connection, job.id):
            commands.give(connection, job.id, "pause")
    elif job.status == "paused":
        if job.held_by is not None:
            job_rows.change(connection, job.id, held_by=None)
        if has_worker(connection, job.id) and (job.held_by is not None or wish == "resume"):
            commands.give(connection, job.id, "pause")


def begins_anew(connection: Connection, job: JobRow) -> bool:
    """Whether a resume reads data and checkpoint again, in a new attempt."""
    return job.status in RESUMABLE and not (job.status == "paused" and has_worker(connection, job.id))


def resume(connection: Connection, job: JobRow) -> None:
    """Go on: in the living worker, else in the queue as a new attempt."""
    wish = commands.last_wish(connection, job.id)
    if job.status == "queued":
        commands.clear_wishes(connection, job.id)  # such as a single step that it was queued for
    elif job.status in ("starting", "running"):
        if wish in ("pause", "step"):
            commands.give(connection, job.id, "resume")
    elif begins_anew(connection, job):
        commands.clear_wishes(connection, job.id)
        begin_next(connection, job.id)
    elif job.status == "paused" and wish != "resume":
        commands.give(connection, job.id, "resume")


def step(connection: Connection, job: JobRow) -> None:
    """One update of a paused job."""
    if job.status != "paused":
        return
    if has_worker(connection, job.id):
        if commands.last_wish(connection, job.id) not in ("resume", "step"):
            commands.give(connection, job.id, "step")
    else:
        requeue_with(connection, job.id, "pause", "step")


def adjust(connection: Connection, job: JobRow, changes: Mapping[str, Any]) -> None:
    """Change fields from the next step on; a job that waits takes them when it trains."""
    if is_terminal(job.status) or job.status == "stopping":
        return
    for field, value in changes.items():
        commands.give(connection, job.id, "adjust", field=field, value=value)
