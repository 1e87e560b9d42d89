"""A split's rows in a range of steps. Rule: only entries that can hold such rows are read, and only the
columns that somebody asks for are decoded.

Between two rewinds steps ascend with seq, so the ends of a range are found by halving: of a log of 25,000
entries some 30 single ones are looked at, and a page that zooms costs what it sees, not what there is. Of a
whole million steps, choosing a chart's rows takes half the time that decoding everything would.
"""

from binascii import a2b_base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from app.store import log
from app.store.torn import Stored
from ml.clock import seconds_of
from ml.columns import Column, decode
from ml.entries import EVALUATION_COLUMNS, TRAIN_COLUMNS, Split

Indices = NDArray[np.intp]
Encoded = dict[str, Any]
_DTYPES = {"step": "<i4", "epoch": "<i4", "learning_rate": "<f8", "train_seconds": "<f8"}  # others are <f4
_NEVER_MORE = 2**62  # beyond every seq


def _bytes(column: Encoded) -> bytes:
    return decode(column).tobytes() if "constant" in column else a2b_base64(column["bdata"])


def joined(entries: Sequence[Encoded], name: str) -> Column:
    """One column of all rows of `entries`."""
    parts = [_bytes(entry[name]) for entry in entries]
    return np.frombuffer(b"".join(parts), _DTYPES.get(name, "<f4"))


