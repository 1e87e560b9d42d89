"""The class map of a trained network on a larger picture: which class it sees at which place, how surely.

Rule: a cell of the map sees a window of the network's own input size; its window's centre is its place.
"""

import base64
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ml.checkpoint_files import BadCheckpoint, Name
from ml.foreign_picture import UnusablePictureError, decode
from ml.models.convolutionalize import NotConvertibleError, convolutional, map_size, map_stride
from ml.mosaics import MOST_CELLS, Layout, chosen_tiles, laid, layout
from ml.snapshots.pixels import png
from ml.trained import NotFiniteError, Trained, load_trained

DIGITS = 4  # of a probability


@dataclass(frozen=True, slots=True)
class ClassMap:
    """Per cell (rows, columns) the most probable class (int64) and its probability."""

    classes: Tensor
    probabilities: Tensor

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.classes.shape[0], self.classes.shape[1]


def class_map(trained: Trained, inputs: Tensor, head_stride: int) -> ClassMap:
    """The map of `inputs` (C, H, W), scaled as the network sees them."""
    _, converted = trained.converted(head_stride)
    with torch.inference_mode():
        probabilities = converted(inputs[None].contiguous(memory_format=torch.channels_last))[0].softmax(0)
    most, classes = probabilities.max(0)
    return ClassMap(classes, most)


def _map_json(trained: Trained, found: ClassMap, stride: int, pixels: Tensor) -> dict[str, Any]:
    rows, columns = found.size
    return {
        "picture": png(pixels, max(pixels.shape[:2])),
        "width": pixels.shape[1],
        "height": pixels.shape[0],
        "map": {"rows": rows, "columns": columns, "stride": stride, "window": trained.input_shape[1]},
        "classes": list(trained.facts.classes),
        "class_indices": found.classes.flatten().tolist(),
        "probabilities": [round(value, DIGITS) for value in found.probabilities.flatten().tolist()],
        "step": trained.step,
        "epoch": trained.epoch,
    }


def _zero_pixels(trained: Trained) -> Tensor:
    """The colour (C,) uint8 that the network sees as zeros."""
    colour = -trained.scaling.shift / trained.scaling.scale
    return colour.round().clamp(0, 255).to(torch.uint8)


def of_mosaic(trained: Trained, count: int, seed: int) -> dict[str, Any]:
    """The class map of `count` x `count` test pictures drawn by `seed`, and which of them it recovers."""
    plan = layout(trained, count)
    indices = chosen_tiles(trained, count**2, seed)
    stored = trained.cropped(trained.test.inputs[indices])
    found = class_map(trained, laid(trained.seen(stored), plan)[0], plan.head_stride)
    pixels = laid(stored.permute(0, 3, 1, 2), plan, _zero_pixels(trained))[0].permute(1, 2, 0)
    tiles = [
        _tile(plan, found, number, target)
        for number, target in enumerate(trained.test.targets[indices].tolist())
    ]
    return {
        "kind": "mosaic",
        **_map_json(trained, found, plan.stride, pixels),
        "tiles": tiles,
        "recovered": sum(tile["recovered"] for tile in tiles),
        "tile_side": plan.side,
    }


def _tile(plan: Layout, found: ClassMap, number: int, target: int) -> dict[str, Any]:
    """One tile: its corner in pixels, the cell that sees exactly it, its class and the one found there."""
    row, column = divmod(number, plan.count)
    cell_row, cell_column = row * plan.cells_per_tile, column * plan.cells_per_tile
    seen = int(found.classes[cell_row, cell_column])
    return {
        "top": row * plan.period,
        "left": column * plan.period,
        "cell": cell_row * found.size[1] + cell_column,
        "class_index": target,
        "found_index": seen,
        "recovered": seen == target,
    }


def of_picture(trained: Trained, content: bytes, across: int) -> dict[str, Any]:
    """The class map of a picture that was sent. Raises UnusablePictureError and NotConvertibleError."""
    shape, layers = trained.input_shape, trained.layers
    stride = map_stride(convolutional(layers, shape), shape)
    pixels = torch.from_numpy(decode(content, shape[0], trained.side, across))
    head_stride = 1
    while (
        prod(map_size(convolutional(layers, shape, head_stride), (shape[0], *pixels.shape[:2]))) > MOST_CELLS
    ):
        head_stride += 1
    found = class_map(trained, trained.seen(pixels[None])[0], head_stride)
    return {"kind": "picture", **_map_json(trained, found, stride * head_stride, pixels)}


def answer_class_map(
    data_directory: Path,
    job_id: str,
    step: int,
    attempt: int,
    tiles: int = 0,
    seed: int = 0,
    picture: str = "",
    across: int = 0,
    data_fingerprint: str | None = None,
) -> dict[str, Any]:
    """The answer to the question: of a mosaic, or of `picture` (base64). `refused` says why there is none,
    with the `field` that is wrong where one is."""
    try:
        trained = load_trained(data_directory, job_id, Name(step, attempt), data_fingerprint)
        if picture:
            return of_picture(trained, base64.b64decode(picture), across)
        if tiles**2 > len(trained.test):
            words = f"takes {tiles**2} test pictures; this data set has {len(trained.test)}."
            return {"refused": words, "field": "tiles"}
        return of_mosaic(trained, tiles, seed)
    except UnusablePictureError as error:
        return {"refused": f"{error}.", "field": "picture"}
    except (NotConvertibleError, NotFiniteError, BadCheckpoint) as error:
        return {"refused": f"The network cannot be tried: {error}."}
