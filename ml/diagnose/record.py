"""The figures that diagnoses rest on, by epoch and by block. Rule: the same however rows arrive.

Rows come in flushes of any length; means are taken over whole epochs and over whole blocks of steps only, so
that a training that was resumed sees the same figures. No torch here.
"""

from dataclasses import dataclass, field
from math import ceil, inf

import numpy as np
from numpy.typing import NDArray

from ml.columns import Column
from ml.plan import Plan

BLOCK_SAMPLES = 256  # a block's mean loss is one of about as many samples; less is noise
BLOCK_STEPS = (4, 64)  # at least, at most

Series = NDArray[np.float64]


def block_length(planned: Plan) -> int:
    """Steps of one block."""
    least, most = BLOCK_STEPS
    return max(least, min(most, ceil(BLOCK_SAMPLES / planned.batch_size)))


@dataclass(slots=True)
class Means:
    """Means of loss and accuracy over groups of consecutive steps; `keys` are the groups' numbers."""

    keys: list[int] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    accuracies: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)  # of each group's last step
    _rest: dict[str, Column] = field(default_factory=dict)  # rows of a group that is not complete

    def add(self, groups: Column, columns: dict[str, Column], last_is_complete: bool) -> None:
        """Take rows, weighted by their `samples`; the last group stays open unless `last_is_complete`."""
        kept = ("loss", "accuracy", "learning_rate", "samples")
        rows = {name: columns[name] for name in kept} | {"group": groups}
        if self._rest:
            rows = {name: np.concatenate([self._rest[name], column]) for name, column in rows.items()}
        numbers = rows["group"]
        starts = np.flatnonzero(np.diff(numbers, prepend=numbers[0] - 1))
        whole = len(numbers) if last_is_complete else int(starts[-1])
        self._rest = {name: column[whole:] for name, column in rows.items()} if whole < len(numbers) else {}
        starts = starts[starts < whole]
        if not len(starts):
            return
        counts = np.diff(np.append(starts, whole))
        samples = rows["samples"][:whole]
        totals = np.add.reduceat(samples, starts)
        self.keys += numbers[starts].tolist()
        for name, means in (("loss", self.losses), ("accuracy", self.accuracies)):
            means += (np.add.reduceat(rows[name][:whole] * samples, starts) / totals).tolist()
        self.rates += rows["learning_rate"][starts + counts - 1].tolist()


@dataclass(slots=True)
class Scores:
    """Loss and accuracy of one held-out split after whole epochs."""

    epochs: list[int] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    accuracies: list[float] = field(default_factory=list)


class Record:
    """What was seen since `first_step`: since the training began, or since something was adjusted."""

    def __init__(self, planned: Plan, first_step: int) -> None:
        self.planned = planned
        self.first_step = first_step
        self.first_epoch = (
            ceil((first_step - 1) / planned.steps_per_epoch) + 1
        )  # the first that is seen whole
        self.block_steps = block_length(planned)
        self.epochs = Means()
        self.blocks = Means()
        self.untrained_loss = inf  # on held-out samples, where it was evaluated
        self.scores = {"validation": Scores(), "test": Scores()}

    @property
    def watched(self) -> str:
        """The split to judge by: validation; test only where nothing is held out."""
        return "validation" if self.planned.validation_size else "test"

    @property
    def held_out(self) -> Scores:
        """The scores to judge by."""
        return self.scores[self.watched]

    def epoch_end(self, epoch: int) -> int:
        """The last step of `epoch`."""
        return epoch * self.planned.steps_per_epoch

    def block_start(self, block: int) -> int:
        """The first step of a block."""
        return self.first_step + block * self.block_steps

    def add_train(self, columns: dict[str, Column]) -> None:
        """Take training rows, which follow those before."""
        steps, epochs = columns["step"], columns["epoch"]
        per_epoch = self.planned.steps_per_epoch
        last = self.planned.train_size - (per_epoch - 1) * self.planned.batch_size  # samples of the last step
        columns = columns | {
            "samples": np.where(steps % per_epoch == 0, last, float(self.planned.batch_size))
        }
        seen_whole = epochs >= self.first_epoch
        if seen_whole.all():
            self.epochs.add(epochs, columns, last_is_complete=steps[-1] % per_epoch == 0)
        elif seen_whole.any():
            kept = {name: column[seen_whole] for name, column in columns.items()}
            self.epochs.add(kept["epoch"], kept, last_is_complete=steps[-1] % per_epoch == 0)
        since = steps - self.first_step
        self.blocks.add(
            since // self.block_steps, columns, last_is_complete=(since[-1] + 1) % self.block_steps == 0
        )

    def add_scores(self, split: str, columns: dict[str, Column]) -> None:
        """Take evaluations of one split."""
        if columns["epoch"][0] == 0:
            self.untrained_loss = float(columns["loss"][0])
        seen = columns["epoch"] >= self.first_epoch
        scores = self.scores[split]
        scores.epochs += columns["epoch"][seen].tolist()
        scores.losses += columns["loss"][seen].tolist()
        scores.accuracies += columns["accuracy"][seen].tolist()
