"""What lies in a data folder and nothing needs. Rule: what might still be at work is left alone.

Folders are listed before the database is asked, so what comes meanwhile is not even seen.
"""

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from app.jobs.saved import Saved
from app.jobs.states import TERMINAL
from app.occupied import BACKUP, SERVER, Occupied, hold
from app.upkeep import backup, restore
from app.upkeep.picture import open_existing, saved_by_job
from ml.checkpoint_files import REPLACED

ABANDONED_SECONDS = 3600.0  # what is half made and this old belongs to a process that died
OLD_LOG_SECONDS = 7 * 24 * 3600.0
HALF_MADE = ("cache/.writing-*", *(f"{'*/' * depth}.download-*" for depth in (1, 2, 3)), "*/.unpacking-*")
UPLOADS = ("datasets/.upload-*", "datasets/.deleted-*")


@dataclass(frozen=True, slots=True)
class Waste:
    """A file or a folder, and why nothing needs it."""

    path: Path
    why: str

    @property
    def size(self) -> int:
        """Bytes that removing it gives back; files that are linked elsewhere too give none."""
        return sum(map(_own_bytes, (self.path, *self.path.rglob("*"))))


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database says, all as of one moment."""

    statuses: dict[str, str]
    deleted: set[str]
    saved: dict[str, list[Saved]]
    processes: set[str]
    in_work: set[str]  # jobs that a process holds


def _own_bytes(path: Path) -> int:
    try:
        found = path.lstat()
    except FileNotFoundError:  # somebody else removed it
        return 0
    return found.st_size if path.is_file() and found.st_nlink == 1 else 0


def find(data_directory: Path, database: Path, *, drop_of_ended: bool = False) -> list[Waste]:
    """All of it; with `drop_of_ended` also the checkpoints of ended jobs that are neither last nor best."""
    folders = [path for path in _children(data_directory / "checkpoints") if path.is_dir()]
    listed = [(folder, list(_children(folder))) for folder in folders]
    logs = sorted((data_directory / "logs").glob("*.log"))
    with closing(open_existing(database)) as connection:
        connection.execute("BEGIN")
        known = _ask(connection)
    found = [
        waste for folder, entries in listed for waste in _checkpoints(folder, entries, known, drop_of_ended)
    ]
    found += [Waste(path, "a log of a process that has ended") for path in logs if _is_old(path, known)]
    for pattern in (*HALF_MADE, *UPLOADS):
        half_made = (path for path in data_directory.glob(pattern) if _age(path) > ABANDONED_SECONDS)
        found += [Waste(path, "half made by a process that has ended") for path in sorted(half_made)]
    return found + list(_leftovers(data_directory, database))


def _ask(connection: sqlite3.Connection) -> _Known:
    processes = list(connection.execute("SELECT id, job_id FROM processes"))
    return _Known(
        statuses=dict(connection.execute("SELECT id, status FROM jobs")),
        deleted={job_id for (job_id,) in connection.execute("SELECT job_id FROM tombstones")},
        saved=saved_by_job(connection),
        processes={process_id for process_id, _ in processes},
        in_work={job_id for _, job_id in processes},
    )


def _children(folder: Path) -> Iterable[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else ()


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:  # somebody else removed it
        return 0.0


def _is_old(log: Path, known: _Known) -> bool:
    worker = log.name.removeprefix("worker-").removesuffix(".log")
    return log.name != "supervisor.log" and worker not in known.processes and _age(log) > OLD_LOG_SECONDS


def _checkpoints(folder: Path, entries: list[Path], known: _Known, drop_of_ended: bool) -> Iterator[Waste]:
    job_id = folder.name
    status = known.statuses.get(job_id)
    if status is None:
        # an id that was never deleted may be that of a fork in the making
        if job_id in known.deleted or _age(folder) > ABANDONED_SECONDS:
            yield Waste(folder, "checkpoints of a job that is not there any more")
        return
    if status not in TERMINAL or job_id in known.in_work:
        return  # who trains it removes what it does not need
    saved = known.saved[job_id]
    named = {str(one.name) for one in saved}
    best = [one for one in saved if one.is_best]
    kept = {str(one.name) for one in (*saved[-1:], *best[-1:])} if drop_of_ended else named
    for entry in entries:
        if entry.name not in named and not _is_needed(entry, named):
            yield Waste(entry, "a checkpoint that the log does not name, or half of one")
        elif entry.name in named - kept:
            yield Waste(entry, "a checkpoint of an ended job, neither its last nor its best")


def _is_needed(entry: Path, named: set[str]) -> bool:
    """Whether it is what a writer that was killed was about to replace; the next attempt puts it back."""
    return entry.suffix == REPLACED and entry.stem in named and not entry.with_suffix("").exists()


def _leftovers(data_directory: Path, database: Path) -> Iterator[Waste]:
    partial = database.with_name(f"{database.name}.partial")
    for lock, paths, shared in (
        (BACKUP, [data_directory / backup.WORKING], False),
        (SERVER, [data_directory / restore.WORKING, partial], True),  # who restores holds it alone
    ):
        try:
            hold(data_directory / lock, shared=shared).close()
        except Occupied:
            continue
        yield from (Waste(path, "left over by a process that was killed") for path in paths if path.exists())
