"""Encoded columns of the log's rows, looked at for damage. Rule: nothing is decoded for that."""

from collections.abc import Mapping, Sequence
from string import ascii_letters, digits
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

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
MOST_ROWS = 1_000_000  # of one entry; a writer cuts them far shorter
NON_FINITE = ("NaN", "Infinity", "-Infinity")
Fields = dict[str, Any]


class TornError(Exception):
    """The entry is not what a writer wrote."""


def check_whole(*values: Any) -> None:
    """Raise TornError unless all are integers."""
    for value in values:
        if type(value) is not int:
            raise TornError


def check_columns(fields: Fields) -> None:
    """Raise TornError, or what comes of missing parts, unless an entry's columns are whole and of one length.

    Done 25 times a second a training."""
    columns, rows, typed = fields["columns"], set(), []
    for name, kind, size in COLUMNS[fields["split"]]:
        column = columns[name]
        if column["dtype"] != kind:
            raise TornError
        data = column.get("bdata")
        if data is None:
            rows.add(_repeated(column, kind))
            continue
        count, rest = divmod(len(data) // 4 * 3 - data.count("=", -2), size)
        if rest or len(data) % 4:
            raise TornError
        rows.add(count)
        typed.append(data.rstrip("="))
    if len(rows) != 1 or 0 in rows or "".join(typed).encode().translate(None, BASE64):
        raise TornError


def lengths(columns: Sequence[Fields], kind: str, size: int) -> NDArray[np.int64]:
    """How many values each of `columns` (n,) holds, `size` bytes each."""
    if any(column["dtype"] != kind for column in columns):
        raise TornError
    data = [column.get("bdata") for column in columns]
    typed = [one for one in data if one is not None]
    bare = [one.rstrip("=") for one in typed]
    if "".join(bare).encode().translate(None, BASE64):
        raise TornError
    characters = np.fromiter(map(len, typed), np.int64, len(typed))
    padding = characters - np.fromiter(map(len, bare), np.int64, len(bare))
    values, rest = np.divmod(characters // 4 * 3 - padding, size)
    if (rest | characters % 4 | (padding > 2)).any():
        raise TornError
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
    check_whole(count)
    is_number = (
        isinstance(value, int | float) if kind[0] == "f" else type(value) is int and abs(value) < 2**31
    )
    if not 0 < count <= MOST_ROWS or not (is_number or (kind[0] == "f" and value in NON_FINITE)):
        raise TornError
    return int(count)
