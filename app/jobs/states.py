"""The states of a job and the ways between them. Rule: every change of status asks this table."""

from typing import Literal

Status = Literal[
    "queued", "starting", "running", "paused", "stopping", "completed", "stopped", "failed", "interrupted"
]

TRANSITIONS: dict[str, frozenset[str]] = {
    "queued": frozenset({"starting", "paused", "stopped", "failed"}),
    "starting": frozenset({"running", "stopping", "failed", "interrupted"}),
    "running": frozenset({"paused", "stopping", "completed", "stopped", "failed", "interrupted"}),
    # single steps may end a paused training; without a worker it is queued again
    "paused": frozenset({"running", "queued", "stopping", "completed", "stopped", "failed", "interrupted"}),
    "stopping": frozenset({"completed", "stopped", "failed", "interrupted"}),
    "completed": frozenset(),
    "stopped": frozenset({"queued"}),
    "failed": frozenset({"queued"}),
    "interrupted": frozenset({"queued"}),
}
TERMINAL = frozenset({"completed", "stopped", "failed", "interrupted"})
ACTIVE = frozenset({"starting", "running", "stopping"})  # holds a device slot; paused does with a worker
RESUMABLE = frozenset(before for before, after in TRANSITIONS.items() if "queued" in after)


def may_follow(before: str, after: str) -> bool:
    """Whether a job that is `before` may become `after`."""
    return after in TRANSITIONS[before]


def will_restart(status: str, reason: str | None, restarts_left: int) -> bool:
    """Whether the supervisor will start the job again by itself."""
    return status == "interrupted" and reason == "worker_lost" and restarts_left > 0


def is_terminal(status: str) -> bool:
    """Whether the attempt has ended."""
    return status in TERMINAL
