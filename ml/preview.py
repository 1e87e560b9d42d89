"""The same samples raw and as the network will see them, before any training."""

import base64
from io import BytesIO
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from ml.batches import channels_at_the_end
from ml.datasets.load import Dataset, load
from ml.datasets.points import USUAL, Cloud
from ml.inputs import random_crops, scaled, scaling
from ml.seeds import derived_seed, permutation

SHOWN_DEVIATIONS = 2.0  # standardized values from -2 to +2 deviations are shown from black to white
SHOWN_POINTS = 1000


def _picture(pixels: Tensor) -> str:
    """`pixels` (H, W, C) uint8 as a PNG data URL."""
    array = pixels.numpy()
    image = Image.fromarray(array if array.shape[2] == 3 else array[:, :, 0])
    stream = BytesIO()
    image.save(stream, format="PNG")
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode("ascii")


def _displayed(seen: Tensor, standardize: bool) -> Tensor:
    """What the network sees (N, C, H, W) as pixels (N, H, W, C); standardized values are clipped to show."""
    if standardize:
        seen = (seen / SHOWN_DEVIATIONS + 1) / 2
    return (seen.clamp(0, 1) * 255).round().to(torch.uint8).permute(0, 2, 3, 1)


def _images(dataset: Dataset, standardize: bool, augment: bool, count: int, seed: int) -> dict[str, Any]:
    stored = channels_at_the_end(dataset.train_inputs)
    chosen = permutation(len(stored), "preview", seed)[:count]
    samples = stored[chosen]
    seen = samples
    if augment:
        flip = "flip" in dataset.facts.label_keeping_augmentations
        generator = torch.Generator().manual_seed(derived_seed("preview", seed, 1))
        seen = random_crops(stored, chosen, flip, generator)
    values = scaled(seen, scaling(stored, standardize))
    shown = _displayed(values, standardize)
    labels = [dataset.facts.classes[target] for target in dataset.train_targets[chosen].tolist()]
    return {
        "kind": "images",
        "raw_shape": list(dataset.facts.input_shape),
        "seen_shape": list(values.shape[1:]),
        "samples": [
            {"label": label, "raw": _picture(raw), "seen": _picture(seen_pixels)}
            for label, raw, seen_pixels in zip(labels, samples, shown, strict=True)
        ],
    }


def _points(dataset: Dataset, standardize: bool) -> dict[str, Any]:
    raw = dataset.train_inputs[:SHOWN_POINTS]
    seen = scaled(raw, scaling(dataset.train_inputs, standardize))
    labels = dataset.train_targets[:SHOWN_POINTS].tolist()

    def columns(points: Tensor) -> dict[str, Any]:
        return {"x": points[:, 0].tolist(), "y": points[:, 1].tolist(), "label": labels}

    return {
        "kind": "points",
        "classes": list(dataset.facts.classes),
        "raw": columns(raw),
        "seen": columns(seen),
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
) -> dict[str, Any]:
    """`count` training samples of data set `name`, raw and as seen with the two toggles.

    Of a data set of points the first SHOWN_POINTS; `points` and `noise` say which, where they are generated.

    Statistics are those of the whole training set. Raises DatasetFailure when it cannot be read.
    """
    loading = load(name, data_directory, "cpu", Cloud(points, noise))
    while True:
        try:
            next(loading)
        except StopIteration as finished:
            dataset: Dataset = finished.value
            break
    if dataset.facts.is_points:
        return _points(dataset, standardize)
    return _images(dataset, standardize, augment, count, seed)
