"""The losses and accuracies of a long training, in memory. Rule: which rows show them is told exactly, and of
its log only the entries that hold them are read.

Of a growing log everything behind the last look is read once: a call costs what is new and what it chooses,
not what there is. Some ten bytes a step are kept, and of every 128 steps where their extremes are, so that a
range is searched by its blocks, and step by step only where it begins.
"""

from array import array
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from app.jobs.rows import Encoded, Indices, columns_of, joined, moments_of
from app.sampling import chosen_rows
from app.store import log
from app.store.torn import Stored
from ml.columns import Column
from ml.entries import TRAIN_COLUMNS

BLOCK = 128  # rows
PAGE = 1000  # entries read at once
METRICS = ("loss", "accuracy")


class UnevenError(Exception):
    """Steps do not follow one another, as after an entry that was torn: the log has to be read."""


class Outline:
    """One job's training rows, up to the entry `seq`."""

    def __init__(self) -> None:
        self.seq = 0
        self._first = 0  # step of the first row
        self._count = 0
        self._values = np.empty((2, 1024), np.float32)  # loss and accuracy of every row
        self._extremes = np.empty(
            (2, 2, 8), np.uint8
        )  # of each: where the least and the greatest of a block are
        self._not_finite: list[int] = []
        self._seqs, self._ends = array("q"), array("q")  # of every entry, and the row behind its last

    def __len__(self) -> int:
        return self._count

    def catch_up(self, connection: Connection, job_id: str, most_rows: int = 2**40) -> None:
        """Take in what the log holds behind `seq`. Raises UnevenError, also for more than `most_rows`."""
        while page := log.read_on(connection, job_id, self.seq, PAGE, "train"):
            for kind, entries in groupby(page, key=lambda entry: entry.type):
                if kind == "metrics":
                    self._append(list(entries))
                elif kind == "rewind":
                    for entry in entries:
                        self._cut(int(entry.fields["to_step"]))
            self.seq = page[-1].seq
            if self._count > most_rows:
                raise UnevenError

    def _append(self, entries: Sequence[Stored]) -> None:
        encoded: list[Encoded] = [entry.fields["columns"] for entry in entries]
        steps = [joined([columns], "step") for columns in encoded]
        step = np.concatenate(steps)
        if not self._count:
            self._first = int(step[0])
        if step[0] != self._first + self._count or (np.diff(step) != 1).any():
            raise UnevenError
        before, count = self._count, self._count + len(step)
        self._values = _with_room(self._values, count)
        for values, metric in zip(self._values, METRICS, strict=True):
            values[before:count] = joined(encoded, metric)
        self._not_finite += (
            np.flatnonzero(~np.isfinite(self._values[:, before:count]).all(axis=0)) + before
        ).tolist()
        self._seqs.extend(entry.seq for entry in entries)
        self._ends.extend((before + np.cumsum([len(part) for part in steps])).tolist())
        self._count = count
        self._find_extremes(before // BLOCK, count // BLOCK)

    def _find_extremes(self, begin: int, end: int) -> None:
        """In the blocks from `begin` to before `end`, the first row of each extreme."""
        if begin == end:
            return
        self._extremes = _with_room(self._extremes, end)
        blocks = self._values[:, begin * BLOCK : end * BLOCK].reshape(2, -1, BLOCK)
        is_finite = np.isfinite(blocks)
        self._extremes[:, 0, begin:end] = np.where(is_finite, blocks, np.inf).argmin(axis=2)
        self._extremes[:, 1, begin:end] = np.where(is_finite, blocks, -np.inf).argmax(axis=2)

    def _cut(self, to_step: int) -> None:
        """Steps beyond `to_step` are void."""
        count = min(self._count, max(0, to_step - self._first + 1))
        while self._ends and (self._ends[-2] if len(self._ends) > 1 else 0) >= count:
            self._ends.pop()
            self._seqs.pop()
        if self._ends:
            self._ends[-1] = min(self._ends[-1], count)
        self._not_finite = [row for row in self._not_finite if row < count]
        self._count = count

    def rows(self, max_points: int) -> Indices:
        """What `app.sampling.chosen_rows` chooses of all rows by loss and accuracy."""
        count = self._count
        ranges = max(1, max_points // 2)
        if count <= max_points or ranges >= count // BLOCK:
            return self._chosen(np.arange(count), max_points)
        begins = -(-np.arange(ranges, dtype=np.int64) * count // ranges)  # the first row of each range
        looked_through = np.unique(begins // BLOCK)
        blocks = np.setdiff1d(np.arange(count // BLOCK), looked_through, assume_unique=True)
        extremes = (blocks * BLOCK + self._extremes[:, :, blocks]).reshape(-1)
        inside = (looked_through[:, None] * BLOCK + np.arange(BLOCK)).reshape(-1)
        rest = np.arange(count // BLOCK * BLOCK, count)
        found = np.unique(
            np.concatenate([extremes, inside[inside < count], rest, self._not_finite_rows, [count - 1]])
        )
        return self._chosen(found.astype(np.intp), max_points)

    @property
    def _not_finite_rows(self) -> Indices:
        return np.array(self._not_finite, np.int64)

    def _chosen(self, rows: Indices, max_points: int) -> Indices:
        return rows[chosen_rows(self._first + rows, list(self._values[:, rows]), max_points)]

    def columns(self, connection: Connection, job_id: str, rows: Indices, *, at: bool) -> dict[str, Column]:
        """Every column of `rows`, ascending; with `at` when each was made. Raises UnevenError."""
        ends = np.array(self._ends, np.int64)
        needed, holder = np.unique(np.searchsorted(ends, rows, "right"), return_inverse=True)
        stored = log.read_these(connection, job_id, np.array(self._seqs, np.int64)[needed].tolist())
        if len(stored) != len(needed) or any(entry.type != "metrics" for entry in stored):
            raise UnevenError  # torn since it was looked at
        entries: list[dict[str, Any]] = [{**one.fields["columns"], "at": one.fields["at"]} for one in stored]
        lengths = [len(joined([entry], "step")) for entry in entries]
        begins = np.concatenate([[0], np.cumsum(lengths)])[:-1].astype(np.intp)
        place = rows - np.concatenate([[0], ends])[needed][holder] + begins[holder]
        found = columns_of(TRAIN_COLUMNS, entries, place)
        return found | ({"at": moments_of(TRAIN_COLUMNS, entries, holder, place)} if at else {})


def _with_room(found: NDArray[Any], needed: int) -> NDArray[Any]:
    """`found`, its last axis at least `needed` long; a quarter more, so that growing costs little."""
    there = found.shape[-1]
    if needed <= there:
        return found
    grown = np.empty((*found.shape[:-1], max(needed, there + there // 4)), found.dtype)
    grown[..., :there] = found
    return grown
