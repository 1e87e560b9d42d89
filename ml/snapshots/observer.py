"""Looks at a training through every taker that fits it. Rule: looking takes a small share of the time.

The first and the last epoch are always looked at; between them only while the share allows it.
"""

from collections.abc import Callable, Iterator, Mapping
from time import perf_counter

from ml.entries import Snapshot
from ml.evaluate import Score
from ml.snapshots.gradient_check import gradient_check
from ml.snapshots.taker import Scene, Taker

SHARE = 0.03  # of the time since the training began

TakerFor = Callable[[Scene], Taker | None]  # None where there is nothing to show

TAKERS: tuple[TakerFor, ...] = (gradient_check,)


class Observer:
    """The takers of one training."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._takers = [taker for make in TAKERS if (taker := make(scene)) is not None]
        self._began = perf_counter()
        self._spent = 0.0

    def between_steps(self) -> Iterator[Snapshot]:
        """Look between two steps."""
        if self._takers and self._has_time:
            for taker in self._takers:
                yield from self._timed(taker.between_steps(self._scene))

    def after_epoch(self, scores: Mapping[str, Score]) -> Iterator[Snapshot]:
        """Look after an evaluation."""
        epoch = self._scene.learner.position.epoch
        if epoch == 0 or epoch >= self._scene.config.epochs or self._has_time:
            for taker in self._takers:
                yield from self._timed(taker.after_epoch(self._scene, scores))

    @property
    def _has_time(self) -> bool:
        return self._spent <= SHARE * (perf_counter() - self._began)

    def _timed(self, looking: Iterator[Snapshot]) -> Iterator[Snapshot]:
        """What the reader does with a snapshot does not count."""
        while True:
            began = perf_counter()
            found = next(looking, None)
            self._spent += perf_counter() - began
            if found is None:
                return
            yield found
