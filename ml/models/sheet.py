"""The sheet: shapes, parameters, receptive fields and work of every layer, before anything is built."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from math import prod
from typing import Any

from ml.models.formulas import parameters_formula, size_formula
from ml.models.layers import (
    Activation,
    BatchNormalization,
    Convolution,
    Flatten,
    FullyConnected,
    Layer,
    Residual,
    Shape,
)
from ml.models.walk import WHOLE_IMAGE, Place, walk

__all__ = ["WHOLE_IMAGE", "Row", "activations", "buffers", "sheet"]


@dataclass(frozen=True, slots=True)
class Row:
    """One layer of the sheet. Shapes channels first; `receptive_field` in input pixels a side; `macs`
    multiply-accumulates for one sample; `size_formula` None where no window slides,
    `parameters_formula` where nothing is weighted;
    `fully_connected_weights`: what a fully connected layer with the same input and output would learn, None
    where nothing is weighted; `activations`: numbers one sample keeps for the backward pass, those of the
    activation functions after the layer included; `buffers`: numbers kept beside the parameters."""

    name: str
    kind: str
    output_shape: Shape
    weights: int
    biases: int
    receptive_field: int | str | None
    macs: int
    input_shape: Shape
    size_formula: str | None
    parameters_formula: str | None
    fully_connected_weights: int | None
    activations: int
    buffers: int

    @property
    def parameters(self) -> int:
        """Weights and biases."""
        return self.weights + self.biases

    def to_json(self) -> dict[str, Any]:
        shapes = {"output_shape": list(self.output_shape), "input_shape": list(self.input_shape)}
        return {**asdict(self), **shapes}


def _macs(layer: Layer, weights: int, output_shape: Shape) -> int:
    if isinstance(layer, Convolution):
        return weights * prod(output_shape[1:])
    return weights if isinstance(layer, FullyConnected) else 0


def _row(place: Place) -> Row:
    layer, shapes = place.layer, (place.input_shape, place.output_shape)
    is_weighted = isinstance(layer, Convolution | FullyConnected)
    # the parts of a block have rows of their own; its own row is the addition
    weights, biases = (0, 0) if isinstance(layer, Residual) else layer.parameters(place.input_shape)
    return Row(
        place.name,
        layer.kind,
        place.output_shape,
        weights,
        biases,
        place.view.field,
        _macs(layer, weights, place.output_shape),
        place.input_shape,
        size_formula(layer, place.input_shape),
        parameters_formula(layer, place.input_shape),
        prod(map(prod, shapes)) if is_weighted else None,
        prod(place.output_shape),
        2 * place.input_shape[0] if isinstance(layer, BatchNormalization) else 0,
    )


def sheet(layers: Sequence[Layer], input_shape: Shape) -> list[Row]:
    """Rows of `layers` on inputs of `input_shape`; activations and flattening are no rows.

    A layer that sees the whole picture through a fully connected one says so in words; on points there is
    no receptive field. Raises ImpossibleLayerError for a layer that cannot take its input.
    """
    rows: list[Row] = []
    pending = 0  # kept by activation functions that stand before the first row
    for place in walk(layers, input_shape):
        if isinstance(place.layer, Flatten):
            continue  # the same numbers read otherwise
        kept = prod(place.output_shape)
        if not isinstance(place.layer, Activation):
            row = _row(place)
            rows.append(replace(row, activations=row.activations + pending))
            pending = 0
        elif rows:
            rows[-1] = replace(rows[-1], activations=rows[-1].activations + kept)
        else:
            pending += kept
    return rows


def activations(layers: Sequence[Layer], input_shape: Shape) -> int:
    """Numbers kept for the backward pass of one sample: the input and every layer's output."""
    places = walk(layers, input_shape)
    outputs = [prod(place.output_shape) for place in places if not isinstance(place.layer, Flatten)]
    return prod(input_shape) + sum(outputs)


def buffers(layers: Sequence[Layer], input_shape: Shape) -> int:
    """Numbers kept beside the parameters: running mean and variance of each batch normalization."""
    return sum(row.buffers for row in sheet(layers, input_shape))
