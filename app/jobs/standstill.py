"""Who was stopped by a signal. Rule: believed only while the database is locked, for such a one may hold it.

Silence proves nothing then: nobody can write a heartbeat. And whoever holds the lock has to be ended before
the truth about it, or about anybody else, can be written.
"""

import time
from collections.abc import Callable, Iterable

from app.store.processes import Process

PATIENCE_SECONDS = 4.0


class Standstill:
    """Observes processes; times are the observer's own."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: dict[str, float] = {}

    def forget(self) -> None:
        """Somebody could write, as whenever a heartbeat is due: nobody here holds the database."""
        self._since = {}

    def lasting(self, rows: Iterable[Process]) -> list[Process]:
        """Those of `rows` that stand still, and did in every look since PATIENCE_SECONDS or longer."""
        moment = self._clock()
        still = [row for row in rows if row.is_stopped()]
        self._since = {row.id: self._since.get(row.id, moment) for row in still}
        return [row for row in still if moment - self._since[row.id] >= PATIENCE_SECONDS]
