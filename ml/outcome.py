"""What a generator returns, for those who do not care what it yields on the way."""

from collections.abc import Generator
from typing import TypeVar

Result = TypeVar("Result")


def outcome(work: Generator[object, None, Result]) -> Result:
    """Run `work` to its end."""
    while True:
        try:
            next(work)
        except StopIteration as finished:
            return finished.value  # type: ignore[no-any-return]
