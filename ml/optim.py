"""Loss and optimizer, each as the config names it."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ml.config import TrainConfig


def mean_loss(config: TrainConfig, scores: Tensor, targets: Tensor) -> Tensor:
    """The batch's mean loss (scalar) of scores (B, classes) against targets (B,).

    Cross-entropy of the scores, computed stably from them; or the squared error of softmax outputs against
    one-hot targets, averaged over classes. In float32, or in float64 where the scores are.
    """
    if scores.dtype != torch.float64:
        scores = scores.float()
    if config.loss == "cross_entropy":
        return F.cross_entropy(scores, targets)
    return F.mse_loss(scores.softmax(1), F.one_hot(targets, scores.shape[1]).to(scores))


def build_optimizer(config: TrainConfig, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    """SGD or Adam over `parameters`; fused, which is the same update in one pass over memory."""
    if config.optimizer == "adam":
        return torch.optim.Adam(
            parameters, lr=config.learning_rate, weight_decay=config.weight_decay, fused=True
        )
    return torch.optim.SGD(
        parameters,
        lr=config.learning_rate,
        momentum=config.momentum,
        weight_decay=config.weight_decay,
        fused=True,
    )


def set_group(optimizer: torch.optim.Optimizer, **values: float) -> None:
    """From the next step on, `optimizer` uses these values (`lr`, `momentum`, `weight_decay`)."""
    for group in optimizer.param_groups:
        group.update(values)
