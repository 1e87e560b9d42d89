"""Where a network on points draws its boundary. Rule: the grid is the job's, the same in all its pictures.

Kind `boundary`: SIDE x SIDE bytes, row after row from the greatest y down, x growing along a row, each at the
centre of its cell: the softmax's probability of class 1 from 0 to 255, and 128 where it is no number. With
more classes one such picture after the other, of class 1, 2 and so on; class 0 has what is left.

Kind `points`: JSON `{extent: [least x, greatest x, least y, greatest y], classes, train, validation, test}`,
the area that the grid covers and up to SHOWN points of each split as `{x, y, label, of}`, as stored, `of` so
many. It is told again by every attempt.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ml.batches import Samples
from ml.entries import Snapshot
from ml.evaluate import Score, evaluating
from ml.inputs import scaled
from ml.snapshots.moments import Stretch, stretch
from ml.snapshots.pace import is_last
from ml.snapshots.taker import Scene, Taker

SIDE = 64
MARGIN = 0.1  # of the data's range, on each side
SHOWN = 1000
CHUNK = 1024  # cells a forward pass: bounds the memory of wide layers
MOST_MULTIPLICATIONS = 2_000_000_000  # a picture on a CPU: about 0.3 s of one thread
BYTES = "application/octet-stream"

Extent = tuple[float, float, float, float]


def extent_of(*parts: Tensor) -> Extent:
    """The square around all points (N, 2) of `parts`: least x, greatest x, least y, greatest y."""
    points = torch.cat(parts).double()
    low, high = points.min(0).values, points.max(0).values
    centre = (low + high) / 2
    half = float((high - low).max()) * (0.5 + MARGIN) or 1.0  # points all in one place have no range
    x, y = centre.tolist()
    return x - half, x + half, y - half, y + half


def grid(extent: Extent) -> Tensor:
    """The centres of the cells, (SIDE * SIDE, 2) float32 in the order of the bytes."""
    left, right, bottom, top = extent
    steps = (torch.arange(SIDE, dtype=torch.float64) + 0.5) / SIDE
    y, x = torch.meshgrid(top - (top - bottom) * steps, left + (right - left) * steps, indexing="ij")
    return torch.stack([x, y], dim=-1).reshape(-1, 2).float()


def boundary(scene: Scene) -> "Boundary | None":
    """The taker; None for pictures, and for networks so wide that a CPU would be held up."""
    if not scene.facts.is_points:
        return None
    parameters = list(scene.learner.module.parameters())
    work = SIDE * SIDE * sum(parameter.numel() for parameter in parameters)
    is_slow = parameters[0].device.type == "cpu" and work > MOST_MULTIPLICATIONS
    return None if is_slow else Boundary(scene)


class Boundary(Taker):
    """The probabilities over the plane, evenly over the planned steps, from the first state to the last."""

    def __init__(self, scene: Scene) -> None:
        batches = scene.batches
        self._extent = extent_of(*(part.inputs for part in (batches.train, batches.validation, batches.test)))
        self._inputs = scaled(grid(self._extent).to(batches.train.inputs.device), batches.scaling)
        self._is_told = False
        self._last = scene.learner.position.step  # what an attempt before this one was to picture, it did

    def between_steps(self, scene: Scene) -> Iterator[Snapshot]:
        """The points first; then a picture where one is due."""
        yield from self._points(scene)
        if self._is_due(scene):
            yield self._picture(scene)

    def after_epoch(self, scene: Scene, scores: Mapping[str, Score]) -> Iterator[Snapshot]:
        """Of the untrained network, of the last epoch, and where one is due."""
        yield from self._points(scene)
        step = scene.learner.position.step
        is_end = is_last(scene.learner) and step > self._last and self._stretch(scene).has_last
        if step == 0 or is_end or self._is_due(scene):
            yield self._picture(scene)

    def _stretch(self, scene: Scene) -> Stretch:
        return stretch(scene.learner.lengths, scene.learner.planned.steps_per_epoch)

    def _is_due(self, scene: Scene) -> bool:
        return self._stretch(scene).is_due(scene.learner.position.step, self._last)

    def _picture(self, scene: Scene) -> Snapshot:
        self._last = scene.learner.position.step
        module = scene.learner.module
        with evaluating(module), torch.inference_mode(), scene.precision:
            scores = torch.cat([module(chunk) for chunk in torch.split(self._inputs, CHUNK)])
        shares = scores.float().softmax(1)[:, 1:]
        levels = (shares.nan_to_num(nan=0.5) * 255).round().to(torch.uint8)
        return scene.snapshot("boundary", levels.T.contiguous().cpu().numpy().tobytes(), BYTES)

    def _points(self, scene: Scene) -> Iterator[Snapshot]:
        if self._is_told:
            return
        self._is_told = True
        batches = scene.batches
        splits = {"train": batches.train, "validation": batches.validation, "test": batches.test}
        content: dict[str, Any] = {"extent": list(self._extent), "classes": list(scene.facts.classes)}
        content |= {name: _columns(samples) for name, samples in splits.items()}
        yield scene.json_snapshot("points", content)


def _columns(samples: Samples) -> dict[str, Any]:
    inputs = np.round(samples.inputs[:SHOWN].cpu().numpy().astype(np.float64), 4)
    return {
        "x": inputs[:, 0].copy(),
        "y": inputs[:, 1].copy(),
        "label": samples.targets[:SHOWN].cpu().numpy(),
        "of": len(samples),
    }
