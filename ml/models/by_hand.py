"""The perceptron by hand: forward, loss, backward and update as the practical derives them (part A).

Rule: no automatic differentiation in here. Every formula is written for a batch, one sample a row, so a
product with W^T on paper is one with W here and the other way round:

    h~ = x Wh^T + bh      h = tanh(h~)      y~ = h Wy^T + by      y^ = softmax(y~)
"""

from collections.abc import Iterable
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ml.batches import Batch
from ml.config import TrainConfig


class Weights(NamedTuple):
    """The parameters, or a gradient of each: Wh (hidden, inputs), bh (hidden,), Wy (classes, hidden),
    by (classes,)."""

    hidden_weight: Tensor
    hidden_bias: Tensor
    output_weight: Tensor
    output_bias: Tensor


NAMES = ("hidden1.weight", "hidden1.bias", "output.weight", "output.bias")  # in the module's state
SYMBOLS = ("Wh", "bh", "Wy", "by")


class Passed(NamedTuple):
    """What the forward pass leaves for the backward one: h (B, hidden) and the scores y~ (B, classes)."""

    hidden: Tensor
    scores: Tensor


def weights_of(module: nn.Module) -> Weights:
    """The very parameters of an `mlp` with one hidden layer, to be read and changed in place."""
    return Weights(*(module.get_parameter(name) for name in NAMES))


def forward(weights: Weights, inputs: Tensor) -> Passed:
    """Scores of inputs (B, …); pictures are read as one long vector."""
    hidden = torch.tanh(inputs.flatten(1) @ weights.hidden_weight.T + weights.hidden_bias)
    return Passed(hidden, hidden @ weights.output_weight.T + weights.output_bias)


def softmax(scores: Tensor) -> Tensor:
    """y^ (B, classes); subtracting the greatest score changes nothing and keeps exp from overflowing."""
    raised = torch.exp(scores - scores.max(1, keepdim=True).values)
    return raised / raised.sum(1, keepdim=True)


def losses(loss: str, scores: Tensor, targets: Tensor) -> Tensor:
    """The loss of each sample (B,).

    `cross_entropy`: -sum_i y_i y~_i + log sum_i exp(y~_i), the greatest score taken out of the exponents.
    `mse`: mean over the classes of (y^ - y)^2.
    """
    if loss == "cross_entropy":
        greatest = scores.max(1, keepdim=True).values
        logarithm = torch.log(torch.exp(scores - greatest).sum(1)) + greatest.squeeze(1)
        return logarithm - scores.gather(1, targets[:, None]).squeeze(1)
    return (softmax(scores) - F.one_hot(targets, scores.shape[1])).square().mean(1)


def score_gradient(loss: str, scores: Tensor, targets: Tensor) -> Tensor:
    """dL/dy~ (B, classes) of each sample's loss.

    `cross_entropy`: y^ - y. `mse` goes through the softmax: dL/dy^ = 2 (y^ - y) / classes and
    dy^_i/dy~_j = y^_i (delta_ij - y^_j), hence dL/dy~ = y^ * (dL/dy^ - sum_i dL/dy^_i y^_i).
    """
    outputs = softmax(scores)
    differences = outputs - F.one_hot(targets, scores.shape[1])
    if loss == "cross_entropy":
        return differences
    upstream = differences * (2 / scores.shape[1])
    return outputs * (upstream - (upstream * outputs).sum(1, keepdim=True))


def backward(weights: Weights, inputs: Tensor, hidden: Tensor, score_gradients: Tensor) -> Weights:
    """The gradient of each parameter, summed over the batch, from dL/dy~ (B, classes).

    dL/dWy = dL/dy~ . h, dL/dby = dL/dy~, dL/dh = Wy^T dL/dy~, dL/dh~ = (1 - h^2) * dL/dh,
    dL/dWh = dL/dh~ . x^T, dL/dbh = dL/dh~.
    """
    before_tanh = (1 - hidden.square()) * (score_gradients @ weights.output_weight)
    return Weights(
        hidden_weight=before_tanh.T @ inputs.flatten(1),
        hidden_bias=before_tanh.sum(0),
        output_weight=score_gradients.T @ hidden,
        output_bias=score_gradients.sum(0),
    )


def gradients(
    weights: Weights, loss: str, inputs: Tensor, targets: Tensor, factor: float
) -> tuple[Weights, Passed]:
    """`factor` times the gradient of the samples' summed losses: 1 for `sum`, 1 / batch size for `mean`."""
    passed = forward(weights, inputs)
    score_gradients = score_gradient(loss, passed.scores, targets) * factor
    return backward(weights, inputs, passed.hidden, score_gradients), passed


@torch.no_grad()
def update(
    config: TrainConfig, module: nn.Module, learning_rate: float, chunks: Iterable[Batch], size: int
) -> tuple[Tensor, Tensor]:
    """w <- w - eta (dL/dw + weight_decay w), on a batch of `size` samples that comes in `chunks`.

    Returns its mean loss and its count of correct answers as scalars on the device, from before the step.
    """
    weights = weights_of(module)
    factor = 1.0 if config.loss_reduction == "sum" else 1 / size
    summed: Weights | None = None
    loss = torch.zeros((), device=weights.output_bias.device)
    correct = torch.zeros((), dtype=torch.int64, device=loss.device)
    for inputs, targets in ((chunk.inputs, chunk.targets) for chunk in chunks):
        found, passed = gradients(weights, config.loss, inputs, targets, factor)
        summed = found if summed is None else Weights(*map(torch.add, summed, found))
        loss += losses(config.loss, passed.scores, targets).sum() / size
        correct += (passed.scores.argmax(1) == targets).sum()
    assert summed is not None, "a batch holds at least one sample"
    for weight, gradient in zip(weights, summed, strict=True):
        weight.sub_(learning_rate * (gradient + config.weight_decay * weight))
    return loss, correct
