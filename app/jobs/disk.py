"""Room on the data folder's disk. Rule: said before it ends, and trainings rest before anything breaks.

A small file is kept in reserve: when the disk is full it is given up, so that there is room to write that,
and why, the trainings pause.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Literal

MEBIBYTE = 2**20
LOW = (1024 * MEBIBYTE, 0.10)  # bytes, share of the disk; the smaller counts
FULL = (200 * MEBIBYTE, 0.04)
RESERVE = (32 * MEBIBYTE, 0.02)
ENOUGH_AGAIN = 1.5  # times FULL: no pausing and resuming at the edge
RESERVED = "reserve"  # the file's name


def amount(count: int) -> str:
    """Bytes as people read them."""
    return f"{count / MEBIBYTE:,.0f} MB" if count >= MEBIBYTE else f"{count / 1024:,.0f} kB"


class Disk:
    """Watches the free bytes; `usage` gives total and free ones of a folder."""

    def __init__(self, folder: Path, usage: Callable[[Path], tuple[int, int]] | None = None) -> None:
        self.free = 0
        self.is_low = False
        self.is_full = False
        self._folder = folder
        self._reserve = folder / RESERVED
        self._usage = usage or _usage

    def look(self) -> None:
        """Measure; give up the reserve when the disk is full, take it again when there is room."""
        total, free = self._usage(self._folder)
        reserve = _size(self._reserve)
        self.free = free
        limit = _limit(FULL, total) * (ENOUGH_AGAIN if self.is_full else 1)
        self.is_full = free + reserve < limit + _limit(RESERVE, total)
        self.is_low = free + reserve < _limit(LOW, total)
        if self.is_full:
            self._reserve.unlink(missing_ok=True)
        elif not reserve:
            self._take(_limit(RESERVE, total))

    def _take(self, size: int) -> None:
        try:
            with self._reserve.open("wb") as file:
                if hasattr(os, "posix_fallocate"):
                    os.posix_fallocate(file.fileno(), 0, size)
                else:
                    file.write(bytes(size))
        except OSError:
            self._reserve.unlink(missing_ok=True)  # another look, another try

    @property
    def full_message(self) -> str:
        """Why trainings pause."""
        return (
            f"The disk of the data folder is full ({amount(self.free)} free). Nothing is lost; the training "
            "goes on by itself once there is room. Delete something, or run `livetrain clean`."
        )

    @property
    def low_message(self) -> str:
        """What to expect."""
        there_is = f"Only {amount(self.free)} are free on the disk of the data folder"
        return f"{there_is}; trainings pause before it is full."


State = Literal["ok", "low", "full"]


def how_full(folder: Path) -> tuple[State, int, int]:
    """How full the disk of `folder` is, in a word; its bytes, and how many of them are free.

    The reserve counts as free: it is given up when it is needed.
    """
    total, free = _usage(folder)
    there_is = free + _size(folder / RESERVED)
    if there_is < _limit(FULL, total) + _limit(RESERVE, total):
        return "full", total, free
    return "low" if there_is < _limit(LOW, total) else "ok", total, free


def _limit(bound: tuple[int, float], total: int) -> int:
    size, share = bound
    return min(size, int(share * total))


def _usage(folder: Path) -> tuple[int, int]:
    usage = shutil.disk_usage(folder)
    return usage.total, usage.free


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
