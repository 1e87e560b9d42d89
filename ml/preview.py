"""The same samples raw and as the network will see them, before any training."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ml.batches import channels_at_the_end
from ml.datasets.load import Dataset, loaded
from ml.datasets.points import USUAL, Cloud
from ml.inputs import random_crops, scaled, scaling
from ml.preview_statistics import measured_samples, statistics
from ml.seeds import derived_seed, permutation
from ml.snapshots.pixels import png

SHOWN_DEVIATIONS = 2.0  # standardized values from -2 to +2 deviations are shown from black to white
SHOWN_POINTS = 1000


def _displayed(seen: Tensor, standardize: bool) -> Tensor:
    """What the network sees (N, C, H, W) as pixels (N, H, W, C); standardized values are clipped to show."""
    if standardize:
        seen = (seen / SHOWN_DEVIATIONS + 1) / 2
    return (seen.clamp(0, 1) * 255).round().to(torch.uint8).permute(0, 2, 3, 1)


def _images(
    dataset: Dataset, standardize: bool, augment: bool, count: int, seed: int, roll: int
) -> dict[str, Any]:
    stored = channels_at_the_end(dataset.train_inputs)
    chosen = permutation(len(stored), "preview", seed)[:count]
    samples = stored[chosen]
    scale = scaling(stored, standardize)

    def seen(indices: Tensor) -> Tensor:
        if not augment:
            return scaled(stored[indices], scale)
        flip = "flip" in dataset.facts.label_keeping_augmentations
        generator = torch.Generator().manual_seed(derived_seed("preview", seed, 1 + roll))
        return scaled(random_crops(stored, indices, flip, generator), scale)

    values, measured = seen(chosen), measured_samples(stored)
    shown = _displayed(values, standardize)
    labels = [dataset.facts.classes[target] for target in dataset.train_targets[chosen].tolist()]
    return {
        "kind": "images",
        "raw_shape": list(dataset.facts.input_shape),
        "seen_shape": list(values.shape[1:]),
        "samples": [
            {"label": label, "raw": png(raw), "seen": png(seen_pixels)}
            for label, raw, seen_pixels in zip(labels, samples, shown, strict=True)
        ],
        "statistics": statistics(dataset.facts, stored[measured], seen(measured)),
    }


def _points(dataset: Dataset, standardize: bool) -> dict[str, Any]:
    raw = dataset.train_inputs[:SHOWN_POINTS]
    scale = scaling(dataset.train_inputs, standardize)
    seen = scaled(raw, scale)
    labels = dataset.train_targets[:SHOWN_POINTS].tolist()

    def columns(points: Tensor) -> dict[str, Any]:
        return {"x": points[:, 0].tolist(), "y": points[:, 1].tolist(), "label": labels}

    return {
        "kind": "points",
        "classes": list(dataset.facts.classes),
        "raw": columns(raw),
        "seen": columns(seen),
        "statistics": statistics(dataset.facts, dataset.train_inputs, scaled(dataset.train_inputs, scale)),
    }


def preview(
    name: str,
    data_directory: Path,
    standardize: bool,
    augment: bool,
    count: int,
    seed: int,
    points: int = USUAL.points,
    noise: float | None = USUAL.noise,
    roll: int = 0,
) -> dict[str, Any]:
    """`count` training samples of data set `name`, raw and as seen with the two toggles.

    Of a data set of points the first SHOWN_POINTS; `points` and `noise` say which, where they are generated.

    Another `roll` draws the same pictures' crops and flips anew. Standardization is by the whole training
    set. Raises DatasetFailure when it cannot be read.
    """
    dataset = loaded(name, data_directory, "cpu", Cloud(points, noise))
    if dataset.facts.is_points:
        return _points(dataset, standardize)
    return _images(dataset, standardize, augment, count, seed, roll)
