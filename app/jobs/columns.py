"""A job's measurements read back from its log, column by column. Rule: rewinds are applied."""

import numpy as np
import orjson
from sqlalchemy import Connection

from app.jobs.folds import surviving
from app.store import log
from ml.columns import Column
from ml.entries import EVALUATION_COLUMNS, TRAIN_COLUMNS, Split

_DTYPES = {"step": "<i4", "epoch": "<i4", "learning_rate": "<f8", "train_seconds": "<f8"}


def columns_of(
    connection: Connection, job_id: str, split: Split, after: int = 0
) -> tuple[dict[str, Column], int | None]:
    """The rows of one split, in entries with seq > `after`, that hold after the log's rewinds, by column; and
    the least step that one of these entries rewinds to, None without a rewind."""
    rewinds = log.read(connection, job_id, after, -1, ["rewind"])
    stored = log.read(connection, job_id, after, -1, split=split)
    texts = [entry.text for entry in sorted([*rewinds, *stored], key=lambda entry: entry.seq)]
    found = [entry.columns for entry, _ in surviving(texts)]
    names = TRAIN_COLUMNS if split == "train" else EVALUATION_COLUMNS
    columns = {
        name: np.concatenate([np.empty(0, _DTYPES.get(name, "<f4")), *(columns[name] for columns in found)])
        for name in names
    }
    return columns, min((orjson.loads(entry.text)["to_step"] for entry in rewinds), default=None)
