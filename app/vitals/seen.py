"""What can be seen of the product at this moment. Rule: what is away is missing, never wrong."""

import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection, func, select

from app.jobs.disk import State, how_full
from app.parts import Parts
from app.store import devices, processes
from app.store.database import DatabaseAway, database_path, reading
from app.store.schema import entries, jobs
from app.store.torn import rows, stored
from ml.clock import seconds_of

SILENT_SECONDS = 5.0  # a supervisor writes its heartbeat every second
WARM = ("idle", "answering", "busy")

Word = Literal["ok", "down"]


@dataclass
class Glance:
    """The parts by name, which health tells."""

    database: Word = "down"
    supervisor: Word = "down"
    disk: State = "ok"
    free_bytes: int = 0
    total_bytes: int = 0
    database_bytes: int = 0
    workers: dict[str, int] = field(default_factory=dict)  # by what they do

    @property
    def is_well(self) -> bool:
        """Whether the parts are at work without which nothing trains."""
        return self.database == self.supervisor == "ok"

    @property
    def worker_words(self) -> str:
        """How the workers are: `ok` once one is warm."""
        if any(self.workers.get(state) for state in WARM):
            return "ok"
        return "warming" if self.workers.get("warming") else "none"

    @property
    def parts(self) -> dict[str, str]:
        """Every part with a word for how it is."""
        return {
            "database": self.database,
            "supervisor": self.supervisor,
            "workers": self.worker_words,
            "disk": self.disk,
        }


@dataclass
class Seen(Glance):
    """The parts, and figures; those from the database are empty while it is away."""

    jobs: dict[str, int] = field(default_factory=dict)  # by status
    devices: list[dict[str, Any]] = field(default_factory=list)
    queue_wait_seconds: float = 0.0
    flush_lag_seconds: float = 0.0


def glance(parts: Parts) -> Glance:
    """One look at the parts alone."""
    seen = Glance()
    with suppress(DatabaseAway, FileNotFoundError):  # said by "down"
        _look_at_disk(parts, seen)
        with reading(parts.engine) as connection:
            _look_for_processes(parts, connection, seen)
    return seen


def look(parts: Parts) -> Seen:
    """One look at everything."""
    seen = Seen()
    with suppress(DatabaseAway, FileNotFoundError):
        _look_at_disk(parts, seen)
        with reading(parts.engine) as connection:
            _look_into(connection, seen)
            _look_for_processes(parts, connection, seen)
    return seen


def _look_at_disk(parts: Parts, seen: Glance) -> None:
    seen.disk, seen.total_bytes, seen.free_bytes = how_full(parts.settings.data_dir)
    seen.database_bytes = database_path(parts.settings.database).stat().st_size  # raises: it was deleted


def _look_for_processes(parts: Parts, connection: Connection, seen: Glance) -> None:
    supervisors = []
    for process in processes.of_kinds(connection, "supervisor", "worker"):
        if process.kind == "supervisor":
            supervisors.append(process)
        else:
            seen.workers[process.state] = seen.workers.get(process.state, 0) + 1
    seen.database = "ok"
    if parts.supervisors.any_within(SILENT_SECONDS, supervisors):
        seen.supervisor = "ok"


def _look_into(connection: Connection, seen: Seen) -> None:
    by_status = select(jobs.c.status, func.count().label("amount")).group_by(jobs.c.status)
    seen.jobs = {str(row.status): int(row.amount) for row in connection.execute(by_status)}
    seen.devices = devices.listed(connection)
    seen.queue_wait_seconds = _since(_queued_at(connection))
    silent = select(func.min(jobs.c.updated_at)).where(jobs.c.status == "running")
    seen.flush_lag_seconds = _since(connection.execute(silent).scalar_one())


def _queued_at(connection: Connection) -> str | None:
    """When the job at the head of the queue came into it."""
    head = select(jobs.c.id).where(jobs.c.status == "queued").order_by(jobs.c.queue_order).limit(1)
    said = (
        select(entries.c.seq, entries.c.type, entries.c.text)
        .where(entries.c.job_id == head.scalar_subquery(), entries.c.type == "status")
        .order_by(entries.c.seq.desc())
        .limit(1)
    )
    found = [stored(*row).fields for row in rows(connection, said)]
    return str(found[0]["at"]) if found else None


def _since(moment: str | None) -> float:
    return 0.0 if moment is None else max(0.0, time.time() - seconds_of(moment))
