"""Entries that cannot be read any more, as after a bad disk. Rule: the log keeps its numbers and says so.

An entry is read once, here; whoever needs its fields takes them from what was read.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, Select
from sqlalchemy.exc import OperationalError

from app.jobs.states import TRANSITIONS
from app.store.torn_columns import COLUMNS, Fields, TornError, check_columns, check_whole, lengths
from ml.clock import iso
from ml.config import TrainConfig

MANY = 64  # rows from which looking at all of them at once is quicker
_AT = re.compile(r'"at":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"')
_ATTEMPT = re.compile(r'"attempt":(\d{1,9}),')


class Stored(NamedTuple):
    """One entry as read back; `fields` are its text's."""

    seq: int
    type: str
    text: str
    fields: Fields


TORN = (ValueError, KeyError, TypeError, AttributeError, OverflowError, TornError)


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
            raise TornError
        _moment(fields["at"])
        check_whole(fields["attempt"])
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
        raise TornError
    datetime.fromisoformat(value)


def _texts(*values: Any) -> None:
    for value in values:
        if not isinstance(value, str):
            raise TornError


def _names_of_the_config(*names: Any) -> None:
    _texts(*names)
    if not TrainConfig.model_fields.keys() >= set(names):
        raise TornError


def _status(fields: Fields) -> None:
    if fields["status"] not in TRANSITIONS:
        raise TornError


def whole_metrics(found: Sequence[Any]) -> Iterator[Stored]:
    """Rows that are training or evaluation rows of one split, none of them torn; looked at all at once, which
    takes a third of the time where a chart opens on ten thousands of them."""
    fields = [orjson.loads(text) for _, _, text in found]
    ((kind, split),) = {(one["type"], one["split"]) for one in fields}
    if kind != "metrics" or any(
        row[0] != one["seq"] or row[1] != kind for row, one in zip(found, fields, strict=True)
    ):
        raise TornError
    for one in fields:
        _moment(one["at"])
    check_whole(*(one["attempt"] for one in fields))
    counts = [
        lengths([one["columns"][name] for one in fields], kind, size) for name, kind, size in COLUMNS[split]
    ]
    if not counts[0].all() or any((other != counts[0]).any() for other in counts):
        raise TornError
    return (Stored(seq, kind, text, one) for (seq, kind, text), one in zip(found, fields, strict=True))


def _note(fields: Fields) -> None:
    _texts(fields["level"], fields["message"])


def _diagnosis(fields: Fields) -> None:
    _texts(fields["kind"], fields["message"])
    check_whole(fields["since_step"])
    fields["evidence"].items()
    if "remedy" in fields:
        _names_of_the_config(*fields["remedy"]["changes"])


def _change(fields: Fields) -> None:
    check_whole(fields["step"])
    _names_of_the_config(fields["field"])
    if not all(isinstance(fields[name], int | float) for name in ("before", "after")):
        raise TornError


def _snapshot(fields: Fields) -> None:
    _texts(fields["kind"], fields["media_type"], fields["url"])
    check_whole(fields["step"], fields["epoch"], fields["bytes"])


def _checkpoint(fields: Fields) -> None:
    check_whole(fields["step"], fields["epoch"])
    if type(fields["is_best"]) is not bool:
        raise TornError


def _rewind(fields: Fields) -> None:
    check_whole(fields["to_step"])


_CHECKS: Mapping[str, Callable[[Fields], None]] = {
    "status": _status,
    "metrics": check_columns,
    "note": _note,
    "diagnosis": _diagnosis,
    "change": _change,
    "snapshot": _snapshot,
    "checkpoint": _checkpoint,
    "rewind": _rewind,
}
