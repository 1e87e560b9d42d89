"""One update of the weights: forward, backward, optimizer."""

from collections.abc import Iterator
from contextlib import AbstractContextManager

import torch
from torch import Tensor, nn

from ml.batches import Batch
from ml.config import TrainConfig
from ml.inspection import FULL_BATCH_CHUNK
from ml.models import by_hand
from ml.optim import mean_loss


def _chunks(batch: Batch, full: bool) -> Iterator[Batch]:
    if not full:
        yield batch
        return
    parts = (torch.split(part, FULL_BATCH_CHUNK) for part in (batch.inputs, batch.targets))
    for inputs, targets in zip(*parts, strict=True):
        yield Batch(inputs, targets)


def update(
    config: TrainConfig,
    module: nn.Module,
    optimizer: torch.optim.Optimizer,
    batch: Batch,
    precision: AbstractContextManager[object],
) -> tuple[Tensor, Tensor]:
    """One optimizer step on `batch`; returns its mean loss and its count of correct answers as scalars on
    the device, both from before the step.

    The gradient is the batch's mean or, with `loss_reduction: sum`, its sum (practical, part A). A full
    batch accumulates it chunk by chunk, which bounds the memory and changes only the order of summation.
    With `gradients: by_hand` the optimizer only says the learning rate.
    """
    size = len(batch.targets)
    chunks = _chunks(batch, full=config.batch_size == "full")
    if config.gradients == "by_hand":
        return by_hand.update(config, module, optimizer.param_groups[0]["lr"], chunks, size)
    losses, counts = [], []
    for chunk in chunks:
        share = len(chunk.targets) / size
        with precision:
            scores = module(chunk.inputs)
            loss = mean_loss(config, scores, chunk.targets)
        weight = len(chunk.targets) if config.loss_reduction == "sum" else share
        (loss if weight == 1 else loss * weight).backward()  # type: ignore[no-untyped-call]
        losses.append(loss.detach() if share == 1 else loss.detach() * share)
        counts.append((scores.detach().argmax(1) == chunk.targets).sum())
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    if len(losses) == 1:
        return losses[0], counts[0]
    return torch.stack(losses).sum(), torch.stack(counts).sum()
