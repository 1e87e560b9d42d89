"""The worker's pen: entries into the log, whatever the database does. Rule: nothing is dropped.

While the database is away, entries wait in memory and training goes on; after a minute of them it holds.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Engine

from app.jobs.folds import refold
from app.jobs.progress import Progress
from app.store import commands
from app.store.database import DatabaseAway, persistently, reading, writing
from app.store.log import Line, append, lines, read
from app.store.torn import Stored
from ml.clock import seconds_of
from ml.entries import Change, Entry, Rewind

HOLD_SECONDS = 60.0
RETRY_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Attempt:
    """Whose log is written."""

    job_id: str
    number: int


class LogWriter:
    """Appends one attempt's entries; `progress` follows them. Every method may raise AppendRefused."""

    def __init__(
        self,
        engine: Engine,
        attempt: Attempt,
        progress: Progress,
        *,
        hold_seconds: float = HOLD_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.progress = progress
        self._engine = engine
        self._attempt = attempt
        self._hold_seconds = hold_seconds
        self._clock = clock
        self._sleep = sleep
        self._pending: list[Line] = []
        self._adjusted: dict[str, Any] = {}  # fields of the config that change with the pending lines
        self._columns: dict[str, Any] = {}  # likewise, of the job's row
        self._done: list[int] = []  # ids of commands that are carried out with the pending lines
        self._away_since: float | None = None
        self._next_try = 0.0

    @property
    def is_behind(self) -> bool:
        """Whether entries wait in memory."""
        return bool(self._pending)

    def write(self, entry: Entry, *, done: Sequence[int] = (), **columns: Any) -> None:
        """Append `entry`, or keep it for later while the database is away.

        With it the commands of the ids `done` are forgotten and `columns` of the job's row are set.
        """
        made = lines(entry)
        self._done.extend(done)
        self._columns |= columns
        if isinstance(entry, Change):
            self._adjusted[entry.field] = entry.after
        if isinstance(entry, Rewind):
            self.flush()
            self.progress = self._refolded(made)
        else:
            self.progress.apply(entry, seconds_of(made[0].at))
        self._pending.extend(made)
        if self._away_since is not None and self._clock() < self._next_try:
            return
        if not self._try() and self._clock() - (self._away_since or 0.0) >= self._hold_seconds:
            self.flush()

    def catch_up(self) -> None:
        """Try again what waits, if it is time to."""
        if self._away_since is not None and self._clock() >= self._next_try:
            self._try()

    def flush(self) -> None:
        """Return only when everything is in the log; training holds meanwhile."""
        while not self._try():
            self._sleep(RETRY_SECONDS)

    def _try(self) -> bool:
        if not self._pending:
            return True
        progress = orjson.dumps(self.progress.to_json()).decode()
        try:
            with writing(self._engine) as connection:
                append(
                    connection,
                    self._attempt.job_id,
                    self._attempt.number,
                    self._pending,
                    progress,
                    self._adjusted,
                    **self._columns,
                )
                if self._done:
                    commands.finish(connection, self._done)
        except DatabaseAway:
            moment = self._clock()
            self._away_since = self._away_since if self._away_since is not None else moment
            self._next_try = moment + RETRY_SECONDS
            return False
        self._pending.clear()
        self._adjusted.clear()
        self._columns.clear()
        self._done.clear()
        self._away_since = None
        return True

    def _refolded(self, further: list[Line]) -> Progress:
        def stored() -> list[Stored]:
            with reading(self._engine) as connection:
                return read(connection, self._attempt.job_id, 0, -1)

        texts = [entry.text for entry in persistently(stored, RETRY_SECONDS, self._sleep)] + [
            line.text(self._attempt.job_id, 0, self._attempt.number) for line in further
        ]
        return refold(texts, self.progress.plan, self.progress.start)
