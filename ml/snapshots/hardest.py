"""`hardest`: the samples with the highest loss, what they are and what the network takes them for.

Rule: made of the answers that the evaluation kept; the pictures are those stored, not cropped, not scaled.

Content: `split`, `loss` (which one is meant), `classes` by name, and `samples`, the hardest first:
`index` in the split, `label`, `loss`, `top` as [class, probability] of the likeliest classes, and
`picture` (PNG data URL) or `point` [x, y].
"""

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor
from torch.nn import functional as F

from ml.batches import Samples
from ml.config import TrainConfig
from ml.entries import Snapshot
from ml.evaluate import Score
from ml.snapshots.pace import is_chosen
from ml.snapshots.pixels import png
from ml.snapshots.rounding import rounded
from ml.snapshots.taker import Scene, Taker

SHOWN = 12
TOP = 3
MOST = 50  # looks: twelve photographs are some 40 kB


def losses_of(config: TrainConfig, scores: Tensor, targets: Tensor) -> Tensor:
    """The loss of each sample (N,) whose mean `ml.optim.mean_loss` is: scores (N, classes), targets (N,)."""
    if config.loss == "cross_entropy":
        return F.cross_entropy(scores, targets, reduction="none")
    one_hot = F.one_hot(targets, scores.shape[1]).float()
    return (scores.softmax(1) - one_hot).square().mean(1)


class Hardest(Taker):
    """Takes `hardest` after an epoch."""

    def after_epoch(self, scene: Scene, scores: Mapping[str, Score]) -> Iterator[Snapshot]:
        """From the answers on the held-out split."""
        samples = scene.judged
        answers = scene.answers.of(scene.judged_split, len(samples))
        if answers is None or not is_chosen(scene.learner, MOST):
            return
        with torch.inference_mode():
            losses = losses_of(scene.config, answers, samples.targets)
            hardest, indices = losses.topk(min(SHOWN, len(samples)))
            chances, classes = answers[indices].softmax(1).topk(min(TOP, answers.shape[1]))
        shown = samples.take(indices)
        yield scene.json_snapshot(
            "hardest",
            {
                "split": scene.judged_split,
                "loss": scene.config.loss,
                "classes": list(scene.facts.classes),
                "samples": [
                    {
                        "index": index,
                        "label": label,
                        "loss": rounded(loss),
                        "top": [[name, rounded(chance)] for name, chance in zip(*likeliest, strict=True)],
                        **look,
                    }
                    for index, label, loss, likeliest, look in zip(
                        indices.tolist(),
                        shown.targets.tolist(),
                        hardest.tolist(),
                        zip(classes.tolist(), chances.tolist(), strict=True),
                        _looks(shown),
                        strict=True,
                    )
                ],
            },
        )


def _looks(samples: Samples) -> list[dict[str, object]]:
    inputs = samples.inputs.cpu()
    if inputs.dim() == 4:
        return [{"picture": png(pixels)} for pixels in inputs]
    return [{"point": [rounded(value) for value in point]} for point in inputs.tolist()]
