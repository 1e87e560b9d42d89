"""Making room: on a device for a job that waits, on a disk that is full. Rule: a job is asked only once."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, select

from app.jobs.recovery import DISK
from app.jobs.slots import Waiting, acceptable
from app.store import commands
from app.store.log import append, lines
from app.store.schema import jobs
from ml.entries import Note

GAVE_WAY = "Paused, and its slot given to a job that waits; a resume puts it into the queue."


def give_room(
    connection: Connection,
    queue: Iterable[Waiting],
    slots: Mapping[str, int],
    holders: Sequence[tuple[str, str | None, str]],
) -> None:
    """Ask paused jobs to leave the devices that the first waiting job wants and finds taken."""
    first = next(iter(queue), None)
    wanted = acceptable(first.device, list(slots)) if first else []
    used = [device for _, device, _ in holders]
    if not wanted or any(used.count(device) < slots[device] for device in wanted):
        return
    for job_id, device, status in holders:
        if status == "paused" and device in wanted:
            if commands.last_wish(connection, job_id) is None:
                commands.give(connection, job_id, "leave", message=GAVE_WAY)
            return  # one slot is enough for one job


def hold_all(connection: Connection, message: str) -> None:
    """Ask every running job to pause until the disk has room again."""
    for job_id in connection.execute(select(jobs.c.id).where(jobs.c.status == "running")).scalars().all():
        if commands.last_wish(connection, job_id) is None:
            commands.give(connection, job_id, "pause", held_by=DISK, message=message)


def warn_all(connection: Connection, message: str) -> None:
    """Tell every running job's reader."""
    running = select(jobs.c.id, jobs.c.attempt).where(jobs.c.status == "running")
    for job_id, attempt in connection.execute(running).all():
        append(connection, job_id, attempt, lines(Note("warning", message)))
