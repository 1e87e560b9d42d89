"""Bells: who changes what a sleeping process waits for rings it awake. Rule: a ring is a hint, no news.

Supervisor and idle workers would else look into the database many times a second, and every waking takes
about 0.4 ms from a training that uses all cores. A bell is a named pipe in the data directory; where the file
system has none, and where nobody rings, its owner wakes by itself, a little later.
"""

import os
import select
import time
from contextlib import suppress
from pathlib import Path

FOLDER = "bells"
UNHEARD_SECONDS = 0.05  # between two looks of a process that has no pipe
SUPERVISOR, WORKER = "supervisor", "worker"


class Bell:
    """The bell of one process, of a `kind` that is rung together."""

    def __init__(self, data_directory: Path, kind: str, owner: str) -> None:
        self._path = data_directory / FOLDER / f"{kind}-{owner}"
        self._pipe = _opened(self._path)

    def wait(self, seconds: float) -> None:
        """Return when it is rung, after `seconds` at the latest."""
        if self._pipe is None:
            time.sleep(min(seconds, UNHEARD_SECONDS))
            return
        if select.select([self._pipe], [], [], seconds)[0]:
            os.read(self._pipe, 4096)

    def ring(self) -> None:
        """Wake the owner; also from a signal handler."""
        pipe = self._pipe
        if pipe is not None:
            with suppress(BlockingIOError):  # it is full of rings already
                os.write(pipe, b".")

    def close(self) -> None:
        """Take the bell away."""
        pipe, self._pipe = self._pipe, None  # first: a signal handler that rings now must not find it closed
        if pipe is not None:
            self._path.unlink(missing_ok=True)
            os.close(pipe)


def _opened(path: Path) -> int | None:
    """The pipe, there for others only once it is open here; None where the file system has no pipes."""
    made = path.with_name(f".{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        made.unlink(missing_ok=True)
        os.mkfifo(made, 0o600)
        pipe = os.open(made, os.O_RDWR | os.O_NONBLOCK)
        made.rename(path)
    except OSError:
        return None
    return pipe


def ring(data_directory: Path, kind: str) -> None:
    """Wake every process of `kind` that waits; the bells of those that are gone are taken away."""
    for path in (data_directory / FOLDER).glob(f"{kind}-*"):
        try:
            pipe = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # nobody listens any more
            with suppress(OSError):
                path.unlink()
            continue
        try:
            os.write(pipe, b".")
        except OSError:  # it is full of rings already, or its owner has just gone
            pass
        finally:
            os.close(pipe)
