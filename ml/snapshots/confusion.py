"""`confusion`: which class was taken for which, and how many of each class were right.

Rule: made of the answers that the evaluation kept; nothing is evaluated a second time.

Content: `split` and `samples`; `classes` by name; `matrix` of counts, a row a true class, a column an
answer (null beyond MOST_CLASSES classes); `accuracy` (0..1) of each class, null where it has no sample;
`confused`, the most frequent mistakes as [true class, answer, count].
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from ml.entries import Snapshot
from ml.evaluate import Score
from ml.snapshots.pace import is_chosen
from ml.snapshots.taker import Scene, Taker

MOST_CLASSES = 50  # of a matrix; a larger one is neither small nor readable
MISTAKES = 12


def confusion_matrix(scores: Tensor, targets: Tensor) -> Tensor:
    """Counts (classes, classes) int64 on the CPU: row i, column j are samples of class i answered j.

    scores (N, classes), targets (N,); the answer is the class of the largest score.
    """
    classes = scores.shape[1]
    places = targets * classes + scores.argmax(1)
    return torch.bincount(places, minlength=classes * classes).view(classes, classes).cpu()


def content_of(split: str, names: Sequence[str], matrix: Tensor) -> dict[str, Any]:
    """What a snapshot of `matrix` (classes, classes) holds."""
    totals = matrix.sum(1).tolist()
    right = matrix.diagonal().tolist()
    wrong = matrix.clone().fill_diagonal_(0).flatten()
    counts, places = wrong.topk(min(MISTAKES, len(wrong)))
    classes = len(matrix)
    return {
        "split": split,
        "samples": int(matrix.sum()),
        "classes": list(names),
        "matrix": matrix.tolist() if classes <= MOST_CLASSES else None,
        "accuracy": [hit / total if total else None for hit, total in zip(right, totals, strict=True)],
        "confused": [
            [place // classes, place % classes, count]
            for place, count in zip(places.tolist(), counts.tolist(), strict=True)
            if count
        ],
    }


class Confusion(Taker):
    """Takes `confusion` after an epoch."""

    def after_epoch(self, scene: Scene, scores: Mapping[str, Score]) -> Iterator[Snapshot]:
        """From the answers on the held-out split."""
        samples = scene.judged
        answers = scene.answers.of(scene.judged_split, len(samples))
        if answers is None or not is_chosen(scene.learner):
            return
        matrix = confusion_matrix(answers, samples.targets)
        content = content_of(scene.judged_split, scene.facts.classes, matrix)
        yield scene.json_snapshot("confusion", content)
