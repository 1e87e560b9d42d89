"""What is freed goes back to the system. Rule: a server that answered a crowd is no larger a minute later.

By default glibc keeps a heap for every few threads, and takes ever larger blocks from them: after some
thousand large answers by threads of a pool 100 MiB more are held, of which nothing is in use.
"""

import ctypes
import os
import platform

TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8  # the names of mallopt(3)
BLOCK_BYTES = 128 * 1024  # from here on a block is the system's own, and goes back as soon as it is freed
OWN = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_ARENA_MAX", "GLIBC_TUNABLES")


def give_back() -> None:
    """From now on, where the C library is glibc and nobody tuned it by its variables; before any thread."""
    if platform.libc_ver()[0] != "glibc" or any(name in os.environ for name in OWN):
        return
    library = ctypes.CDLL(None)
    for name, value in ((ARENA_MAX, 1), (MMAP_THRESHOLD, BLOCK_BYTES), (TRIM_THRESHOLD, BLOCK_BYTES)):
        library.mallopt(name, value)
