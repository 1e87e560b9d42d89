"""When to start another worker. Rule: workers that die while warming are tried again ever more slowly."""

import time
from collections.abc import Callable

TRIES = 3
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0


class Warmth:
    """Counts starts that failed in a row."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._not_before = 0.0
        self.last_message = ""

    def failed(self, message: str) -> None:
        """A worker died before it was warm."""
        self._failures += 1
        pause = min(FIRST_PAUSE_SECONDS * 2**self._failures, LONGEST_PAUSE_SECONDS)
        self._not_before = self._clock() + pause
        self.last_message = message

    def succeeded(self) -> None:
        """A worker is warm, or the job that waited for one was told: count anew."""
        self._failures = 0

    @property
    def may_start(self) -> bool:
        """Whether the pause after the last failure is over."""
        return self._clock() >= self._not_before

    @property
    def is_hopeless(self) -> bool:
        """Whether enough tries failed to say so to the job that waits."""
        return self._failures >= TRIES
