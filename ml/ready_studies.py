"""Ready-made studies: the questions of the practical (parts A and C). Rule: each starts as it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ml.studies import RUNGS

CIRCLES: Mapping[str, Any] = {  # the practical's course network: 200 points to train on, 200 to test on
    "dataset": "circles",
    "validation_fraction": 0.0,
    "hidden_sizes": [4],
    "activation": "tanh",
    "loss_reduction": "sum",
    "learning_rate": 0.01,
    "batch_size": 100,
    "epochs": 150,
}
CIFAR10: Mapping[str, Any] = {
    "dataset": "cifar10",
    "architecture": "alexnet",
    "validation_fraction": 0.0,
    "learning_rate": 0.1,
    "batch_size": 128,
}
REPEATED = 3  # seeds: enough for a median


@dataclass(frozen=True, slots=True)
class ReadyStudy:
    """A question, and the definition that answers it."""

    id: str
    title: str
    question: str
    kind: str
    base: Mapping[str, Any]
    axes: Mapping[str, list[Any]] | None = None
    rungs: tuple[str, ...] = ()
    seeds: int = REPEATED

    @property
    def definition(self) -> dict[str, Any]:
        """As it is posted to make the study."""
        made = {"kind": self.kind, "name": self.title, "base": dict(self.base), "seeds": self.seeds}
        return {**made, "axes": dict(self.axes)} if self.axes else {**made, "rungs": list(self.rungs)}


def _sweep(
    id: str, title: str, question: str, base: Mapping[str, Any], seeds: int = REPEATED, **axes: list[Any]
) -> ReadyStudy:
    return ReadyStudy(id, title, question, "sweep", base, axes, seeds=seeds)


READY = (
    _sweep(
        "learning-rate",
        "Learning rate",
        "Too small never arrives, too large breaks: which learning rate learns best?",
        CIRCLES,
        learning_rate=[0.0001, 0.001, 0.01, 0.1, 1.0],
    ),
    _sweep(
        "batch-size",
        "Batch size",
        "One sample, some, or all of them per update: what does each cost, and which learns best?",
        {**CIRCLES, "epochs": 50},
        batch_size=[1, 10, 100, "full"],
    ),
    _sweep(
        "hidden-size",
        "Hidden size",
        "How many hidden units do two circles need, and what do more of them cost?",
        CIRCLES,
        hidden_sizes=[[1], [10], [100], [1000]],
    ),
    _sweep(
        "samples",
        "Training samples",
        "How much does the network learn from how many samples?",
        CIRCLES,
        train_size=[10, 25, 50, 100, 200],
    ),
    _sweep(
        "loss",
        "Cross-entropy and mse",
        "Which loss teaches a classifier faster?",
        CIRCLES,
        loss=["cross_entropy", "mse"],
    ),
    ReadyStudy(
        "ladder",
        "Regularization ladder",
        "What does each step gain on CIFAR-10: standardization, augmentation, a schedule, and more?",
        "ladder",
        {**CIFAR10, "epochs": 20},
        rungs=tuple(RUNGS),
        seeds=1,
    ),
    _sweep(
        "cifar10-learning-rate",
        "Learning rate on CIFAR-10",
        "Which learning rate suits a convolutional network?",
        {**CIFAR10, "standardize": True, "epochs": 3},
        seeds=1,
        learning_rate=[0.001, 0.01, 0.1, 1.0],
    ),
    _sweep(
        "cifar10-batch-size",
        "Batch size on CIFAR-10",
        "Which batch size suits a convolutional network, and what does it cost?",
        {**CIFAR10, "standardize": True, "epochs": 3},
        seeds=1,
        batch_size=[32, 128, 512],
    ),
)
