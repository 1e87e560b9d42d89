"""Evaluation: eval mode, no augmentation, no gradients; stopped between batches when asked."""

from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from time import perf_counter
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ml.batches import Batches, Samples
from ml.config import TrainConfig
from ml.entries import Note
from ml.optim import mean_loss
from ml.outcome import outcome

PROGRESS_SECONDS = 1.0  # between two notes of a long evaluation before the first step


class Score(NamedTuple):
    """Mean loss and accuracy (0..1) over a split."""

    loss: float
    accuracy: float


@contextmanager
def evaluating(module: nn.Module) -> Iterator[None]:
    """Dropout off, batch normalization by its kept statistics, untouched; then training mode again."""
    module.eval()
    try:
        yield
    finally:
        module.train()


def evaluate(
    config: TrainConfig,
    module: nn.Module,
    batches: Batches,
    samples: Samples,
    is_interrupted: Callable[[], bool],
    precision: AbstractContextManager[object],
    announced_as: str | None = None,
    answers: list[Tensor] | None = None,
) -> Generator[Note, None, Score | None]:
    """The score of `module` on `samples`, or None when `is_interrupted` said so. Leaves it in training mode.

    Yields a note of its progress about every second when `announced_as` names what is evaluated. The scores
    (B, classes) of each batch are appended to `answers`.
    """
    loss = torch.zeros((), dtype=torch.float64, device=samples.targets.device)
    correct = torch.zeros((), dtype=torch.int64, device=samples.targets.device)
    seen, noted_at = 0, perf_counter()
    with evaluating(module):
        for batch in batches.evaluation(samples):
            if is_interrupted():
                return None
            with torch.inference_mode(), precision:
                scores = module(batch.inputs)
                loss += mean_loss(config, scores, batch.targets).double() * len(batch.targets)
                correct += (scores.argmax(1) == batch.targets).sum()
            if answers is not None:
                answers.append(scores)
            seen += len(batch.targets)
            if announced_as and seen < len(samples) and perf_counter() - noted_at >= PROGRESS_SECONDS:
                noted_at = perf_counter()
                yield Note("info", f"{announced_as}: {seen:,} of {len(samples):,}")
    return Score(loss.item() / len(samples), correct.item() / len(samples))


def score_of(
    config: TrainConfig,
    module: nn.Module,
    batches: Batches,
    samples: Samples,
    precision: AbstractContextManager[object],
) -> Score:
    """As `evaluate`, for few samples: not interrupted, and nobody is told how far it is."""
    score = outcome(evaluate(config, module, batches, samples, lambda: False, precision))
    assert score is not None, "nobody interrupts it"
    return score
