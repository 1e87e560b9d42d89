"""Opening the database and its two kinds of transaction. Rule: whoever writes begins with BEGIN IMMEDIATE.

SQLite in WAL mode: readers never wait for the writer, and a commit costs no fsync (synchronous=NORMAL).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

BUSY_SECONDS = 5.0  # how long a writer waits for another one before it reports the database as locked

DatabaseAway = OperationalError
"""Raised while the database is locked, full, or not reachable: worth another try later."""


def database_path(url: str) -> Path:
    """The file behind an SQLite URL."""
    database = make_url(url).database
    if database is None:
        raise ValueError(f"{url} names no database file")
    return Path(database)


def open_database(url: str, *, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """An engine on the SQLite file of `url`, every connection set up for many readers and one writer."""
    engine = create_engine(url, connect_args={"timeout": busy_seconds, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin where we say so, not where the driver guesses
        connection.execute(f"PRAGMA busy_timeout = {int(busy_seconds * 1000)}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))

    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view of the database."""
    with engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One write transaction: all of it or nothing, and no other writer meanwhile."""
    with engine.connect().execution_options(begin="BEGIN IMMEDIATE") as connection, connection.begin():
        yield connection


class Watch:
    """Tells whether anybody else committed since the last question; a question costs about 3 µs.

    With `query`, whether the single row that it selects is another than last time: about 20 µs, asked only
    after a commit. It keeps those who wait for something rare asleep while trainings write 25 times a second.
    """

    def __init__(self, engine: Engine, query: str | None = None, **parameters: str) -> None:
        self._query = query
        self._parameters = parameters
        self._row: object = None
        self._pooled = engine.raw_connection()
        self._connection: sqlite3.Connection = self._pooled.driver_connection  # type: ignore[assignment]
        self._version: int | None = None

    def changed(self) -> bool:
        """True at the first call, after every foreign change, and when the database cannot say."""
        try:
            version = self._connection.execute("PRAGMA data_version").fetchone()[0]
            if version == self._version:
                return False
            if self._query is not None:
                row = self._connection.execute(self._query, self._parameters).fetchone()
                changed, self._row = row != self._row or self._version is None, row
            else:
                changed = True
        except sqlite3.OperationalError:
            return True  # whoever looks closer then learns that the database is away
        self._version = version
        return changed

    def close(self) -> None:
        """Give the connection back."""
        self._pooled.close()
