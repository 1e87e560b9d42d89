"""Who is at work, as one observer sees it. Rule: a pid is asked only where it means something.

Processes elsewhere, in another container, share nothing with this one but the database: of them the heartbeat
alone tells. Changes of it are timed by the observer's own steady clock, see app/jobs/freshness.py; only at
first sight, when there is no change to go by yet, does the time it was written at count.
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.jobs.freshness import Freshness
from app.store.processes import Process


@dataclass(slots=True)
class _Sight:
    """What is known of one process: its first heartbeat, and how old that was."""

    freshness: Freshness
    first: float
    age: float  # seconds


class Attendance:
    """Observes the processes of one kind; several threads may ask."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, wall_clock: Callable[[], float] = time.time
    ) -> None:
        self._clock = clock
        self._wall_clock = wall_clock
        self._sights: dict[str, _Sight] = {}
        self._lock = threading.Lock()

    def observe(self, rows: Iterable[Process]) -> list[tuple[Process, float]]:
        """Each living process with the seconds since its last sign of life; those not named are forgotten."""
        with self._lock:
            living = [row for row in rows if row.is_alive()]
            self._sights = {row.id: self._sights.get(row.id) or self._first_sight(row) for row in living}
            return [(row, self._silent_seconds(row)) for row in living]

    def _first_sight(self, row: Process) -> _Sight:
        age = 0.0 if row.is_here else abs(self._wall_clock() - row.heartbeat_at)
        return _Sight(Freshness(self._clock), row.heartbeat_at, age)

    def _silent_seconds(self, row: Process) -> float:
        sight = self._sights[row.id]
        silent = sight.freshness.silent_seconds(row.heartbeat_at)
        return silent + sight.age if row.heartbeat_at == sight.first else silent

    def any_within(self, seconds: float, rows: Iterable[Process]) -> bool:
        """Whether one of them lives and gave a sign of life within `seconds`."""
        return any(silent < seconds for _, silent in self.observe(rows))
