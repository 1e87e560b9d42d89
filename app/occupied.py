"""Locks that say who works in a data folder. Rule: a lock ends with its process, however that ends."""

import fcntl
from pathlib import Path
from typing import IO

SUPERVISOR = "supervisor.lock"  # held by the one supervisor
SERVER = "server.lock"  # shared by the servers
BACKUP = "backup.lock"  # held while a backup is made


class Occupied(Exception):  # noqa: N818 - it names what was found
    """Somebody else holds the lock."""


def hold(path: Path, *, shared: bool = False) -> IO[str]:
    """The lock, until the file that is returned is closed. Raises Occupied at once when it is not free."""
    lock = path.open("a")
    try:
        fcntl.flock(lock, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise Occupied(str(path)) from None
    return lock
