"""The recorder: loss and accuracy of every step, kept on the device and read back once per flush.

A step never waits for the host: on a GPU the flush is the only synchronization. Steps are numbered from 1.
"""

from collections.abc import Iterator
from math import isfinite
from time import perf_counter

import numpy as np
import torch
from torch import Tensor

from ml.columns import Column
from ml.entries import Metrics, Split

FLUSH_SECONDS = 0.04  # the eye sees 25 pictures a second as movement
FLUSH_STEPS = 1024  # bounds an entry: 1,024 steps are about 40 kB typed, 120 kB as text


class Recorder:
    """Collects rows of all splits since the last flush, and the seconds spent in training."""

    def __init__(self, step: int = 0, seconds: float = 0.0) -> None:
        self.step = step
        self._seconds = seconds
        self.diverged_at: int | None = None
        self.diverged_loss = 0.0
        self.diverged_split: Split = "train"
        self._losses: list[Tensor] = []
        self._correct: list[Tensor] = []
        self._rows: list[tuple[int, int, int, float, float]] = []
        self._evaluations: dict[Split, list[tuple[int, int, float, float]]] = {"validation": [], "test": []}
        self._bad_evaluation: tuple[int, float, Split] | None = None
        self._resumed_at: float | None = None
        self._flushed_at = perf_counter()

    def start_clock(self) -> None:
        """Training goes on: seconds count from here."""
        self._resumed_at = perf_counter()

    def stop_clock(self) -> None:
        """Training rests, for an evaluation, a flush or a pause: seconds stop counting."""
        self._seconds = self.seconds
        self._resumed_at = None

    @property
    def seconds(self) -> float:
        """Seconds spent in training so far, those of earlier attempts included."""
        running = 0.0 if self._resumed_at is None else perf_counter() - self._resumed_at
        return self._seconds + running

    def record_step(
        self, epoch: int, loss: Tensor, correct: Tensor, samples: int, learning_rate: float
    ) -> None:
        """One update: mean `loss` and count `correct` as scalars on the device, of `samples` samples."""
        self.step += 1
        self._losses.append(loss)
        self._correct.append(correct)
        self._rows.append((self.step, epoch, samples, learning_rate, self.seconds))

    def record_evaluation(self, split: Split, epoch: int, loss: float, accuracy: float) -> None:
        """One evaluation of `split` after the current step."""
        self._evaluations[split].append((self.step, epoch, loss, accuracy))
        if not isfinite(loss) and self._bad_evaluation is None:
            self._bad_evaluation = (self.step, loss, split)

    def is_due(self) -> bool:
        """Whether a flush's time has come."""
        if self._bad_evaluation is not None:
            return True
        return len(self._rows) >= FLUSH_STEPS or perf_counter() - self._flushed_at >= FLUSH_SECONDS

    def flush(self) -> Iterator[Metrics]:
        """Read the device's buffer back and yield one entry per split that has rows.

        Rows after the first step with a non-finite loss are dropped, in this flush and in every later one,
        and `diverged_at` names that step.
        """
        if self._rows and self.diverged_at is None:
            yield self._train_entry()
        for split, rows in self._evaluations.items():
            if rows and self.diverged_at is None:
                step, epoch, loss, accuracy = zip(*rows, strict=True)
                yield Metrics(split, _evaluation_columns(step, epoch, loss, accuracy))
            rows.clear()
        if self._bad_evaluation is not None and self.diverged_at is None:
            self.diverged_at, self.diverged_loss, self.diverged_split = self._bad_evaluation
        self._flushed_at = perf_counter()

    def _train_entry(self) -> Metrics:
        losses = torch.stack(self._losses).float().cpu().numpy()
        correct = torch.stack(self._correct).cpu().numpy()
        step, epoch, samples, learning_rate, seconds = zip(*self._rows, strict=True)
        accuracy = correct / np.array(samples)
        finite = np.isfinite(losses)
        kept = len(losses) if finite.all() else int(np.argmin(finite)) + 1
        if not isfinite(losses[kept - 1]):
            self.diverged_at, self.diverged_loss = step[kept - 1], float(losses[kept - 1])
        columns = _evaluation_columns(step, epoch, losses, accuracy)
        columns["learning_rate"] = np.array(learning_rate, np.float64)
        columns["train_seconds"] = np.array(seconds, np.float64)
        self._losses.clear()
        self._correct.clear()
        self._rows.clear()
        return Metrics("train", {name: column[:kept] for name, column in columns.items()})


def _evaluation_columns(step: object, epoch: object, loss: object, accuracy: object) -> dict[str, Column]:
    return {
        "step": np.array(step, np.int32),
        "epoch": np.array(epoch, np.int32),
        "loss": np.array(loss, np.float32),
        "accuracy": np.array(accuracy, np.float32),
    }
