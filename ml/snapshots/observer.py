"""Looks at a training through every taker that fits it. Rule: looking takes a small share of the time.

The first and the last epoch are always looked at; between them only while the share allows it. Looks
between steps and looks after epochs have half of it each, so that the many of the one leave room for the
few of the other.
"""

from collections.abc import Callable, Iterator, Mapping
from time import perf_counter

from ml.entries import Snapshot
from ml.evaluate import Score
from ml.snapshots.boundary import boundary
from ml.snapshots.confusion import Confusion
from ml.snapshots.filters import filters_taker
from ml.snapshots.gradient_check import gradient_check
from ml.snapshots.hardest import Hardest
from ml.snapshots.layers import Layers
from ml.snapshots.pace import is_last
from ml.snapshots.taker import Scene, Taker
from ml.snapshots.train_evaluation import TrainEvaluation

SHARE = 0.03  # of the time since the training began
EXTRA = {"between_steps": 0.0, "after_epoch": 1.0}  # seconds, spread over the epochs: short trainings too

TakerFor = Callable[[Scene], Taker | None]  # None where there is nothing to show

TAKERS: tuple[TakerFor, ...] = (
    boundary,
    gradient_check,
    TrainEvaluation,
    lambda scene: Confusion(),
    lambda scene: Hardest(),
    filters_taker,
    Layers,
)


class Observer:
    """The takers of one training."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._takers = [taker for make in TAKERS if (taker := make(scene)) is not None]
        self._began = perf_counter()
        self._spent = {"between_steps": 0.0, "after_epoch": 0.0}

    def between_steps(self) -> Iterator[Snapshot]:
        """Look between two steps."""
        if self._takers and self._has_time("between_steps"):
            for taker in self._takers:
                yield from self._timed("between_steps", taker.between_steps(self._scene))

    def after_epoch(self, scores: Mapping[str, Score]) -> Iterator[Snapshot]:
        """Look after an evaluation."""
        learner = self._scene.learner
        if learner.position.epoch == 0 or is_last(learner) or self._has_time("after_epoch"):
            for taker in self._takers:
                yield from self._timed("after_epoch", taker.after_epoch(self._scene, scores))

    def _has_time(self, hook: str) -> bool:
        progress = self._scene.learner.position.epoch / self._scene.config.epochs
        allowed = SHARE / len(self._spent) * (perf_counter() - self._began)
        return self._spent[hook] <= EXTRA[hook] * progress + allowed

    def _timed(self, hook: str, looking: Iterator[Snapshot]) -> Iterator[Snapshot]:
        """What the reader does with a snapshot does not count."""
        while True:
            began = perf_counter()
            found = next(looking, None)
            self._spent[hook] += perf_counter() - began
            if found is None:
                return
            yield found
