"""Who is at work: servers, the supervisor, workers. Rule: a row claims, pid and creation time prove."""

import os
import secrets
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil
from sqlalchemy import Connection, delete, insert, select, update

from app.store.schema import processes

_START_FIELD = 19  # of /proc/PID/stat, counted from the one after the name: starttime in proc_pid_stat(5)


@dataclass(frozen=True, slots=True)
class Process:
    """One row."""

    id: str
    kind: str
    pid: int
    process_created_at: float
    heartbeat_at: float
    state: str
    job_id: str | None
    place: str

    @property
    def is_here(self) -> bool:
        """Whether its pid means something to us; elsewhere (another container) only heartbeats tell."""
        return self.place == this_place()

    def is_alive(self) -> bool:
        """Whether exactly this process still exists and is no zombie; True where only heartbeats tell."""
        return not self.is_here or is_alive(self.pid, self.process_created_at)

    def is_stopped(self) -> bool:
        """Whether a signal made it stand still; False where nobody can see that."""
        try:
            return (
                self.is_here
                and self.is_alive()
                and bool(psutil.Process(self.pid).status() == psutil.STATUS_STOPPED)
            )
        except psutil.NoSuchProcess:
            return False


@cache
def this_place() -> str:
    """The host and the space of process ids that this process lives in."""
    try:
        space = str(Path("/proc/self/ns/pid").readlink())
    except OSError:  # no Linux: one space per host
        space = ""
    return f"{socket.gethostname()} {space}"


def is_alive(pid: int, created_at: float) -> bool:
    """Whether the process `pid` that was created at `created_at` still exists and is no zombie."""
    try:
        status = psutil.Process(pid).status()
        return started_at(pid) == created_at and status != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def started_at(pid: int) -> float:
    """When the process `pid` began, in seconds since the machine did. Raises psutil.NoSuchProcess.

    Not since 1970: that moment moves whenever the clock is set, and living processes would seem to be others.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except FileNotFoundError:
        if Path("/proc/self/stat").exists():
            raise psutil.NoSuchProcess(pid) from None
        return float(psutil.Process(pid).create_time())  # no Linux: kept with the process, whatever the clock
    except ProcessLookupError:
        raise psutil.NoSuchProcess(pid) from None
    return int(fields[_START_FIELD]) / os.sysconf("SC_CLK_TCK")


def new_id() -> str:
    """An id for a process that is about to start."""
    return secrets.token_hex(6)


def register(connection: Connection, process_id: str, kind: str, state: str, pid: int | None = None) -> None:
    """A row for the process `pid`, this one by default. Raises psutil.NoSuchProcess."""
    own = pid or os.getpid()
    values = Process(process_id, kind, own, started_at(own), time.time(), state, None, this_place())
    columns = {name: getattr(values, name) for name in Process.__slots__}
    connection.execute(insert(processes).values(**columns))


def of_kinds(connection: Connection, *kinds: str) -> list[Process]:
    """All rows of these kinds."""
    query = select(processes).where(processes.c.kind.in_(kinds))
    return [Process(*row) for row in connection.execute(query)]


def of_kind(connection: Connection, kind: str) -> list[Process]:
    """All rows of `kind`."""
    return of_kinds(connection, kind)


def get(connection: Connection, process_id: str) -> Process | None:
    """The row, or None when the process was given up."""
    row = connection.execute(select(processes).where(processes.c.id == process_id)).one_or_none()
    return Process(*row) if row else None


def beat(connection: Connection, process_id: str) -> bool:
    """Say that the process still runs; False when its row is gone."""
    own = update(processes).where(processes.c.id == process_id)
    return connection.execute(own.values(heartbeat_at=time.time())).rowcount > 0


def enter(connection: Connection, process_id: str, state: str, job_id: str | None = None) -> None:
    """Set what the process does now."""
    connection.execute(
        update(processes).where(processes.c.id == process_id).values(state=state, job_id=job_id)
    )


def remove(connection: Connection, ids: Sequence[str]) -> None:
    """Forget processes that have ended."""
    connection.execute(delete(processes).where(processes.c.id.in_(ids)))
