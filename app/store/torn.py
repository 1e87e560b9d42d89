"""Entries that cannot be read any more, as after a bad disk. Rule: the log keeps its numbers and says so.

An entry is read once, here; whoever needs its fields takes them from what was read.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from string import ascii_letters, digits
from typing import Any, NamedTuple, get_args

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlalchemy import Connection, Select
from sqlalchemy.exc import OperationalError

from app.jobs.states import TRANSITIONS
from ml.clock import iso
from ml.columns import DTYPES
from ml.entries import EVALUATION_COLUMNS, TRAIN_COLUMNS, Split

BASE64 = (ascii_letters + digits + "+/").encode()
KINDS = {"step": "i4", "epoch": "i4", "learning_rate": "f8", "train_seconds": "f8"}  # others are f4
COLUMNS = {  # by split: name, type, bytes of a value
    split: [
        (name, kind, DTYPES[kind].itemsize)
        for name in (TRAIN_COLUMNS if split == "train" else EVALUATION_COLUMNS)
        for kind in (KINDS.get(name, "f4"),)
    ]
    for split in get_args(Split)
}
MANY = 64  # rows from which looking at all of them at once is quicker
MOST_ROWS = 1_000_000  # of one entry; a writer cuts them far shorter
NON_FINITE = ("NaN", "Infinity", "-Infinity")
_AT = re.compile(r'"at":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"')
_ATTEMPT = re.compile(r'"attempt":(\d{1,9}),')
Fields = dict[str, Any]


class Stored(NamedTuple):
    """One entry as read back; `fields` are its text's."""

    seq: int
    type: str
    text: str
    fields: Fields


class _TornError(Exception):
    """The entry is not what a writer wrote."""


TORN = (ValueError, KeyError, TypeError, AttributeError, OverflowError, _TornError)


def rows(connection: Connection, query: Select[Any]) -> Sequence[Any]:
    """The rows of a query for entries; what is no UTF-8 any more is read all the same."""
    try:
        return connection.execute(query).all()  # one by one takes half as long again
    except OperationalError as error:
        if "decode to UTF-8" not in str(error.orig):
            raise
    driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    driver.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        return connection.execute(query).all()
    finally:
        driver.text_factory = str


def all_stored(found: Sequence[Any]) -> list[Stored]:
    """The entries of rows (seq, type, text)."""
    if len(found) >= MANY:
        try:
            return list(whole_metrics(found))
        except TORN:  # something else among them, or one of them is torn
            pass
    return [stored(*row) for row in found]


def stored(seq: int, kind: str, text: Any) -> Stored:
    """The entry of a row; of one that is torn a note in its place that says so."""
    try:
        fields = orjson.loads(text)
        if fields["seq"] != seq or fields["type"] != kind:
            raise _TornError
        _moment(fields["at"])
        _whole(fields["attempt"])
        _CHECKS[kind](fields)
    except TORN:
        return _lost(seq, kind, text if isinstance(text, str) else "")
    return Stored(seq, kind, text, fields)


def _lost(seq: int, kind: str, text: str) -> Stored:
    at, attempt = _AT.search(text), _ATTEMPT.search(text)
    fields: Fields = {
        "seq": seq,
        "at": at[1] if at and _is_moment(at[1]) else iso(0),
        "attempt": int(attempt[1]) if attempt else 1,
        "type": "note",
        "level": "error",
        "message": f"Entry {seq} of this log, of type {kind}, cannot be read any more; what it said is lost.",
    }
    return Stored(seq, "note", orjson.dumps(fields).decode(), fields)


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _moment(value: Any) -> None:
    if len(value) != 24 or value[-1] != "Z":
        raise _TornError
    datetime.fromisoformat(value)


def _whole(*values: Any) -> None:
    for value in values:
        if type(value) is not int:
            raise _TornError


def _texts(*values: Any) -> None:
    for value in values:
        if not isinstance(value, str):
            raise _TornError


def _status(fields: Fields) -> None:
    if fields["status"] not in TRANSITIONS:
        raise _TornError


