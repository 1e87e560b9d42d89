"""Test pictures laid out as one larger picture, and whether a class map finds each of them again.

Rule: a tile stands where one cell of the map sees exactly the tile. Between tiles lie zeros, as the network
sees them (black, or the mean colour when it is standardized): it learned its pictures with zeros around them.
The gap is as wide as the padding of its layers reaches, so that this cell sees nothing of the next tile.
Measured on CIFAR-10 (alexnet, 6 epochs on 8,000 pictures): alone 0.444, with such gaps 0.423, without 0.37.
"""

from dataclasses import dataclass
from math import ceil

import torch
from torch import Tensor

from ml.models.convolutionalize import convolutional, map_size, map_stride
from ml.models.sheet import sheet
from ml.seeds import permutation
from ml.trained import Trained

LARGEST_GAP = 2  # of a tile's side; the deepest networks would else show hardly anything but gaps
MOST_CELLS = 4096


@dataclass(frozen=True, slots=True)
class Layout:
    """Where tiles of `side` pixels stand, `count` a side: the next one begins `period` pixels further.

    `stride`: pixels between two cells of the map; `head_stride`: how the network is converted for that.
    """

    count: int
    side: int
    period: int
    stride: int
    head_stride: int

    @property
    def size(self) -> int:
        """Pixels of the mosaic's side."""
        return (self.count - 1) * self.period + self.side

    @property
    def cells_per_tile(self) -> int:
        """Cells from the one that sees a tile to the one that sees the next."""
        return self.period // self.stride


def reach(trained: Trained) -> int:
    """Pixels beyond its own input that the network, converted, sees in each direction: what was padding."""
    shape = trained.input_shape
    fields = [row.receptive_field for row in sheet(convolutional(trained.layers, shape), shape)]
    return max(0, ceil((max(field for field in fields if isinstance(field, int)) - shape[1]) / 2))


def layout(trained: Trained, count: int) -> Layout:
    """How `count` x `count` tiles are laid out for this network. Raises NotConvertibleError."""
    shape = trained.input_shape
    side = trained.side
    stride = map_stride(convolutional(trained.layers, shape), shape)
    period = stride * ceil((side + min(reach(trained), LARGEST_GAP * side)) / stride)
    size = (count - 1) * period + side
    for head_stride in range(1, period // stride + 1):
        if period % (stride * head_stride):
            continue  # it would step over some tiles
        converted = convolutional(trained.layers, shape, head_stride)
        rows, columns = map_size(converted, (shape[0], size, size))
        if rows * columns <= MOST_CELLS:
            break
    else:
        head_stride = period // stride  # one cell a tile
    return Layout(count, side, period, stride * head_stride, head_stride)


def laid(tiles: Tensor, plan: Layout, between: Tensor | None = None) -> Tensor:
    """`tiles` (M * count * count, C, side, side) as M mosaics (M, C, size, size), row by row.

    `between` (C,) fills the gaps, zeros when absent.
    """
    count, side = plan.count, plan.side
    channels = tiles.shape[1]
    mosaics = tiles.new_zeros((len(tiles) // count**2, channels, plan.size, plan.size))
    if between is not None:
        mosaics += between[:, None, None]
    of_place = tiles.reshape(-1, count, count, channels, side, side)
    for row in range(count):
        for column in range(count):
            top, left = row * plan.period, column * plan.period
            mosaics[:, :, top : top + side, left : left + side] = of_place[:, row, column]
    return mosaics


def at_tiles(scores: Tensor, plan: Layout) -> Tensor:
    """Of class maps (M, classes, h, w) the scores of the cells that see a tile: (M * count², classes)."""
    every = plan.cells_per_tile
    cells = scores[:, :, ::every, ::every]
    return cells.permute(0, 2, 3, 1).reshape(-1, scores.shape[1])


def chosen_tiles(trained: Trained, count: int, seed: int) -> Tensor:
    """Indices of test pictures in the order in which they become tiles."""
    return permutation(len(trained.test), "mosaic", seed)[:count]


@dataclass(frozen=True, slots=True)
class Recovery:
    """Shares (0..1) of the same `pictures` whose class is found: each alone, and as a tile of a mosaic."""

    pictures: int
    alone: float
    in_mosaics: float


def recovery(trained: Trained, count: int = 4, pictures: int = 2000, seed: int = 0) -> Recovery:
    """How much the larger picture costs, on up to `pictures` test pictures in mosaics of `count` x `count`.

    Raises NotConvertibleError, and ValueError when the test set does not fill one mosaic.
    """
    plan = layout(trained, count)
    mosaics = min(pictures, len(trained.test)) // count**2
    if not mosaics:
        raise ValueError(f"a mosaic takes {count**2} pictures, the test set has {len(trained.test)}")
    indices = chosen_tiles(trained, mosaics * count**2, seed)
    targets = trained.test.targets[indices]
    own, (_, converted) = trained.module(), trained.converted(plan.head_stride)
    alone = in_mosaics = 0
    with torch.inference_mode():
        for first in range(0, len(indices), count**2):
            some = slice(first, first + count**2)
            tiles = trained.seen(trained.cropped(trained.test.inputs[indices[some]]))
            alone += int((own(tiles).argmax(1) == targets[some]).sum())
            found = at_tiles(converted(laid(tiles, plan)), plan).argmax(1)
            in_mosaics += int((found == targets[some]).sum())
    return Recovery(len(indices), alone / len(indices), in_mosaics / len(indices))
