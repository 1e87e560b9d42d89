"""At which steps a picture is due. Rule: evenly over the steps that are planned, and MOST in all.

What is planned can grow again and again, and an entry of the log is never taken back. So a plan may use half
of what is left: 250 pictures of a training that nobody lengthens, 125 more when it is lengthened at its end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

MOST = 500  # pictures of one kind a job


@dataclass(frozen=True, slots=True)
class Stretch:
    """From step `first` on a picture every `interval` steps (None: none); `has_last`: one of the end too."""

    first: int
    interval: int | None
    has_last: bool

    def is_due(self, step: int, before: int) -> bool:
        """Whether a picture was due after step `before` and up to `step`."""
        if self.interval is None or step <= self.first:
            return False
        return (step - self.first) // self.interval > max(before - self.first, 0) // self.interval


def stretch(lengths: Sequence[tuple[int, int]], steps_per_epoch: int) -> Stretch:
    """The plan that holds after `lengths`: after which step how many epochs were planned, the first at 0.

    It follows from `lengths` alone, so that a resumed training goes on as it would have.
    """
    taken = 1  # of the untrained network
    first, total = 0, 0
    interval: int | None = None
    for step, epochs in lengths:
        if interval is not None:
            taken += (step - first) // interval
        taken += step >= total > 0  # the plan before had come to its end, which was pictured
        first, total = step, epochs * steps_per_epoch
        share = (MOST - taken) // 2
        interval = max(1, ceil((total - first) / share)) if share > 0 else None
    return Stretch(first, interval, taken < MOST)
