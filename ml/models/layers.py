"""Layer records: an architecture is a list of these, and nothing else.

The sheet is computed from the records and the module is built from the records, so they cannot disagree.
Shapes are channels first and without the batch: (C, H, W) for pictures, (N,) for vectors. No torch here.
"""

from dataclasses import dataclass
from math import ceil, floor
from typing import ClassVar, Literal

Shape = tuple[int, ...]
NEEDS_PICTURE = "it needs a picture (channels, height, width)"


class ImpossibleLayerError(ValueError):
    """A layer that cannot take what comes before it; carries the layer's name and its input shape."""

    def __init__(self, layer: str, input_shape: Shape, problem: str) -> None:
        self.layer, self.input_shape, self.problem = layer, input_shape, problem
        super().__init__(f"layer {layer} cannot take its input of {self.shown}: {problem}")

    @property
    def shown(self) -> str:
        """The input's shape as layer sheets write it: height×width×channels."""
        return "×".join(map(str, (*self.input_shape[1:], self.input_shape[0])))


def sliding_size(size: int, kernel: int, stride: int, padding: int, ceil_mode: bool = False) -> int:
    """Outputs of a window sliding over `size` inputs: floor((x + 2p - k) / s) + 1 (practical, part B).

    `ceil_mode` rounds up, as long as the last window still begins inside the input or its left padding.
    """
    positions = (size + 2 * padding - kernel) / stride
    if not ceil_mode:
        return floor(positions) + 1
    outputs = ceil(positions) + 1
    return outputs - 1 if (outputs - 1) * stride >= size + padding else outputs


def _slid(
    name: str, shape: Shape, kernel: int, stride: int, padding: int, ceil_mode: bool = False
) -> tuple[int, int]:
    if len(shape) != 3:
        raise ImpossibleLayerError(name, shape, NEEDS_PICTURE)
    height, width = (sliding_size(side, kernel, stride, padding, ceil_mode) for side in shape[1:])
    if min(height, width) < 1:
        side = min(shape[1:]) + 2 * padding
        raise ImpossibleLayerError(
            name, shape, f"its {kernel}×{kernel} window does not fit into {side} pixel{'s' * (side != 1)}"
        )
    return height, width


@dataclass(frozen=True, slots=True)
class Convolution:
    """2-D convolution with a square kernel: weights C_in·k·k·C_out, biases C_out unless `bias` is off."""

    kind: ClassVar[str] = "convolution"
    name: str
    out_channels: int
    kernel_size: int
    stride: int = 1
    padding: int = 0
    bias: bool = True

    def output_shape(self, shape: Shape) -> Shape:
        return (self.out_channels, *_slid(self.name, shape, self.kernel_size, self.stride, self.padding))

    def parameters(self, shape: Shape) -> tuple[int, int]:
        weights = shape[0] * self.kernel_size**2 * self.out_channels
        return weights, self.out_channels if self.bias else 0


@dataclass(frozen=True, slots=True)
class Pooling:
    """Maximum or average over square windows; `ceil_mode` keeps a last, partial window."""

    kind: ClassVar[str] = "pooling"
    name: str
    kernel_size: int
    stride: int
    padding: int = 0
    ceil_mode: bool = False
    reduce: Literal["max", "average"] = "max"

    def output_shape(self, shape: Shape) -> Shape:
        size = _slid(self.name, shape, self.kernel_size, self.stride, self.padding, self.ceil_mode)
        return (shape[0], *size)

    def parameters(self, shape: Shape) -> tuple[int, int]:
        return 0, 0


@dataclass(frozen=True, slots=True)
class GlobalAverage:
    """The mean of each channel over the whole picture, whatever its size: (C, H, W) -> (C, 1, 1)."""

    kind: ClassVar[str] = "pooling"
    name: str

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) != 3:
            raise ImpossibleLayerError(self.name, shape, NEEDS_PICTURE)
        return shape[0], 1, 1

    def parameters(self, shape: Shape) -> tuple[int, int]:
        return 0, 0


@dataclass(frozen=True, slots=True)
class FullyConnected:
    """Every output sees every input: weights N_in·N_out, biases N_out."""

    kind: ClassVar[str] = "fully_connected"
    name: str
    out_features: int

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) != 1:
            raise ImpossibleLayerError(self.name, shape, "it needs a vector; flatten first")
        return (self.out_features,)

    def parameters(self, shape: Shape) -> tuple[int, int]:
        return shape[0] * self.out_features, self.out_features


@dataclass(frozen=True, slots=True)
class BatchNormalization:
    """Per channel (or feature): subtract the batch's mean, divide by its deviation, scale and shift."""

    kind: ClassVar[str] = "batch_normalization"
    name: str

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def parameters(self, shape: Shape) -> tuple[int, int]:
        return shape[0], shape[0]


@dataclass(frozen=True, slots=True)
class Dropout:
    """Silence each input with probability `rate` in training, scale survivors by 1 / (1 - rate)."""

    kind: ClassVar[str] = "dropout"
    name: str
    rate: float

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def parameters(self, shape: Shape) -> tuple[int, int]:
        return 0, 0


@dataclass(frozen=True, slots=True)
class Activation:
    """An elementwise nonlinearity; no row of the sheet."""

    kind: ClassVar[str] = "activation"
    name: str
    function: Literal["relu", "tanh", "sigmoid"]

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def parameters(self, shape: Shape) -> tuple[int, int]:
        return 0, 0


@dataclass(frozen=True, slots=True)
class Flatten:
    """A picture read as a vector, channel by channel; no row of the sheet."""

    kind: ClassVar[str] = "flatten"
    name: str = "flatten"

    def output_shape(self, shape: Shape) -> Shape:
        size = 1
        for side in shape:
            size *= side
        return (size,)

    def parameters(self, shape: Shape) -> tuple[int, int]:
        return 0, 0


@dataclass(frozen=True, slots=True)
class Residual:
    """body(x) + shortcut(x); an empty shortcut passes x on unchanged (He et al. 2015, section 3.2).

    Its parts are called `block.part`; no two parts of a block share a name.
    """

    kind: ClassVar[str] = "residual"
    name: str
    body: tuple["Layer", ...]
    shortcut: tuple["Layer", ...] = ()

    def output_shape(self, shape: Shape) -> Shape:
        ends = []
        for path in (self.body, self.shortcut):
            end = shape
            for part in path:
                try:
                    end = part.output_shape(end)
                except ImpossibleLayerError as inner:
                    name = f"{self.name}.{inner.layer}"
                    raise ImpossibleLayerError(name, inner.input_shape, inner.problem) from None
            ends.append(end)
        if ends[0] != ends[1]:
            body, shortcut = ("×".join(map(str, end)) for end in ends)
            problem = f"its body gives {body} and its shortcut {shortcut}, which cannot be added"
            raise ImpossibleLayerError(self.name, shape, problem)
        return ends[0]

    def parameters(self, shape: Shape) -> tuple[int, int]:
        weights = biases = 0
        for path in (self.body, self.shortcut):
            inner = shape
            for part in path:
                of_part = part.parameters(inner)
                weights, biases = weights + of_part[0], biases + of_part[1]
                inner = part.output_shape(inner)
        return weights, biases


Layer = (
    Convolution
    | Pooling
    | GlobalAverage
    | FullyConnected
    | BatchNormalization
    | Dropout
    | Activation
    | Flatten
    | Residual
)
