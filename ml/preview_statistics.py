"""Mean and deviation of each channel before and after what standardization and augmentation do to it.

Rule: measured on training samples, both on the same ones; how many is said.
"""

from typing import Any

import torch
from torch import Tensor

from ml.datasets.facts import DatasetFacts
from ml.inputs import channel_statistics
from ml.seeds import permutation

SAMPLES = 5000  # 0.2 s of CIFAR-10; all of a smaller set
NUMBERS = 2**24  # of all samples together, 64 MiB as float32; fewer samples of large pictures


def measured_samples(stored: Tensor) -> Tensor:
    """Indices of the training samples `stored` (N, …) that are measured: always the same ones."""
    fitting = max(1, NUMBERS // max(1, stored[0].numel()))
    count = min(len(stored), SAMPLES, fitting)
    return permutation(len(stored), "statistics", 0)[:count] if count < len(stored) else torch.arange(count)


def _channels(facts: DatasetFacts) -> list[str]:
    if facts.is_points:
        return ["x", "y"]
    count = facts.input_shape[0]
    return {1: ["grey"], 3: ["red", "green", "blue"]}.get(count, [f"channel {i + 1}" for i in range(count)])


def statistics(facts: DatasetFacts, before: Tensor, after: Tensor) -> dict[str, Any]:
    """`before`: stored samples, (N, H, W, C) uint8 told as 0..1, or points (N, 2); `after`: the same ones as
    the network sees them, (N, C, H, W) or (N, 2)."""
    seen = after.permute(0, 2, 3, 1) if after.dim() == 4 else after
    told = {}
    for name, samples in (("before", before), ("after", seen)):
        mean, deviation = channel_statistics(samples)
        told[name] = {"mean": mean.tolist(), "deviation": deviation.tolist()}
    return {"samples": len(before), "channels": _channels(facts), **told}
