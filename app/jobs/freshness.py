"""Telling a process that fell silent. Rule: silence is measured by the observer's own steady clock.

Heartbeats are compared with each other, never with the wall clock, so a clock that jumps ends nobody; and an
observer that was itself asleep or without its database starts to count anew.
"""

import time
from collections.abc import Callable

OBSERVER_GAP_SECONDS = 2.0


class Freshness:
    """Observes one process's heartbeats."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, already: float = 0.0) -> None:
        """`already`: seconds that the heartbeat of the first look has been there."""
        self._clock = clock
        self._already = already
        self._value: float | None = None
        self._changed = self._observed = clock()

    def silent_seconds(self, heartbeat: float | None) -> float:
        """Observe `heartbeat`, None for no process; returns for how long it has not changed."""
        moment = self._clock()
        if heartbeat is not None and heartbeat != self._value:
            self._changed = moment - (self._already if self._value is None else 0.0)
            self._value = heartbeat
        elif moment - self._observed > OBSERVER_GAP_SECONDS:
            self._changed += moment - self._observed
        self._observed = moment
        return moment - self._changed
