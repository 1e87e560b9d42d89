"""`filters`: the weights of the first layer, each unit's as a picture.

Rule: middle grey is zero in every picture, and each is stretched by its own largest weight, so that
shapes can be compared and sizes cannot.

Content: `layer`, `units` there are, `shape` [height, width, channels] of a picture, `pixels`: base64 of
uint8 (shown units, height, width, channels), `largest`: the largest weight of each by absolute value,
`classes`: the classes by name where a unit is a class, else null.
"""

import base64
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from ml.entries import Snapshot
from ml.evaluate import Score
from ml.plan import network_input_shape
from ml.snapshots.pace import is_chosen
from ml.snapshots.rounding import rounded
from ml.snapshots.taker import Scene, Taker

MOST_UNITS = 64
MOST_BYTES = 32 * 1024  # of all pictures together
COLOURS = (1, 3)
MOST = 100  # looks: a layer is a few kB


def first_weights(scene: Scene) -> tuple[str, Tensor] | None:
    """Name and weights (units, channels, height, width) of the first layer; None if no pictures."""
    channels, *sides = network_input_shape(scene.config, scene.facts)
    if channels not in COLOURS or len(sides) != 2:
        return None
    for name, weights in scene.learner.module.named_parameters():
        if weights.dim() == 4 and weights.shape[1] == channels:
            return name.removesuffix(".weight"), weights.detach()
        if weights.dim() == 2 and weights.shape[1] == channels * sides[0] * sides[1]:
            return name.removesuffix(".weight"), weights.detach().view(-1, channels, *sides)
        if weights.dim() > 1:
            return None
    return None


def as_pixels(weights: Tensor) -> tuple[Tensor, Tensor]:
    """`weights` (units, C, H, W) as pixels (units, H, W, C) uint8, 128 for zero, and the largest of each."""
    largest = weights.abs().flatten(1).amax(1)
    safe = torch.where(largest > 0, largest, torch.ones_like(largest))
    values = (weights / safe[:, None, None, None] * 127 + 128).nan_to_num(128).round().to(torch.uint8)
    return values.permute(0, 2, 3, 1).contiguous(), largest


class Filters(Taker):
    """Takes `filters` after an epoch."""

    def after_epoch(self, scene: Scene, scores: Mapping[str, Score]) -> Iterator[Snapshot]:
        """Of the first layer as it is now."""
        found = first_weights(scene)
        if found is None or not is_chosen(scene.learner, MOST):
            return
        name, weights = found
        fitting = max(1, MOST_BYTES // weights[0].numel())
        pixels, largest = as_pixels(weights[: min(MOST_UNITS, fitting)])
        matrices = [part for part in scene.learner.module.parameters() if part.dim() > 1]
        yield scene.json_snapshot(
            "filters",
            {
                "layer": name,
                "units": len(weights),
                "shape": list(pixels.shape[1:]),
                "pixels": base64.b64encode(pixels.cpu().numpy().tobytes()).decode("ascii"),
                "largest": [rounded(value) for value in largest.tolist()],
                "classes": list(scene.facts.classes) if len(matrices) == 1 else None,
            },
        )


def filters_taker(scene: Scene) -> Taker | None:
    """None on points and where the first layer's weights are no pictures."""
    return Filters() if not scene.facts.is_points and first_weights(scene) is not None else None
