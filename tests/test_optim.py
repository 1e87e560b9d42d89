"""Losses, schedules and the update against plain torch."""

from contextlib import nullcontext

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from ml.batches import Batch
from ml.config import TrainConfig
from ml.optim import build_optimizer, mean_loss
from ml.step import update


def test_losses_equal_their_formulas():
    scores = torch.randn(5, 3, generator=torch.Generator().manual_seed(0))
    targets = torch.tensor([0, 2, 1, 1, 0])
    one_hot = torch.eye(3)[targets]
    cross_entropy = (-(one_hot * scores).sum(1) + scores.exp().sum(1).log()).mean()
    torch.testing.assert_close(mean_loss(TrainConfig(), scores, targets), cross_entropy)
    squared = ((scores.softmax(1) - one_hot) ** 2).mean(1).mean()
    torch.testing.assert_close(mean_loss(TrainConfig(loss="mse"), scores, targets), squared)


def updated(config: TrainConfig, count: int) -> tuple[torch.Tensor, float]:
    torch.manual_seed(0)
    module = nn.Linear(4, 3)
    inputs, targets = torch.randn(count, 4), torch.randint(0, 3, (count,))
    optimizer = build_optimizer(config, module.parameters())
    loss, _ = update(config, module, optimizer, Batch(inputs, targets), nullcontext())
    return module.weight.detach(), loss.item()


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("count", [6, 2500])
def test_a_full_batch_in_chunks_equals_one_batch(reduction, count):
    config = TrainConfig(loss_reduction=reduction, learning_rate=0.001)
    whole = config.model_copy(update={"batch_size": "full"})
    for left, right in zip(updated(config, count), updated(whole, count), strict=True):
        assert left == pytest.approx(right, rel=1e-4, abs=1e-6)


def test_sum_is_the_mean_times_the_batch_and_reports_the_mean():
    torch.manual_seed(0)
    weight = nn.Linear(4, 3).weight.detach()
    mean, loss_of_mean = updated(TrainConfig(learning_rate=0.1), 8)
    total, loss_of_sum = updated(TrainConfig(learning_rate=0.1, loss_reduction="sum"), 8)
    torch.testing.assert_close(total - weight, 8 * (mean - weight), rtol=1e-4, atol=1e-6)
    assert loss_of_mean == pytest.approx(loss_of_sum)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_fused_optimizers_equal_the_plain_ones(optimizer):
    fields = {"optimizer": optimizer, "momentum": 0.9, "weight_decay": 0.01, "learning_rate": 0.05}
    config = TrainConfig.model_validate(fields)
    plain = {
        "sgd": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.01, fused=False),
        "adam": lambda p: torch.optim.Adam(p, lr=0.05, weight_decay=0.01, fused=False),
    }[optimizer]
    weights = []
    for make in (lambda p: build_optimizer(config, p), plain):
        torch.manual_seed(1)
        module = nn.Linear(4, 3)
        stepper = make(module.parameters())
        for _ in range(5):
            stepper.zero_grad()
            F.cross_entropy(module(torch.ones(2, 4)), torch.tensor([0, 1])).backward()
            stepper.step()
        weights.append(module.weight.detach())
    torch.testing.assert_close(*weights)
