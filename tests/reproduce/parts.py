"""What is reproduced: studies of the practical, each with the figures the practical gives.

Rule: a part's study is known by its name, which says epochs, precision and seeds; so a second call goes on.
"""

from dataclasses import dataclass, field
from typing import Any

CIFAR10 = {
    "dataset": "cifar10",
    "architecture": "alexnet",
    "validation_fraction": 0.0,
    "learning_rate": 0.1,
    "batch_size": 128,
}
PREFIX = "reproduce"


@dataclass(frozen=True, slots=True)
class Part:
    """`ready`: the ready-made study it is; else `body` is what makes it. `practical`: its words by label."""

    id: str
    title: str
    body: dict[str, Any] = field(default_factory=dict)
    ready: str | None = None
    precision: str = "float32"
    practical: dict[str, str] = field(default_factory=dict)
    question: str = ""

    @property
    def is_ladder(self) -> bool:
        """Whether its rows are rungs."""
        return self.body.get("kind") == "ladder"


def _ladder(epochs: int, *rungs: str) -> dict[str, Any]:
    return {"kind": "ladder", "base": {**CIFAR10, "epochs": epochs}, "rungs": list(rungs), "seeds": 1}


def _cifar10_sweep(epochs: int, **axes: list[Any]) -> dict[str, Any]:
    base = {**CIFAR10, "standardize": True, "epochs": epochs}
    return {"kind": "sweep", "base": base, "axes": axes, "seeds": 1}


BASELINE = "72.7 % (train 100 %), about 50 epochs"
STANDARDIZED = "78.1 %"
AUGMENTED = "85.9 % reported; 80–81 % in plain runs of the protocol"
SCHEDULED = "80–84 %, steadier"

PARTS = (
    Part(
        "learning-rate",
        "Learning rate on circles",
        ready="learning-rate",
        practical={
            "lr 0.0001": "too slow",
            "lr 0.001": "too slow",
            "lr 0.01": "best",
            "lr 0.1": "worse",
            "lr 1": "diverges",
        },
    ),
    Part(
        "batch-size",
        "Batch size on circles",
        ready="batch-size",
        practical={
            "batch 1": "slower to converge, far more time per epoch",
            "batch 10": "slower to converge, more time per epoch",
            "batch 100": "about best",
            "batch full": "slower to converge",
        },
    ),
    Part(
        "hidden-size",
        "Hidden size on circles",
        ready="hidden-size",
        practical={
            "hidden 1": "stalls",
            "hidden 10": "stalls visibly",
            "hidden 100": "better, more time",
            "hidden 1000": "better, more time",
        },
    ),
    Part("samples", "Number of training samples on circles", ready="samples"),
    Part("loss", "Cross-entropy and mse on circles", ready="loss"),
    Part(
        "ladder",
        "Regularization ladder on CIFAR-10",
        _ladder(20, "baseline", "standardization", "augmentation", "schedule"),
        practical={
            "Baseline": BASELINE,
            "Standardization": STANDARDIZED,
            "Augmentation": AUGMENTED,
            "Learning-rate schedule": SCHEDULED,
        },
        question="What does each step gain?",
    ),
    Part(
        "siblings",
        "Beside one another on the schedule",
        _ladder(8, "schedule", "dropout_0.25", "dropout_0.5", "dropout_0.75", "momentum", "batch_norm"),
        practical={
            "Learning-rate schedule": "the reference",
            "Dropout 0.25": "about equal to the reference",
            "Dropout 0.5": "about equal to the reference",
            "Dropout 0.75": "worse",
            "Momentum 0.9": "tried",
            "Batch normalization": "added to the schedule, without dropout",
        },
        question="What do dropout, momentum and batch normalization add?",
    ),
    Part(
        "long",
        "The whole length: 50 epochs",
        _ladder(50, "baseline", "schedule"),
        precision="bfloat16",
        practical={"Baseline": BASELINE, "Learning-rate schedule": SCHEDULED},
        question="Where do the first and the last rung end?",
    ),
    Part(
        "cifar10-learning-rate",
        "Learning rate on CIFAR-10",
        _cifar10_sweep(3, learning_rate=[0.001, 0.01, 0.1, 1.0]),
        question="Which learning rate suits the convolutional network?",
    ),
    Part(
        "cifar10-batch-size",
        "Batch size on CIFAR-10",
        _cifar10_sweep(3, batch_size=[32, 128, 512]),
        question="Which batch size suits it, and what does it cost?",
    ),
)


@dataclass(frozen=True, slots=True)
class Choices:
    """What a call may change of every part; None leaves it as it is."""

    precision: str | None = None
    seeds: int | None = None
    epochs: int | None = None
    train_size: int | None = None


def counted(amount: int, what: str) -> str:
    """`1 epoch`, `2 epochs`."""
    return f"{amount} {what}{'' if amount == 1 else 's'}"


def body_of(part: Part, ready_made: dict[str, dict[str, Any]], choices: Choices) -> dict[str, Any]:
    """What is posted to make the part's study, its name included."""
    made = ready_made[part.ready] if part.ready else part.body
    base = {**made["base"], "precision": choices.precision or part.precision}
    if choices.epochs is not None:
        base["epochs"] = choices.epochs
    if choices.train_size is not None:
        base["train_size"] = choices.train_size
    seeds = choices.seeds or made["seeds"]
    size = "" if choices.train_size is None else f", {choices.train_size} samples"
    what = f"{counted(base['epochs'], 'epoch')}{size}, {base['precision']}, {counted(seeds, 'seed')}"
    return {**made, "base": base, "seeds": seeds, "name": f"{PREFIX} {part.id}: {what}"}


def part_of(name: str) -> str | None:
    """The part that a study of this name belongs to."""
    prefix, _, rest = name.partition(" ")
    return rest.partition(":")[0] if prefix == PREFIX and ":" in rest else None
