"""Opening the database and its two kinds of transaction. Rule: whoever writes begins with BEGIN IMMEDIATE.

SQLite in WAL mode: readers never wait for the writer, and a commit costs no fsync (synchronous=NORMAL).
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

Found = TypeVar("Found")

BUSY_SECONDS = 5.0  # how long a writer waits for another one before it reports the database as locked

DatabaseAway = OperationalError
"""Raised while the database is locked, full, or not reachable: worth another try later."""


def database_path(url: str) -> Path:
    """The file behind an SQLite URL."""
    database = make_url(url).database
    if database is None:
        raise ValueError(f"{url} names no database file")
    return Path(database)


def open_database(url: str, *, busy_seconds: float = BUSY_SECONDS, creates: bool = False) -> Engine:
    """An engine on the SQLite file of `url`, every connection set up for many readers and one writer.

    A file that is not there is made only by one that `creates`: to all others the database is away, and comes
    back. An empty one in its place would also take the journal that lies beside it for its own.
    """
    address = f"file:{quote(str(database_path(url)))}?mode={'rwc' if creates else 'rw'}"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(address, uri=True, timeout=busy_seconds, check_same_thread=False)

    engine = create_engine(url, creator=connect)

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


def persistently(
    act: Callable[[], Found], pause_seconds: float, sleep: Callable[[float], object] = time.sleep
) -> Found:
    """What `act` returns; tried again after every pause while the database is away."""
    while True:
        try:
            return act()
        except DatabaseAway:
            sleep(pause_seconds)


class Watch:
    """Tells whether anybody else committed since the last question; a question costs about 3 µs.

    With `query`, whether the single row that it selects is another than last time: about 20 µs, asked only
    after a commit. It keeps those who wait for something rare asleep while trainings write 25 times a second.
    """

    def __init__(self, engine: Engine, query: str | None = None, **parameters: str) -> None:
        self._query = query
        self._parameters = parameters
        self._row: object = None
        self._engine = engine
        self._held: Connection | None = None
        self._driver: Any = None  # what `_held` wraps, asked without a transaction
        self._version: int | None = None

    def changed(self) -> bool:
        """True at the first call, after every foreign change, and when the database cannot say."""
        try:
            if self._held is None:
                self._held = self._engine.connect()
                self._driver = self._held.connection.driver_connection
            version = self._driver.execute("PRAGMA data_version").fetchone()[0]
            if version == self._version:
                return False
            if self._query is not None:
                row = self._driver.execute(self._query, self._parameters).fetchone()
                changed, self._row = row != self._row or self._version is None, row
            else:
                changed = True
        except (sqlite3.OperationalError, DatabaseAway):
            return True  # whoever looks closer then learns that the database is away
        self._version = version
        return changed

    def close(self) -> None:
        """Give the connection back."""
        if self._held is not None:
            self._held.close()
