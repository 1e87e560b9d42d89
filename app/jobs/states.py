"""The states of a job and the ways between them. Rule: every change of status asks this table."""

from typing import Literal

Status = Literal["queued", "starting", "running", "stopping", "completed", "stopped", "failed", "interrupted"]

TRANSITIONS: dict[str, frozenset[str]] = {
    "queued": frozenset({"starting", "stopped", "failed"}),
    "starting": frozenset({"running", "stopping", "failed", "interrupted"}),
    "running": frozenset({"stopping", "completed", "stopped", "failed", "interrupted"}),
    "stopping": frozenset({"completed", "stopped", "failed", "interrupted"}),
    "completed": frozenset(),
    "stopped": frozenset(),
    "failed": frozenset(),
    "interrupted": frozenset(),
}
STATUSES = tuple(TRANSITIONS)
TERMINAL = frozenset(status for status, following in TRANSITIONS.items() if not following)
ACTIVE = frozenset({"starting", "running", "stopping"})  # holds a device slot


def may_follow(before: str, after: str) -> bool:
    """Whether a job that is `before` may become `after`."""
    return after in TRANSITIONS[before]


def is_terminal(status: str) -> bool:
    """Whether the attempt has ended."""
    return status in TERMINAL