def _metrics(fields: Fields) -> None:
    """Read 25 times a second a training, and by the ten thousand where a chart opens: nothing is decoded."""
    columns, rows, typed = fields["columns"], set(), []
    for name, kind, size in COLUMNS[fields["split"]]:
        column = columns[name]
        if column["dtype"] != kind:
            raise _TornError
        data = column.get("bdata")
        if data is None:
            rows.add(_repeated(column, kind))
            continue
        count, rest = divmod(len(data) // 4 * 3 - data.count("=", -2), size)
        if rest or len(data) % 4:
            raise _TornError
        rows.add(count)
        typed.append(data.rstrip("="))
    if len(rows) != 1 or 0 in rows or "".join(typed).encode().translate(None, BASE64):
        raise _TornError


def whole_metrics(found: Sequence[Any]) -> Iterator[Stored]:
    """Rows that are training or evaluation rows of one split, none of them torn; looked at all at once, which
    takes a third of the time where a chart opens on ten thousands of them."""
    fields = [orjson.loads(text) for _, _, text in found]
    ((kind, split),) = {(one["type"], one["split"]) for one in fields}
    if kind != "metrics" or any(
        row[0] != one["seq"] or row[1] != kind for row, one in zip(found, fields, strict=True)
    ):
        raise _TornError
    for one in fields:
        _moment(one["at"])
    _whole(*(one["attempt"] for one in fields))
    counts = [
        _lengths([one["columns"][name] for one in fields], kind, size) for name, kind, size in COLUMNS[split]
    ]
    if not counts[0].all() or any((other != counts[0]).any() for other in counts):
        raise _TornError
    return (Stored(seq, kind, text, one) for (seq, kind, text), one in zip(found, fields, strict=True))


def _lengths(columns: Sequence[Fields], kind: str, size: int) -> NDArray[np.int64]:
    """How many values each of `columns` (n,) holds, `size` bytes each."""
    if any(column["dtype"] != kind for column in columns):
        raise _TornError
    data = [column.get("bdata") for column in columns]
    typed = [one for one in data if one is not None]
    bare = [one.rstrip("=") for one in typed]
    if "".join(bare).encode().translate(None, BASE64):
        raise _TornError
    characters = np.fromiter(map(len, typed), np.int64, len(typed))
    padding = characters - np.fromiter(map(len, bare), np.int64, len(bare))
    values, rest = np.divmod(characters // 4 * 3 - padding, size)
    if (rest | characters % 4 | (padding > 2)).any():
        raise _TornError
    if len(typed) == len(data):
        return values
    repeated = [column for column, one in zip(columns, data, strict=True) if one is None]
    kinds = {(one["count"], one["constant"], type(one["count"]), type(one["constant"])) for one in repeated}
    for count, constant, *_ in kinds:  # few differ: a learning rate holds for many steps
        _repeated({"count": count, "constant": constant}, kind)
    found = np.empty(len(data), np.int64)
    is_typed = np.fromiter((one is not None for one in data), bool, len(data))
    found[is_typed] = values
    found[~is_typed] = [one["count"] for one in repeated]
    return found


def _repeated(column: Mapping[str, Any], kind: str) -> int:
    count, value = column["count"], column["constant"]
    _whole(count)
    is_number = (
        isinstance(value, int | float) if kind[0] == "f" else type(value) is int and abs(value) < 2**31
    )
    if not 0 < count <= MOST_ROWS or not (is_number or (kind[0] == "f" and value in NON_FINITE)):
        raise _TornError
    return int(count)


def _note(fields: Fields) -> None:
    _texts(fields["level"], fields["message"])


def _diagnosis(fields: Fields) -> None:
    _texts(fields["kind"], fields["message"])
    _whole(fields["since_step"])
    fields["evidence"].items()
    if "remedy" in fields:
        fields["remedy"]["changes"].items()


def _change(fields: Fields) -> None:
    _whole(fields["step"])
    _texts(fields["field"])
    if not all(isinstance(fields[name], int | float) for name in ("before", "after")):
        raise _TornError


def _snapshot(fields: Fields) -> None:
    _texts(fields["kind"], fields["media_type"], fields["url"])
    _whole(fields["step"], fields["epoch"], fields["bytes"])


def _checkpoint(fields: Fields) -> None:
    _whole(fields["step"], fields["epoch"])
    if type(fields["is_best"]) is not bool:
        raise _TornError


def _rewind(fields: Fields) -> None:
    _whole(fields["to_step"])


_CHECKS: Mapping[str, Callable[[Fields], None]] = {
    "status": _status,
    "metrics": _metrics,
    "note": _note,
    "diagnosis": _diagnosis,
    "change": _change,
    "snapshot": _snapshot,
    "checkpoint": _checkpoint,
    "rewind": _rewind,
}
