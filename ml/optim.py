"""Loss, optimizer and learning-rate schedule, each as the config names it."""

from collections.abc import Iterable
from math import cos, pi

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ml.config import TrainConfig


def mean_loss(config: TrainConfig, scores: Tensor, targets: Tensor) -> Tensor:
    """The batch's mean loss (scalar) of scores (B, classes) against targets (B,).

    Cross-entropy of the scores, computed stably from them; or the squared error of softmax outputs against
    one-hot targets, averaged over classes.
    """
    scores = scores.float()
    if config.loss == "cross_entropy":
        return F.cross_entropy(scores, targets)
    return F.mse_loss(scores.softmax(1), F.one_hot(targets, scores.shape[1]).float())


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


def scheduled_rate(config: TrainConfig, epoch: int) -> float:
    """The learning rate of `epoch` (from 1): the schedule is stepped after each epoch."""
    done = epoch - 1
    if config.lr_schedule == "exponential":
        return float(config.learning_rate * config.lr_gamma**done)
    if config.lr_schedule == "cosine":
        return config.learning_rate * (1 + cos(pi * done / config.epochs)) / 2
    return config.learning_rate


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """From the next step on, `optimizer` uses learning rate `rate`."""
    for group in optimizer.param_groups:
        group["lr"] = rate
