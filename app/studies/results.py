"""What came of one job of a study, told by its row and its log. Rule: nothing is known that is not there.

Where the time went: `queue` from queued to starting; `data` from starting to running, which is reading the
data set and building the network; `compute` the log's train_seconds; `evaluation` the rest of the time it
ran: evaluations, checkpoints, pictures, and steps that a rewind made void. Pauses are not counted.
"""

import math
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import orjson
from sqlalchemy import Connection

from app.jobs.folds import surviving
from app.jobs.states import is_terminal
from app.store import log
from app.store.jobs import JobRow
from ml.clock import seconds_of
from ml.entries import Split

CHUNK = 2000  # entries of training read back at once, from the end
LAST = 3  # evaluations whose mean is steadier than the very last one
DIVERGED_FACTORS = {  # times the loss before training; what ends below that is bad, but bounded
    "cross_entropy": 20.0,
    "mse": 1.5,  # of probabilities: always wrong is about twice guessing
}
SPLITS: tuple[Split, ...] = ("validation", "test")
Pair = tuple[float, float]  # loss, accuracy


@dataclass(frozen=True, slots=True)
class Scores:
    """Evaluations of one split: the one before training, the last, the mean of the last three, the best.

    `best` holds the least loss and the greatest accuracy, each of its own epoch.
    """

    before: Pair | None
    final: Pair
    last: Pair
    best: Pair


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds, by what they went into."""

    queue: float = 0.0
    data: float = 0.0
    compute: float = 0.0
    evaluation: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """`train`: mean loss and accuracy of the last epoch's steps, as they were trained: with augmentation
    and dropout where those are on. `epochs`: passes over the training samples so far."""

    status: str
    has_diverged: bool
    epochs: float
    train: Pair | None
    scores: Mapping[Split, Scores | None]
    times: Times

    @property
    def counts(self) -> bool:
        """Whether it trained as long as it was to."""
        return self.status == "completed"


def times_of(statuses: Iterable[tuple[str, float]], train_seconds: float, now: float) -> Times:
    """Fold the log's statuses, each with its moment in seconds since 1970, up to `now`."""
    spent = dict.fromkeys(("queued", "starting", "running"), 0.0)
    status, since = None, 0.0
    for following, at in [*statuses, ("now", now)]:
        if status == "stopping":
            status = "running"
        if status in spent:
            spent[status] += max(0.0, at - since)
        status, since = following, at
    rest = max(0.0, spent["running"] - train_seconds)
    return Times(spent["queued"], spent["starting"], train_seconds, rest)


def scores_of(losses: Iterable[float], accuracies: Iterable[float], epochs: Iterable[int]) -> Scores | None:
    """The scores of one split, one value an evaluation in the order they were made; None without any."""
    pairs = list(zip(map(float, losses), map(float, accuracies), strict=True))
    before = pairs[0] if next(iter(epochs), None) == 0 else None
    after = pairs[1:] if before else pairs
    if not after:
        return None
    last = np.array(after[-LAST:], np.float64).mean(axis=0)
    finite = [loss for loss, _ in after if math.isfinite(loss)]
    best = min(finite, default=math.inf), max(accuracy for _, accuracy in after)
    return Scores(before, after[-1], (float(last[0]), float(last[1])), best)


def diverged(reason: str | None, loss: str, train: Pair | None, scores: Iterable[Scores | None]) -> bool:
    """Whether the `loss` (its name) left the finite numbers, or ended far above where it was before training.

    The training loss decides: that of a test set rises through over-fitting too.
    """
    if reason == "diverged":
        return True
    before = next((found.before[0] for found in scores if found and found.before), None)
    return train is not None and before is not None and train[0] > DIVERGED_FACTORS[loss] * before


def _evaluations(connection: Connection, job_id: str, split: Split) -> Scores | None:
    rewinds = log.read(connection, job_id, 0, -1, ["rewind"])
    stored = log.read(connection, job_id, 0, -1, split=split)
    texts = [entry.text for entry in sorted([*rewinds, *stored], key=lambda entry: entry.seq)]
    found = [entry.columns for entry, _ in surviving(texts)]
    if not found:
        return None
    columns = {name: np.concatenate([one[name] for one in found]) for name in ("loss", "accuracy", "epoch")}
    return scores_of(columns["loss"], columns["accuracy"], columns["epoch"])


def _last_epoch(connection: Connection, job_id: str) -> Pair | None:
    """Mean loss and accuracy over the steps of the last epoch, read from the log's end."""
    texts: list[str] = []
    before: int | None = None
    while True:
        chunk = log.read_back(connection, job_id, before, CHUNK, "train")
        texts = [entry.text for entry in reversed(chunk)] + texts
        found = [entry.columns for entry, _ in surviving(texts)]
        is_all = len(chunk) < CHUNK
        if is_all and not found:
            return None
        if found and (is_all or found[0]["epoch"][0] < found[-1]["epoch"][-1]):
            epoch = np.concatenate([columns["epoch"] for columns in found])
            rows = epoch == epoch[-1]
            loss = np.concatenate([columns["loss"] for columns in found])[rows].astype(np.float64)
            accuracy = np.concatenate([columns["accuracy"] for columns in found])[rows].astype(np.float64)
            return float(loss.mean()), float(accuracy.mean())
        before = chunk[-1].seq


def outcome_of(connection: Connection, row: JobRow) -> Outcome:
    """The job's outcome so far."""
    progress = orjson.loads(row.progress)
    scores = {split: _evaluations(connection, row.id, split) for split in SPLITS}
    train = _last_epoch(connection, row.id)
    config = orjson.loads(row.config)
    steps_an_epoch = progress["total_steps"] / config["epochs"]
    return Outcome(
        row.status,
        diverged(row.reason, config["loss"], train, scores.values()),
        progress["step"] / steps_an_epoch,
        train,
        scores,
        times_of(statuses_of(connection, row.id), progress["train_seconds"], time.time()),
    )


def statuses_of(connection: Connection, job_id: str) -> list[tuple[str, float]]:
    """The statuses in the log of a job, each with its moment in seconds since 1970."""
    stored = log.read(connection, job_id, 0, -1, ["status"])
    found = (entry.fields for entry in stored if entry.type == "status")
    return [(fields["status"], seconds_of(fields["at"])) for fields in found]


class Outcomes:
    """The outcomes of ended jobs, kept: their logs say the same until they go on."""

    KEPT = 2000

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, Outcome]] = {}

    def of(self, connection: Connection, row: JobRow) -> Outcome:
        """The job's outcome."""
        known = self._known.get(row.id)
        if known is not None and known[0] == row.last_seq:
            return known[1]
        found = outcome_of(connection, row)
        if is_terminal(row.status):
            self._known[row.id] = (row.last_seq, found)
            while len(self._known) > self.KEPT:
                del self._known[next(iter(self._known))]
        return found
