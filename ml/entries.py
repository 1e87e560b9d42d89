"""The typed entries that a training yields and the log keeps. Rule: data only, no torch, no web word."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal

import orjson

from ml.columns import Column, encode

Split = Literal["train", "validation", "test"]
Reason = Literal[
    "requested",
    "early_stopping",
    "diverged",
    "out_of_memory",
    "worker_lost",
    "data_error",
    "start_failed",
    "error",
]

TRAIN_COLUMNS = ("step", "epoch", "loss", "accuracy", "learning_rate", "train_seconds")
JSON = "application/json"
INLINE_BYTES = 8192  # JSON content below this travels in the entry itself
EVALUATION_COLUMNS = ("step", "epoch", "loss", "accuracy")


@dataclass(frozen=True, slots=True)
class Status:
    """The job's status changed. `reason` and `message` say why; `device` is set when training begins, as is
    `data_fingerprint`, which tells the data from others that may come to lie under their name."""

    type: ClassVar[str] = "status"
    status: str
    reason: Reason | None = None
    message: str | None = None
    device: str | None = None
    data_fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Metrics:
    """Rows of one split, column by column; every column is an array (rows,).

    `train`: TRAIN_COLUMNS, one row an update. `validation`, `test`: EVALUATION_COLUMNS, one row an epoch.
    step, epoch int32; loss, accuracy float32; learning_rate, train_seconds float64.
    """

    type: ClassVar[str] = "metrics"
    split: Split
    columns: dict[str, Column]


@dataclass(frozen=True, slots=True)
class Note:
    """Something people should know: `level` is info, warning or error."""

    type: ClassVar[str] = "note"
    level: Literal["info", "warning", "error"]
    message: str


@dataclass(frozen=True, slots=True)
class Change:
    """A field of the config was adjusted while it trained; `step` is the first that uses it."""

    type: ClassVar[str] = "change"
    step: int
    field: str
    before: float | int
    after: float | int


@dataclass(frozen=True, slots=True)
class CheckpointSaved:
    """A checkpoint of the state after `step` lies on the disk; `is_best`: of the best epoch so far."""

    type: ClassVar[str] = "checkpoint"
    epoch: int
    step: int
    is_best: bool


@dataclass(frozen=True, slots=True)
class Rewind:
    """Every metric, snapshot, diagnosis and checkpoint after `to_step` is void, the steps come again;
    -1: from the beginning."""

    type: ClassVar[str] = "rewind"
    to_step: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A picture of the network's inside after `step`: `content` in the form that `media_type` names.

    `kind` says what it shows; each kind's content is described where it is taken (`ml/snapshots/`).
    """

    type: ClassVar[str] = "snapshot"
    kind: str
    step: int
    epoch: int
    media_type: str
    content: bytes

    @property
    def is_inline(self) -> bool:
        """Whether the content travels in the entry itself."""
        return self.media_type == JSON and len(self.content) < INLINE_BYTES


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Something about the training worth knowing: since `since_step`, `message` says what and why.

    `evidence`: the figures that led to it, by name. `remedy`: changes of the config that may help.
    """

    type: ClassVar[str] = "diagnosis"
    kind: str
    since_step: int
    message: str
    evidence: dict[str, Any]
    remedy: dict[str, Any] | None = None


Entry = Status | Metrics | Note | Change | CheckpointSaved | Rewind | Snapshot | Diagnosis
Entries = Iterator[Entry]


def body(entry: Entry) -> dict[str, Any]:
    """The entry's own fields as JSON, columns as typed arrays; absent fields are left out.

    A snapshot's content is told by its size in `bytes`; a short JSON one is there too, as `data`.
    """
    values: dict[str, Any] = {"type": entry.type}
    if isinstance(entry, Snapshot):
        values |= {"kind": entry.kind, "step": entry.step, "epoch": entry.epoch}
        values |= {"media_type": entry.media_type, "bytes": len(entry.content)}
        if entry.is_inline:
            values["data"] = orjson.loads(entry.content)
        return values
    for field in fields(entry):
        value = getattr(entry, field.name)
        if value is not None:
            values[field.name] = (
                {name: encode(column) for name, column in value.items()} if field.name == "columns" else value
            )
    return values
