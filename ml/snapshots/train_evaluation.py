"""`train_evaluation`: loss and accuracy on training samples, measured as validation and test are.

The running training accuracy is of many networks, each before its step, with dropout and augmentation on.
This one is of the network as it is now, so what lies between it and validation is the generalization gap
alone.

Content: `samples`, how many of the training order's first; `loss` and `accuracy` (0..1).
"""

from collections.abc import Iterator, Mapping

from ml.columns import json_number
from ml.entries import Snapshot
from ml.evaluate import Score, score_of
from ml.snapshots.fixed_sample import fixed_sample
from ml.snapshots.pace import is_chosen
from ml.snapshots.taker import Scene, Taker

SAMPLES = 2000
LEAST = 64
SECONDS = 0.25


class TrainEvaluation(Taker):
    """Takes `train_evaluation` after an epoch."""

    def __init__(self, scene: Scene) -> None:
        self._samples = fixed_sample(scene, SAMPLES, LEAST, SECONDS)

    def after_epoch(self, scene: Scene, scores: Mapping[str, Score]) -> Iterator[Snapshot]:
        """On the fixed sample, in evaluation mode."""
        if not is_chosen(scene.learner):
            return
        score = score_of(scene.config, scene.learner.module, scene.batches, self._samples, scene.precision)
        yield scene.json_snapshot(
            "train_evaluation",
            {
                "samples": len(self._samples),
                "loss": json_number(score.loss),
                "accuracy": score.accuracy,
            },
        )
