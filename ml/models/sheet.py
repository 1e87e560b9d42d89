"""The sheet: shapes, parameters, receptive fields and work of every layer, before anything is built.

Receptive field (practical, part B): r_l = r_(l-1) + (k_l - 1) * j_(l-1), j_l = j_(l-1) * s_l.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import prod
from typing import Any

from ml.models.layers import (
    Activation,
    BatchNormalization,
    Convolution,
    Flatten,
    FullyConnected,
    Layer,
    Pooling,
    Shape,
)

WHOLE_IMAGE = "whole image"


@dataclass(frozen=True, slots=True)
class Row:
    """One layer of the sheet. `output_shape` channels first; `receptive_field` in input pixels a side;
    `macs` multiply-accumulates for one sample."""

    name: str
    kind: str
    output_shape: Shape
    weights: int
    biases: int
    receptive_field: int | str | None
    macs: int

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "output_shape": list(self.output_shape)}


def _macs(layer: Layer, weights: int, output_shape: Shape) -> int:
    if isinstance(layer, Convolution):
        return weights * prod(output_shape[1:])
    return weights if isinstance(layer, FullyConnected) else 0


def sheet(layers: Sequence[Layer], input_shape: Shape) -> list[Row]:
    """Rows of `layers` on inputs of `input_shape`; activations and flattening are no rows.

    A layer that sees the whole picture through a fully connected one says so in words; on points there is
    no receptive field. Raises ImpossibleLayerError for a layer that cannot take its input.
    """
    rows = []
    shape = input_shape
    field: int | str | None = 1 if len(input_shape) == 3 else None
    jump = 1
    for layer in layers:
        weights, biases = 0, 0
        output_shape = layer.output_shape(shape)
        if isinstance(layer, Convolution | Pooling) and isinstance(field, int):
            field += (layer.kernel_size - 1) * jump
            jump *= layer.stride
        elif isinstance(layer, FullyConnected) and field is not None:
            field = WHOLE_IMAGE
        weights, biases = layer.parameters(shape)
        if not isinstance(layer, Activation | Flatten):
            macs = _macs(layer, weights, output_shape)
            rows.append(Row(layer.name, layer.kind, output_shape, weights, biases, field, macs))
        shape = output_shape
    return rows


def activations(layers: Sequence[Layer], input_shape: Shape) -> int:
    """Numbers kept for the backward pass of one sample: the input and every layer's output."""
    total, shape = prod(input_shape), input_shape
    for layer in layers:
        shape = layer.output_shape(shape)
        if not isinstance(layer, Flatten):
            total += prod(shape)
    return total


def buffers(layers: Sequence[Layer], input_shape: Shape) -> int:
    """Numbers kept beside the parameters: running mean and variance of each batch normalization."""
    total, shape = 0, input_shape
    for layer in layers:
        shape = layer.output_shape(shape)
        total += 2 * shape[0] if isinstance(layer, BatchNormalization) else 0
    return total
