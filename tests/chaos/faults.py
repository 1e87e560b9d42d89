"""The kinds of faults: a name and a function each. Rule: it does harm, ends it, and checks its own promise.

What must hold after every fault is checked by whoever runs them.
"""

from collections.abc import Callable

from tests.chaos.scene import Scene

Fault = Callable[[Scene], None]
FAULTS: dict[str, Fault] = {}


def fault(name: str) -> Callable[[Fault], Fault]:
    """Enter the function under `name`, as the table shows it."""

    def enter(function: Fault) -> Fault:
        assert name not in FAULTS, name
        FAULTS[name] = function
        return function

    return enter


class Unavailable(Exception):  # noqa: N818 - it names what was found
    """The fault cannot be done on this machine, or not to this job; the message says why."""
