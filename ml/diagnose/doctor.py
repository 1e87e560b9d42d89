"""Listens to a training's own entries and says what ails it. Rule: a fold; it asks nothing of the network.

Said once per kind and cause: it is said anew only after the rate, the weight decay or the dropout was
adjusted, or after a rewind made it void. What holds no longer stays in the log.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from math import inf

import numpy as np
import orjson

from ml.columns import Column
from ml.config import TrainConfig
from ml.datasets.facts import DatasetFacts
from ml.diagnose import signs
from ml.diagnose.record import Record
from ml.diagnose.signs import Finding
from ml.entries import Change, Diagnosis, Entry, Metrics, Snapshot, Status
from ml.plan import Plan

CAUSES = ("learning_rate", "weight_decay", "dropout")  # who adjusts one begins a new history
FOR_GOOD = {"small_batch"}  # said once: no adjustment of a cause mends it
EVERY_EPOCH = 50  # up to here every epoch is judged, later one in 2, 4, 8 … whenever their number doubles
TIMED_STEPS, TIMED_WINDOW = 200, 20  # before the time of a step is known well enough
ENDED = ("completed", "stopped", "failed", "paused")


def is_judged(epoch: int) -> bool:
    """Whether the signs are read after the `epoch`-th one; ever rarer, so that long trainings pay no more."""
    return epoch % (1 << max(0, (epoch // EVERY_EPOCH).bit_length() - 1)) == 0


@dataclass(slots=True)
class _Timing:
    """Seconds and steps since this attempt began, and the least seconds a sample took in an evaluation."""

    first_step: int = 0
    first_second: float = 0.0
    steps: int = 0
    step_seconds: float = inf  # the least of all windows: other programs only add to it
    sample_seconds: float | None = None


class Doctor:
    """Diagnoses of one training. `told` are the entries of its log that still hold, oldest first."""

    def __init__(
        self, config: TrainConfig, changes: Collection[Change] = (), told: Iterable[Entry] = ()
    ) -> None:
        self._config = config
        self._changes = sorted(changes, key=lambda change: change.step)
        self._told = list(told)
        self._record: Record | None = None
        self._chance = 0.0
        self._classes = 0
        self._said: set[str] = set()
        self._dead: dict[str, float] = {}
        self._timing = _Timing()
        self._judged = 0
        self._trained_last = (np.nan, config.learning_rate)  # loss and rate of the newest step

    def meet(self, facts: DatasetFacts, planned: Plan, step: int) -> None:
        """The training begins, or goes on, after `step`; what its log tells is heard first."""
        self._classes = len(facts.classes)
        trained = [one for one in self._told if isinstance(one, Metrics) and one.split == "train"]
        begins = min([int(one.columns["step"][0]) for one in trained], default=step + 1)
        self._record = Record(planned, begins)
        self._chance = signs.guessing_loss(self._config, self._classes)
        again = [finding for entry in self._told for finding in self._recalled(entry)]
        while self._changes and self._changes[0].step <= step:
            self._begin_anew(self._changes.pop(0))
        # where nothing was adjusted all of it counts, also what a fork saw of the network it began with
        since = self._record.first_step if self._record.first_step > begins else 0
        logged = [entry for entry in self._told if isinstance(entry, Diagnosis)]
        known = {entry.kind for entry in logged if entry.since_step >= since or entry.kind in FOR_GOOD}
        # what was found but not written before the crash is said now
        self._unsaid = [one for one in again if one.since_step >= since and one.kind not in known]
        self._said |= known
        self._told = []
        self._timing = _Timing(sample_seconds=self._timing.sample_seconds)

    def _recalled(self, entry: Entry) -> list[Finding]:
        if isinstance(entry, Diagnosis):
            self._said.add(entry.kind)  # at its place: what it explains was not said after it
            return []
        return self._heard(entry)

    def note_evaluation(self, samples: int, seconds: float) -> None:
        """An evaluation of so many samples took `seconds`: what a sample costs at most, forward."""
        each = seconds / samples
        known = self._timing.sample_seconds
        self._timing.sample_seconds = each if known is None else min(known, each)

    def attend(self, entries: Iterator[Entry]) -> Iterator[Entry]:
        """`entries` with what is found in them behind each; the last stays the last."""
        for entry in entries:
            if isinstance(entry, Status) and entry.status in ENDED:
                yield entry
                continue
            yield entry
            for finding in self._hear(entry):
                yield Diagnosis(
                    finding.kind,
                    finding.since_step,
                    finding.message,
                    finding.evidence,
                    {"changes": finding.remedy} if finding.remedy else None,
                )

    def _hear(self, entry: Entry) -> list[Finding]:
        if self._record is None:
            return []
        found, self._unsaid = self._unsaid, []
        return [*found, *self._heard(entry)]

    def _heard(self, entry: Entry) -> list[Finding]:
        if isinstance(entry, Change):
            self._changes = [change for change in self._changes if change.field != entry.field]
            self._changes.insert(0, entry)
            self._changes.sort(key=lambda change: change.step)
            return []
        if isinstance(entry, Snapshot) and entry.kind == "layers":
            return self._looked(entry)
        if not isinstance(entry, Metrics):
            return []
        if entry.split == "train":
            return self._trained(entry.columns)
        assert self._record is not None
        if not np.isfinite(entry.columns["loss"]).all():
            return self._new([self._exploded(entry.columns)])
        self._record.add_scores(entry.split, entry.columns)
        return self._judge(entry.columns["epoch"]) if entry.split == "test" else []

    def _trained(self, columns: dict[str, Column]) -> list[Finding]:
        """Rows up to the next adjustment belong to what was before it."""
        found: list[Finding] = []
        while self._changes and self._changes[0].step <= columns["step"][-1]:
            change = self._changes[0]
            before = columns["step"] < change.step
            if before.any():
                found += self._stretch({name: column[before] for name, column in columns.items()})
                columns = {name: column[~before] for name, column in columns.items()}
            self._begin_anew(self._changes.pop(0))
        return [*found, *self._stretch(columns)]

    def _begin_anew(self, change: Change) -> None:
        self._config = self._config.model_copy(update={change.field: change.after})
        assert self._record is not None
        if change.field in CAUSES and change.step > self._record.first_step:
            self._record = Record(self._record.planned, change.step)
            self._said &= FOR_GOOD
            self._dead, self._judged = {}, 0
        elif change.field == "epochs":
            self._said -= {"too_slow", "under_fitting"}

    def _stretch(self, columns: dict[str, Column]) -> list[Finding]:
        assert self._record is not None
        record, config = self._record, self._config
        found: list[Finding | None] = []
        losses = columns["loss"]
        if not np.isfinite(losses[-1]):
            before = float(losses[-2]) if len(losses) > 1 else (record.blocks.losses or [np.nan])[-1]
            rate = float(columns["learning_rate"][-1])
            last = int(columns["step"][-1]), float(losses[-1])
            size = record.planned.batch_size
            found.append(signs.exploded(config, size, *last, before, rate, self._chance))
            return self._new(found)
        self._trained_last = float(losses[-1]), float(columns["learning_rate"][-1])
        judged = len(record.blocks.losses)
        record.add_train(columns)
        if "diverging" not in self._said:  # each block by itself, so that a flush of many dates it no later
            ends = range(judged + 1, len(record.blocks.losses) + 1)
            each = (signs.diverging(record, config, self._chance, end) for end in ends)
            found.append(next((one for one in each if one is not None), None))
        found.append(self._timed(columns))
        return self._new(found)

    def _exploded(self, columns: dict[str, Column]) -> Finding:
        """An evaluation found what no step had shown yet."""
        bad = int(np.flatnonzero(~np.isfinite(columns["loss"]))[0])
        now = int(columns["step"][bad]), float(columns["loss"][bad])
        assert self._record is not None
        size = self._record.planned.batch_size
        return signs.exploded(self._config, size, *now, *self._trained_last, self._chance)

    def _timed(self, columns: dict[str, Column]) -> Finding | None:
        timing, steps, seconds = self._timing, columns["step"], columns["train_seconds"]
        if not timing.first_step:
            timing.first_step, timing.first_second = int(steps[0]), float(seconds[0])
        window = int(steps[-1]) - timing.first_step
        if window >= TIMED_WINDOW:
            each = (float(seconds[-1]) - timing.first_second) / window
            timing.step_seconds = min(timing.step_seconds, each)
            timing.steps += window
            timing.first_step, timing.first_second = int(steps[-1]), float(seconds[-1])
        if timing.steps < TIMED_STEPS or timing.sample_seconds is None or "small_batch" in self._said:
            return None
        assert self._record is not None
        first = self._record.first_step
        cost = timing.step_seconds, timing.sample_seconds
        return signs.small_batch(self._record, self._config, *cost, first)

    def _judge(self, epochs: Column) -> list[Finding]:
        record = self._record
        assert record is not None
        found: list[Finding] = []
        for epoch in epochs.tolist():
            nth = epoch - record.first_epoch + 1
            if nth <= self._judged or not is_judged(nth):
                continue
            self._judged = nth
            if "diverging" in self._said or epoch not in record.epochs.keys[-max(1, len(epochs)) - 1 :]:
                continue
            found += self._new([signs.over_fitting(record, self._config, self._chance, epoch)])
            if not self._said & {"too_slow", "plateau", "under_fitting"}:
                found += self._new([signs.too_slow(record, self._config, self._chance, epoch)])
            if not self._said & {"too_slow", "plateau", "under_fitting", "dead_units", "over_fitting"}:
                found += self._new([signs.flat(record, self._config, self._classes, self._chance, epoch)])
        return found

    def _looked(self, snapshot: Snapshot) -> list[Finding]:
        rows = orjson.loads(snapshot.content)["layers"]
        shares = {row["name"]: row["dead"] for row in rows if row["dead"] is not None}
        before, self._dead = self._dead, shares
        if not snapshot.epoch:
            return []
        assert self._record is not None
        return self._new([signs.dead_units(self._record, self._config, shares, before, snapshot.step)])

    def _new(self, found: Iterable[Finding | None]) -> list[Finding]:
        new = [one for one in found if one is not None and one.kind not in self._said]
        self._said |= {one.kind for one in new}
        return new
