"""How far a job is and how well it does: a fold over its log. Rule: pure; same entries, same progress."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ml.best import WORST, Rank, rank
from ml.columns import Column, JsonNumber, json_number
from ml.entries import Entry, Metrics, Status
from ml.plan import Plan

SPEED_SECONDS = 3.0  # of training; images_per_second is the mean over about this long
Scores = dict[str, JsonNumber]


def _scores(columns: dict[str, Column], row: int) -> Scores:
    return {
        "loss": json_number(columns["loss"][row].item()),
        "accuracy": json_number(columns["accuracy"][row].item()),
    }


@dataclass(frozen=True, slots=True)
class Start:
    """Where a log begins: a fork's where its parent's checkpoint stood."""

    step: int = 0
    epoch: int = 0
    train_seconds: float = 0.0


BEGINNING = Start()


@dataclass
class Progress:
    """The state of the fold; `apply` takes the entries in the log's order, rewinds already applied."""

    plan: Plan
    start: Start = BEGINNING
    step: int = 0
    epoch: int = 0
    train_seconds: float = 0.0
    latest: dict[str, Scores | None] = field(
        default_factory=lambda: {"train": None, "validation": None, "test": None}
    )
    best: dict[str, Any] | None = None
    images_per_second: float | None = None
    eta_seconds: float | None = None
    _best_rank: Rank = WORST
    _tests: dict[int, Scores] = field(default_factory=dict)  # of the newest test entry, by step
    _marks: deque[tuple[float, int]] = field(default_factory=deque)  # train_seconds, images
    _first: tuple[float, int] | None = None  # moment and step of the first entry with training rows

    def __post_init__(self) -> None:
        self.step, self.epoch = self.start.step, self.start.epoch
        self.train_seconds = self.start.train_seconds

    def apply(self, entry: Entry, at: float) -> None:
        """Take one entry that was made `at` (seconds since 1970)."""
        if isinstance(entry, Status):
            self._first = None  # time left counts from here: a pause or a wait is no training
        if not isinstance(entry, Metrics) or not len(entry.columns["step"]):
            return
        if entry.split == "train":
            self._train(entry.columns, at)
        elif entry.split == "validation":
            self._validation(entry.columns)
        else:
            self._test(entry.columns)
        self.latest[entry.split] = _scores(entry.columns, -1)

    def _images(self, step: int) -> int:
        epochs, rest = divmod(step, self.plan.steps_per_epoch)
        return epochs * self.plan.train_size + rest * self.plan.batch_size

    def _train(self, columns: dict[str, Column], at: float) -> None:
        self.step = int(columns["step"][-1])
        self.epoch = int(columns["epoch"][-1])
        self.train_seconds = float(columns["train_seconds"][-1])
        self._marks.append((self.train_seconds, self._images(self.step)))
        while len(self._marks) > 2 and self.train_seconds - self._marks[1][0] >= SPEED_SECONDS:
            self._marks.popleft()
        begin = (self.start.train_seconds, self._images(self.start.step))
        seconds, images = self._marks[0] if len(self._marks) > 1 else begin
        if self.train_seconds > seconds:
            self.images_per_second = (self._marks[-1][1] - images) / (self.train_seconds - seconds)
        first = self._first = self._first or (at, self.step)
        rest = max(0, self.plan.total_steps - self.step)
        if at > first[0] and self.step > first[1]:
            self.eta_seconds = rest * (at - first[0]) / (self.step - first[1])

    def _validation(self, columns: dict[str, Column]) -> None:
        for row in range(len(columns["step"])):
            accuracy, loss = columns["accuracy"][row].item(), columns["loss"][row].item()
            found = rank(accuracy, loss)
            if self.best is not None and not found > self._best_rank:
                continue
            step = int(columns["step"][row])
            self._best_rank = found
            self.best = {
                "epoch": int(columns["epoch"][row]),
                "step": step,
                **_scores(columns, row),
                "test": self._tests.get(step),
            }

    def _test(self, columns: dict[str, Column]) -> None:
        self._tests = {int(step): _scores(columns, row) for row, step in enumerate(columns["step"])}
        if self.best is not None and self.best["test"] is None:
            self.best["test"] = self._tests.get(self.best["step"])

    def to_json(self) -> dict[str, Any]:
        """What the job's row keeps."""
        return {
            "epoch": self.epoch,
            "step": self.step,
            "total_steps": self.plan.total_steps,
            "eta_seconds": self.eta_seconds,
            "train_seconds": self.train_seconds,
            "images_per_second": self.images_per_second,
            "best": self.best,
            "latest": self.latest,
        }


def rows_up_to(entry: Metrics, step: int) -> Metrics:
    """`entry` without the rows after `step`, which a later rewind made void."""
    kept: Column = np.asarray(entry.columns["step"]) <= step
    return Metrics(entry.split, {name: column[kept] for name, column in entry.columns.items()})
