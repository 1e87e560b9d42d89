"""One process at a time prepares a data set. Rule: the lock dies with its process; waiting is told."""

import fcntl
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import IO, TypeVar

from ml.entries import Note

Result = TypeVar("Result")
NOTE_SECONDS = 1.0
POLL_SECONDS = 0.05


def _taken(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def alone(
    path: Path, name: str, work: Callable[[], Generator[Note, None, Result]]
) -> Generator[Note, None, Result]:
    """Do `work` while holding the lock file `path`; yields a note a second while another process holds it.

    Where no lock file can be made (a read-only data directory) nothing can be written either: no lock then.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a")
    except OSError:
        return (yield from work())
    with file:
        told = time.monotonic() - NOTE_SECONDS
        while not _taken(file):
            if time.monotonic() - told >= NOTE_SECONDS:
                told = time.monotonic()
                yield Note("info", f"waiting: another job is preparing {name}")
            time.sleep(POLL_SECONDS)
        return (yield from work())
