"""When a checkpoint is due, and its writing. Rule: a training is never ended by a checkpoint that fails.

At every epoch's end, but of many short epochs only so many that writing stays a small share of the time; at
evenly spread epochs always, so that there is something to fork from; inside long epochs after two minutes;
whenever the training rests or ends. A best epoch in between waits in memory for the next writing.
"""

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from ml.checkpoint import Checkpoint, save_checkpoint
from ml.entries import CheckpointSaved, Entry, Note
from ml.learner import Learner
from ml.plan import spacing
from ml.recorder import Recorder

SHORTEST_SECONDS = 1.0  # between two epochs' checkpoints: one takes about 10 ms of a small network
SHARE = 0.01  # of the training's time between two checkpoints: what a crash may cost, and how the log grows
LONGEST_SECONDS = 120.0  # inside an epoch


class Keeper:
    """Writes the learner's checkpoints into `folder`; keeps none when there is no folder."""

    def __init__(self, learner: Learner, recorder: Recorder, folder: Path | None, attempt: int) -> None:
        self._learner = learner
        self._recorder = recorder
        self._folder = folder
        self._attempt = attempt
        self._saved_at = perf_counter()
        self._saved: tuple[int, bool] | None = None  # step, and whether it was evaluated
        self._best: Checkpoint | None = None

    def after_epoch(self, is_best: bool) -> Iterator[Entry]:
        """An epoch was evaluated: save it if it is due, remember it if it is the best."""
        if self._folder is None or not self._learner.position.epoch:
            return  # from the beginning anybody can begin
        waited = perf_counter() - self._saved_at
        pause = min(LONGEST_SECONDS, max(SHORTEST_SECONDS, SHARE * self._recorder.seconds))
        is_spread = self._learner.position.epoch % spacing(self._learner.config.epochs) == 0
        if waited >= pause or is_spread or self._learner.is_finished:
            yield from self.save(is_best=is_best)
        elif is_best:
            self._best = self._captured()

    @property
    def is_overdue(self) -> bool:
        """Whether a long epoch should not wait for its end."""
        return self._folder is not None and perf_counter() - self._saved_at >= LONGEST_SECONDS

    def save(self, *, is_best: bool = False) -> Iterator[Entry]:
        """Save this moment, unless it is saved; rows that wait go first."""
        yield from self._recorder.flush()
        position = self._learner.position
        moment = position.step, position.is_evaluated
        if self._folder is None or self._recorder.diverged_at or moment == self._saved:
            return
        self._saved_at = perf_counter()
        is_best = is_best or (self._best is not None and self._best.step == position.step)
        if is_best:
            self._best = None
        elif self._best is not None:
            written = self._written(self._best, is_best=True)
            yield written
            if isinstance(written, CheckpointSaved):
                self._best = None
        written = self._written(self._captured(), is_best=is_best)
        yield written
        if isinstance(written, CheckpointSaved):
            self._saved = moment

    def _captured(self) -> Checkpoint:
        return self._learner.capture(self._recorder.seconds)

    def _written(self, checkpoint: Checkpoint, *, is_best: bool) -> Entry:
        assert self._folder is not None
        try:
            save_checkpoint(self._folder, self._attempt, checkpoint)
        except OSError as error:
            message = f"The checkpoint of step {checkpoint.step:,} could not be written: {error.strerror}."
            return Note("warning", f"{message} The one before it is kept.")
        return CheckpointSaved(checkpoint.epoch, checkpoint.step, is_best)