class Rows:
    """Rows as the log holds them: the encoded columns of entries, whose rows from step `least` on count.

    An entry also has `at`, when it was written.
    """

    def __init__(self, split: Split, parts: Sequence[tuple[list[Encoded], float]], least: float) -> None:
        """`parts`: entries with ascending steps, and the step up to which their rows hold."""
        self.names = TRAIN_COLUMNS if split == "train" else EVALUATION_COLUMNS
        self._entries = [entry for entries, _ in parts for entry in entries]
        steps = [_bytes(entry["step"]) for entry in self._entries]
        self._ends = np.cumsum([len(part) // 4 for part in steps], dtype=np.intp)
        self._kept = self._within(np.frombuffer(b"".join(steps), "<i4"), parts, least)

    def _within(self, step: Column, parts: Sequence[tuple[list[Encoded], float]], least: float) -> Indices:
        found, begin, entries = [np.empty(0, np.intp)], 0, 0
        for part, greatest in parts:
            entries += len(part)
            end = int(self._ends[entries - 1]) if entries else 0
            some = step[begin:end]
            first = int(np.searchsorted(some, least)) if least > 0 else 0
            beyond = int(np.searchsorted(some, greatest, "right")) if greatest < inf else len(some)
            found.append(np.arange(begin + first, begin + beyond))
            begin = end
        return np.concatenate(found)

    def __len__(self) -> int:
        return len(self._kept)

    def column(self, name: str) -> Column:
        """One column of all rows."""
        return joined(self._entries, name)[self._kept]

    @cached_property
    def step(self) -> Column:
        """The step of every row."""
        return self.column("step")

    @property
    def columns(self) -> dict[str, Column]:
        """Every column of all rows."""
        return {name: self.column(name) for name in self.names}

    def chosen(self, rows: Indices) -> dict[str, Column]:
        """Every column of `rows`, ascending indices; only entries that hold one of them are decoded."""
        entries, _, place = self._holders(rows)
        return columns_of(self.names, entries, place)

    def moments(self, rows: Indices) -> Column:
        """When each of `rows` was made."""
        return moments_of(self.names, *self._holders(rows))

    def _holders(self, rows: Indices) -> tuple[list[Encoded], Indices, Indices]:
        """The entries that hold `rows`; of each row the number of its entry among these, and its place in a
        column of theirs."""
        at = self._kept[rows]
        needed, holder = np.unique(np.searchsorted(self._ends, at, "right"), return_inverse=True)
        starts = np.concatenate([[0], self._ends])[needed]
        before = np.concatenate([[0], np.cumsum(self._ends[needed] - starts)[:-1]]).astype(np.intp)
        place = at - starts[holder] + before[holder]
        return [self._entries[number] for number in needed], holder, place


def columns_of(names: Sequence[str], entries: Sequence[Encoded], place: Indices) -> dict[str, Column]:
    """Every column of the rows at `place` in those of `entries`."""
    return {name: joined(entries, name)[place] for name in names}


def moments_of(names: Sequence[str], entries: Sequence[Encoded], holder: Indices, place: Indices) -> Column:
    """When rows were made, float64 seconds since 1970, never before the one before: when a row's entry, the
    `holder`-th, was written, less the seconds trained since the row. An entry holds about 0.04 s of them."""
    written = np.array([seconds_of(entry["at"]) for entry in entries], "<f8")[holder]
    if "train_seconds" in names and entries:
        trained = [np.frombuffer(_bytes(entry["train_seconds"]), "<f8") for entry in entries]
        last = np.array([part[-1] for part in trained])[holder]
        written -= last - np.concatenate(trained)[place]
    return np.maximum.accumulate(written) if len(written) else written


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The entries with `after` < seq < `before`, no rewind among them; rows hold up to step `until`."""

    after: int
    before: int
    until: float


def _stretches(rewinds: Sequence[tuple[int, int]], after: int) -> list[_Stretch]:
    """The log behind `after`, cut at its `rewinds` (seq, to_step)."""
    found, until, before = [], inf, _NEVER_MORE
    for seq, to_step in reversed(rewinds):
        found.append(_Stretch(seq, before, until))
        until, before = min(until, to_step), seq
    return [_Stretch(after, before, until), *reversed(found)]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one split of one job's log, whose last entry is `last`."""

    connection: Connection
    job_id: str
    split: Split
    last: int

    def cursor(self, low: int, high: int, reached: Callable[[Column], bool]) -> int:
        """The least cursor from `low` on whose next entry's steps are `reached`; `high` where none's are."""
        while low < high:
            middle = (low + high) // 2
            found = self._first(middle, high)
            if found is None or reached(decode(found.fields["columns"]["step"])):
                high = middle
            else:
                low = found.seq
        return low

    def _first(self, after: int, up_to: int) -> Stored | None:
        """The first entry with `after` < seq <= `up_to`; one that is torn has no steps to tell."""
        while True:
            following = log.read(self.connection, self.job_id, after, 1, split=self.split)
            if not following or following[0].seq > up_to:
                return None
            if following[0].type == "metrics":
                return following[0]
            after = following[0].seq

    def entries(self, stretch: _Stretch, least: float, greatest: float) -> list[Encoded]:
        """The columns of the entries of `stretch` that may hold steps from `least` to `greatest`."""
        begin, end = stretch.after, min(stretch.before - 1, self.last)
        if begin >= end:  # asked for what comes after the log's end
            return []
        if least > 0:
            begin = self.cursor(begin, end, lambda steps: bool(steps[-1] >= least))
        if greatest < inf:
            end = self.cursor(begin, end, lambda steps: bool(steps[0] > greatest))
        stored = log.read(self.connection, self.job_id, begin, -1, split=self.split, before=end + 1)
        loaded = [entry.fields for entry in stored if entry.type == "metrics"]
        return [{**fields["columns"], "at": fields["at"]} for fields in loaded]


def rows_of(
    connection: Connection,
    job_id: str,
    split: Split,
    after: int = 0,
    least: float = -inf,
    greatest: float = inf,
) -> tuple[Rows, int | None]:
    """The rows of one split with a step from `least` to `greatest`, in entries with seq > `after`, that hold
    after its rewinds; and the least step that one of these entries rewinds to, None without a rewind."""
    rewinds = [
        (entry.seq, int(entry.fields["to_step"]))
        for entry in log.read(connection, job_id, after, -1, ["rewind"])
        if entry.type == "rewind"
    ]
    reader = _Reader(connection, job_id, split, log.last_seq(connection, job_id) or 0)
    parts: list[tuple[list[Encoded], float]] = []
    for stretch in _stretches(rewinds, after):
        until = min(stretch.until, greatest)
        if until >= least:
            parts.append((reader.entries(stretch, least, until), until))
    return Rows(split, parts, least), min((to_step for _, to_step in rewinds), default=None)
