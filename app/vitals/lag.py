"""How late something is, counted in buckets. Rule: one event loop counts, others only read."""

from bisect import bisect_left
from itertools import accumulate

BOUNDS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)  # seconds; a frame is meant to leave within 0.1


class Lag:
    """A histogram of seconds."""

    def __init__(self) -> None:
        self._counts = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0

    def count(self, seconds: float) -> None:
        """Count one; clocks of two machines may differ, so that nothing is later than now."""
        self._counts[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += max(0.0, seconds)

    @property
    def buckets(self) -> list[tuple[str, int]]:
        """How many were at most so late, as Prometheus names the bounds."""
        names = [*map(str, BOUNDS), "+Inf"]
        return list(zip(names, accumulate(self._counts), strict=True))
