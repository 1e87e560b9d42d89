"""A data folder at one moment, taken while jobs train in it. Rule: what the log names is there.

A worker writes a checkpoint before its log entry, and removes an old one only after the entry of what
replaces it. So first every checkpoint is linked, which may take its time. Then the database's one place for a
writer is taken for some milliseconds, in which no entry comes and nothing that the log needs is removed: what
is new is linked, and a view of the database begins that later writes do not change. It is copied at leisure.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from app.jobs.saved import Saved, surviving_checkpoints
from app.upkeep.links import Key, Links

PAGES = 2048  # of 4 kB, copied between two reports
BUSY_SECONDS = 30.0

Report = Callable[[int, int], None]  # pages done, and all


@dataclass(frozen=True, slots=True)
class Picture:
    """A copy of the database, and the linked checkpoints that its log names."""

    database: Path
    checkpoints: dict[Key, Path]
    jobs: int
    missing: list[Key]  # last checkpoints that the log names and the disk did not have


def take(database: Path, checkpoints: Path, target: Path, report: Report) -> Picture:
    """The picture in `target`, a folder on the same file system. Raises sqlite3.Error and OSError."""
    links = Links(checkpoints, target / "checkpoints")
    links.look()
    copy = target / "livetrain.db"
    with closing(open_existing(database)) as reader:
        with _no_writer(database):
            links.look()
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the view begins with a look
        with closing(sqlite3.connect(copy, isolation_level=None)) as writer:
            reader.backup(writer, pages=PAGES, progress=lambda _, left, total: report(total - left, total))
            writer.execute("PRAGMA journal_mode = DELETE")  # one file, without -wal and -shm
    with closing(open_existing(copy)) as connection:
        named = {
            job_id: [(job_id, str(one.name)) for one in saved]
            for job_id, saved in saved_by_job(connection).items()
        }
    found = {key: links.folder(key) for keys in named.values() for key in keys if key in links}
    missing = [keys[-1] for keys in named.values() if keys and keys[-1] not in links]
    return Picture(copy, found, len(named), missing)


def open_existing(database: Path) -> sqlite3.Connection:
    """A connection without SQLAlchemy, which also reads tables of older versions. Raises sqlite3.Error."""
    address = f"{database.as_uri()}?mode=rw"  # never make one
    return sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)


@contextmanager
def _no_writer(database: Path) -> Iterator[None]:
    """Nobody writes meanwhile; workers keep what they have in memory."""
    with closing(open_existing(database)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")


def saved_by_job(connection: sqlite3.Connection) -> dict[str, list[Saved]]:
    """Of every job, oldest first, the checkpoints that hold by its log."""
    forks = dict(connection.execute("SELECT id, forked_from FROM jobs"))
    texts: dict[str, list[str]] = {job_id: [] for job_id in forks}
    query = "SELECT job_id, text FROM entries WHERE type IN ('checkpoint', 'rewind') ORDER BY job_id, seq"
    for job_id, text in connection.execute(query):
        texts[job_id].append(text)
    return {
        job_id: surviving_checkpoints(found, orjson.loads(forks[job_id]) if forks[job_id] else None)
        for job_id, found in texts.items()
    }
