"""What trainings that ended took, so that others like them can be reckoned. Rule: nothing is guessed.

A job takes a start (reading the data set, building the network), its steps, and what comes after each epoch.
A step takes something for itself and something for its multiply-adds, in a proportion nobody knows, so for
more work it takes between as long and in proportion longer: the answer is a span, and a point for equal work.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log as logarithm
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection

from app.store.jobs import JobRow, listed
from app.studies.results import statuses_of, times_of
from ml.config import TrainConfig
from ml.datasets.facts import DatasetFacts
from ml.datasets.failures import DatasetFailure
from ml.datasets.identity import refuse_others
from ml.datasets.registry import facts_of, names
from ml.inspection import inspect
from ml.models.layers import ImpossibleLayerError
from ml.plan import plan

LOOKED_AT = 100  # of a data set's newest completed jobs
KIND = (
    "architecture",
    "gradients",
    "device",
    "precision",
)  # jobs that differ in these tell nothing of each other


@dataclass(frozen=True, slots=True)
class Span:
    """Seconds, from the least to the most it may take."""

    least: float = 0.0
    most: float = 0.0

    def to_json(self) -> dict[str, float]:
        """As the API says it."""
        return {"least_seconds": self.least, "most_seconds": self.most}


@dataclass(frozen=True, slots=True)
class Load:
    """What a config asks for: steps and epochs, and the multiply-adds of one step's samples and of
    the samples evaluated after an epoch, forward."""

    steps: int
    epochs: int
    step_work: int
    epoch_work: int


def load_of(config: TrainConfig, facts: DatasetFacts) -> Load:
    """The load of a config that can be trained."""
    planned = plan(config, facts)
    macs = max(1, sum(row.macs for row in inspect(config, facts).layers))
    evaluated = planned.validation_size + facts.test_size
    epochs = planned.total_steps // planned.steps_per_epoch
    return Load(planned.total_steps, epochs, macs * planned.batch_size, macs * max(1, evaluated))


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds that a job took: for its start, for a step, and for what comes after an epoch."""

    kind: tuple[Any, ...]
    load: Load
    start: float
    step: float
    epoch: float

    def distance(self, load: Load) -> float:
        """How unlike the work of a step is: 0 for the same, the same for half and for twice."""
        return abs(logarithm(load.step_work / self.load.step_work))


def reckoned(load: Load, alike: Sequence[Pace]) -> Span:
    """How long `load` takes, by the pace whose steps are likest. No multiply-add costs more than where all of
    a step's time is theirs, so the cheapest of all these tells the most that further ones may take."""
    likest = min(alike, key=lambda pace: pace.distance(load))
    least = most = min(pace.start for pace in alike)  # the first one may have fetched the data
    for amount, seconds, more, at_most in (
        (
            load.steps,
            likest.step,
            load.step_work - likest.load.step_work,
            min(pace.step / pace.load.step_work for pace in alike),
        ),
        (
            load.epochs,
            likest.epoch,
            load.epoch_work - likest.load.epoch_work,
            min(pace.epoch / pace.load.epoch_work for pace in alike),
        ),
    ):
        least += amount * (seconds + min(0.0, more * at_most))
        most += amount * (seconds + max(0.0, more * at_most))
    return Span(least, most)


def kind_of(config: TrainConfig) -> tuple[Any, ...]:
    """What two configs must have in common for one to tell of the other, the data set apart."""
    return tuple(getattr(config, field) for field in KIND)


class Paces:
    """The paces of completed jobs, kept: nothing changes them any more."""

    KEPT = 2000

    def __init__(self) -> None:
        self._known: dict[str, Pace | None] = {}

    def of(
        self, connection: Connection, data_directory: Path, dataset: str, first: Iterable[JobRow] = ()
    ) -> list[Pace]:
        """Those of a data set, the newest first, after those of the jobs `first`."""
        newest = listed(connection, statuses=["completed"], dataset=dataset, limit=LOOKED_AT)
        own = [row for row in first if row.status == "completed" and row.dataset == dataset]
        rows = {row.id: row for row in [*own, *newest]}
        found = (self._of(connection, data_directory, row) for row in rows.values())
        return [pace for pace in found if pace is not None]

    def _of(self, connection: Connection, data_directory: Path, row: JobRow) -> Pace | None:
        if row.id not in self._known:
            self._known[row.id] = pace_of(connection, data_directory, row)
            while len(self._known) > self.KEPT:
                del self._known[next(iter(self._known))]
        return self._known[row.id]


def pace_of(connection: Connection, data_directory: Path, row: JobRow) -> Pace | None:
    """The pace of a completed job; None for a fork, one that was resumed, one of other data than now."""
    progress = orjson.loads(row.progress)
    if row.attempt != 1 or row.parent_id is not None or not progress["step"]:
        return None
    config = TrainConfig.model_validate_json(row.config)
    if config.dataset not in names(data_directory):
        return None
    try:
        facts = facts_of(config, data_directory)
        refuse_others(facts, row.data_fingerprint)
        load = load_of(config, facts)
    except (DatasetFailure, ImpossibleLayerError):
        return None
    times = times_of(statuses_of(connection, row.id), progress["train_seconds"], 0.0)
    return Pace(
        kind_of(config),
        load,
        times.data,
        times.compute / progress["step"],
        times.evaluation / max(1, progress["epoch"]),
    )
