"""The extremes of a long training, in memory. Rule: which rows show it is told exactly, and of its
log only the entries that hold them, or in which a range begins, are read.

Of a growing log everything behind the last look is read once: a call costs what is new and what it chooses,
not what there is. Of an entry 64 bytes are kept, however many steps it holds: 1.6 kB a second of training.
"""

from array import array
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from app.jobs.rows import Encoded, Indices, columns_of, joined, moments_of
from app.sampling import extreme_rows, extremes
from app.store import log
from app.store.torn import Stored
from ml.columns import Column
from ml.entries import TRAIN_COLUMNS

PAGE = 500  # entries read at once
METRICS = ("loss", "accuracy")
# `end`: the row behind the last one; `row`, `values`: where each metric is least and greatest, and both there
ENTRY = np.dtype([("seq", "i8"), ("end", "i8"), ("row", "i4", (4,)), ("values", "f4", (4, 2))])


class UnevenError(Exception):
    """Steps do not follow one another, as after an entry that was torn: the log has to be read."""


class Outline:
    """One job's training rows, up to the entry `seq`."""

    def __init__(self) -> None:
        self.seq = 0
        self._first = 0  # step of the first row
        self._kept = np.empty(64, ENTRY)
        self._length = 0
        self._not_finite = array("q")  # rows with a loss or an accuracy that is no number

    @property
    def _entries(self) -> NDArray[Any]:
        return self._kept[: self._length]

    @property
    def _starts(self) -> Indices:
        """The first row of every entry."""
        return np.concatenate([[0], self._entries["end"]])[:-1].astype(np.intp)

    def __len__(self) -> int:
        return int(self._entries["end"][-1]) if self._length else 0

    @property
    def nbytes(self) -> int:
        """The memory it takes."""
        return self._kept.nbytes + self._not_finite.itemsize * len(self._not_finite)

    def catch_up(self, connection: Connection, job_id: str) -> None:
        """Take in what the log holds behind `seq`. Raises UnevenError."""
        while page := log.read_on(connection, job_id, self.seq, PAGE, "train"):
            for kind, entries in groupby(page, key=lambda entry: entry.type):
                if kind == "metrics":
                    self._append(list(entries))
                elif kind == "rewind":
                    for entry in entries:
                        self._cut(connection, job_id, int(entry.fields["to_step"]))
            self.seq = page[-1].seq

    def _append(self, entries: Sequence[Stored], up_to: int = 2**40) -> None:
        """Take in the rows of `entries` up to the step `up_to`, which lies in the last one."""
        encoded: list[Encoded] = [entry.fields["columns"] for entry in entries]
        steps = [joined([columns], "step") for columns in encoded]
        lengths = np.array([len(step) for step in steps])
        step = np.concatenate(steps)
        before = len(self)
        if not before:
            self._first = int(step[0])
        if not lengths.all() or step[0] != self._first + before or (np.diff(step) != 1).any():
            raise UnevenError
        count = int(np.searchsorted(step, up_to, "right"))
        lengths[-1] -= len(step) - count
        values = np.stack([joined(encoded, metric)[:count] for metric in METRICS], axis=1)
        self._make_room(len(entries))
        new = self._entries[-len(entries) :]
        new["seq"] = [entry.seq for entry in entries]
        new["end"] = before + np.cumsum(lengths)
        found = np.stack([one for metric in values.T for one in extremes(metric, lengths)], axis=1)
        new["row"], new["values"] = before + found, values[found]
        self._not_finite.extend((np.flatnonzero(~np.isfinite(values).all(axis=1)) + before).tolist())

    def _make_room(self, more: int) -> None:
        self._length += more
        if self._length > len(self._kept):
            self._kept = np.resize(self._kept, max(self._length, len(self._kept) * 5 // 4))

    def _cut(self, connection: Connection, job_id: str, to_step: int) -> None:
        """Steps beyond `to_step` are void; of the entry that it lies in the extremes are found anew."""
        count = max(0, to_step - self._first + 1)
        if count >= len(self):
            return
        self._length = int(np.searchsorted(self._entries["end"], count, "right"))
        while self._not_finite and self._not_finite[-1] >= len(self):
            self._not_finite.pop()
        if len(self) < count:
            seq = int(self._kept["seq"][self._length])
            self._append(self._read(connection, job_id, [seq]), to_step)

    def rows(self, connection: Connection, job_id: str, max_points: int) -> Indices:
        """What `app.sampling.chosen_rows` chooses of all rows by loss and accuracy. Raises UnevenError."""
        count = len(self)
        if count <= max_points:
            return np.arange(count)
        ends, starts = self._entries["end"], self._starts
        ranges = max(1, max_points // 2)
        begins = -(-np.arange(ranges, dtype=np.int64) * count // ranges)  # the first row of each range
        holder = np.searchsorted(ends, begins, "right")
        within = np.ones(len(ends), bool)  # of one range
        within[holder[starts[holder] != begins]] = False
        within[[0, -1]] = False  # for the first and the last row
        others = self._entries[within]
        rows, values = [others["row"].reshape(-1)], [others["values"].reshape(-1, 2)]
        for numbers, entries, begins in self._pages(connection, job_id, np.flatnonzero(~within)):
            lengths = ends[numbers] - starts[numbers]
            place = _runs(begins, lengths)
            rows.append(_runs(starts[numbers], lengths))
            values.append(np.stack([joined(entries, metric)[place] for metric in METRICS], axis=1))
        not_finite = np.array(self._not_finite, np.int64)
        rows.append(not_finite)
        values.append(np.full((len(not_finite), 2), np.nan, np.float32))
        # of a row told twice the first counts
        found, first = np.unique(np.concatenate(rows), return_index=True)
        metrics = np.concatenate(values)[first].T
        return found[extreme_rows(self._first + found, list(metrics), max_points)].astype(np.intp)

    def columns(self, connection: Connection, job_id: str, rows: Indices, *, at: bool) -> dict[str, Column]:
        """Every column of `rows`, ascending; with `at` when each was made. Raises UnevenError."""
        ends, starts = self._entries["end"], self._starts
        holder = np.searchsorted(ends, rows, "right")

        def part(entries: list[Encoded], among: Indices, place: Indices) -> dict[str, Column]:
            found = columns_of(TRAIN_COLUMNS, entries, place)
            return found | ({"at": moments_of(TRAIN_COLUMNS, entries, among, place)} if at else {})

        none = np.empty(0, np.intp)
        parts = [part([], none, none)]
        for numbers, entries, begins in self._pages(connection, job_id, np.unique(holder)):
            begin, end = np.searchsorted(holder, [numbers[0], numbers[-1] + 1])
            among = np.searchsorted(numbers, holder[begin:end])
            place = rows[begin:end] - starts[holder[begin:end]] + begins[among]
            parts.append(part(entries, among, place))
        found = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        return found | ({"at": np.maximum.accumulate(found["at"])} if at else {})

    def _pages(
        self, connection: Connection, job_id: str, numbers: Indices
    ) -> Iterator[tuple[Indices, list[Encoded], Indices]]:
        """The entries of these numbers, some at a time, for it may be every one of a long log: their
        numbers, their columns, and where each begins among the rows of all."""
        lengths = self._entries["end"] - self._starts
        for page in range(0, len(numbers), PAGE):
            some = numbers[page : page + PAGE]
            stored = self._read(connection, job_id, self._entries["seq"][some].tolist())
            entries = [{**one.fields["columns"], "at": one.fields["at"]} for one in stored]
            found = np.array([len(joined([entry], "step")) for entry in entries])
            if (found < lengths[some]).any():
                raise UnevenError
            yield some, entries, np.cumsum(found) - found

    def _read(self, connection: Connection, job_id: str, seqs: Sequence[int]) -> list[Stored]:
        stored = log.read_these(connection, job_id, seqs)
        if len(stored) != len(seqs) or any(entry.type != "metrics" for entry in stored):
            raise UnevenError  # torn since it was looked at
        return stored


def _runs(begins: Indices, lengths: Indices) -> Indices:
    """From each of `begins` on as many numbers as `lengths` says."""
    before = np.cumsum(lengths) - lengths
    return np.repeat(begins - before, lengths) + np.arange(lengths.sum())
