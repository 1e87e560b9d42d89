"""Loaded by every Python process of a product under chaos: a machine's clock that can be set.

The seconds to add are read from a file. As with a real clock that is set, the moment at which the machine
seems to have started moves along: Linux derives it from the clock.
"""

import os
import time
from contextlib import suppress
from pathlib import Path

_file = os.environ.get("CHAOS_CLOCK")

if _file:
    import psutil

    _path = Path(_file)
    _time = time.time
    _time_ns = time.time_ns
    _boot_time = psutil._pslinux.boot_time
    _known = 0.0

    def _moved() -> float:
        global _known
        with suppress(OSError, ValueError):  # half written, or no file descriptor is left: as before
            _known = float(_path.read_text())
        return _known

    time.time = lambda: _time() + _moved()
    time.time_ns = lambda: _time_ns() + int(_moved() * 1e9)
    psutil._pslinux.boot_time = lambda: _boot_time() + _moved()
