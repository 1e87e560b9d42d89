"""Fully connected layers as convolutions. Rule: a picture of the network's own size gets the same scores.

A fully connected layer is a convolution whose kernel covers its whole input (practical, part B): the first
one after flattening gets a kernel as large as the picture it flattened, the later ones 1×1. A larger picture
is then answered with a map of class scores, one for each place at which the network's own input fits. A mean
over the whole picture becomes one over windows of that size. No torch here.
"""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import TYPE_CHECKING

from ml.models.layers import (
    BatchNormalization,
    Convolution,
    Flatten,
    FullyConnected,
    GlobalAverage,
    Layer,
    Pooling,
    Shape,
)

if TYPE_CHECKING:
    from torch import Tensor

LONG = 20160  # pixels; every likely stride divides it


class NotConvertibleError(ValueError):
    """A network that cannot take a larger picture; the message says which layer stands in the way."""


def _kernel_over(shape: Shape, name: str) -> int:
    if shape[1] != shape[2]:
        seen = f"{shape[1]}×{shape[2]}"
        raise NotConvertibleError(f"layer {name} sees {seen} pixels; only a square can become its kernel")
    return shape[1]


def convolutional(layers: Sequence[Layer], input_shape: Shape, head_stride: int = 1) -> list[Layer]:
    """`layers`, made for pictures of `input_shape` (C, H, W), with convolutions for fully connected layers.

    Names stay. `head_stride`: steps of the first fully connected layer's kernel, for a coarser map. Layers
    on pictures, known or not, are kept as they are; so are layers on vectors that keep the shape. Raises
    NotConvertibleError for points, for a network without a fully connected layer, for a normalization of
    single pixels, and for a layer on vectors that is none of these; ImpossibleLayerError for an impossible
    network.
    """
    if len(input_shape) != 3:
        raise NotConvertibleError("it learned points, not pictures; there is no larger picture of them")
    converted: list[Layer] = []
    shape: Shape = input_shape
    flattened: Shape | None = None  # the picture that was flattened, until a layer has read it
    for layer in layers:
        before, shape = shape, layer.output_shape(shape)
        if isinstance(layer, Flatten):
            flattened = before if len(before) == 3 else flattened
        elif isinstance(layer, FullyConnected):
            kernel, stride = (_kernel_over(flattened, layer.name), head_stride) if flattened else (1, 1)
            converted.append(Convolution(layer.name, layer.out_features, kernel, stride))
            flattened = None
        elif len(before) == 1 and shape != before:
            raise NotConvertibleError(
                f"layer {layer.name} ({layer.kind}) on vectors has no form for pictures"
            )
        elif flattened and isinstance(layer, BatchNormalization) and flattened[1:] != (1, 1):
            raise NotConvertibleError(f"layer {layer.name} normalizes every pixel by itself, not channels")
        elif isinstance(layer, GlobalAverage):
            side = _kernel_over(before, layer.name)  # the mean of its own picture, at every place
            converted.append(Pooling(layer.name, side, stride=1, reduce="average"))
        else:
            converted.append(layer)
    if not any(isinstance(layer, FullyConnected) for layer in layers):
        raise NotConvertibleError("it has no fully connected layer")
    return converted


def map_size(converted: Sequence[Layer], shape: Shape) -> tuple[int, int]:
    """Rows and columns of the class map of `converted` on a picture of `shape` (C, H, W)."""
    for layer in converted:
        shape = layer.output_shape(shape)
    return shape[1], shape[2]


def map_stride(converted: Sequence[Layer], input_shape: Shape) -> int:
    """Pixels between two neighbours of the class map: the product of all strides, read off the shapes.

    Raises NotConvertibleError when the map does not grow with the picture.
    """
    channels, height, width = input_shape
    rows, _ = map_size(converted, input_shape)
    more, _ = map_size(converted, (channels, height + LONG, width))
    if more == rows:
        raise NotConvertibleError("one of its layers sums up a picture of any size; its map would not grow")
    return ceil(LONG / (more - rows))


def convolutional_weights(converted: Sequence[Layer], weights: Mapping[str, "Tensor"]) -> dict[str, "Tensor"]:
    """`weights` of the network that `converted` was made from, (outputs, inputs) as (outputs, C, k, k).

    Flattening reads channel by channel, then row by row, which is the order of a kernel's numbers.
    """
    kernels = {layer.name: layer.kernel_size for layer in converted if isinstance(layer, Convolution)}
    shaped = dict(weights)
    for name, tensor in weights.items():
        layer, _, part = name.rpartition(".")
        if part == "weight" and layer in kernels and tensor.dim() == 2:
            kernel = kernels[layer]
            shaped[name] = tensor.reshape(len(tensor), -1, kernel, kernel)
    return shaped
