"""`train_evaluation`: loss and accuracy on training samples, measured as validation and test are.

The running training accuracy is of many networks, each before its step, with dropout and augmentation on.
This one is of the network as it is now, so what lies between it and validation is the generalization gap
alone.

Content: `samples`, how many of the training order's first; `loss` and `accuracy` (0..1).
"""

from collections.abc import Iterator, Mapping

import torch

from ml.columns import json_number
from ml.entries import Snapshot
from ml.evaluate import Score
from ml.optim import mean_loss
from ml.snapshots.fixed_sample import evaluating, fixed_sample
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
        size = len(self._samples)
        with evaluating(scene.learner.module), torch.inference_mode():
            sums = []
            for batch in scene.batches.evaluation(self._samples):
                with scene.precision:
                    answers = scene.learner.module(batch.inputs)
                    mean = mean_loss(scene.config, answers, batch.targets).double()
                sums.append(
                    torch.stack(
                        [mean * len(batch.targets), (answers.argmax(1) == batch.targets).sum().double()]
                    )
                )
            loss, correct = torch.stack(sums).sum(0).tolist()
        yield scene.json_snapshot(
            "train_evaluation",
            {"samples": size, "loss": json_number(loss / size), "accuracy": correct / size},
        )
