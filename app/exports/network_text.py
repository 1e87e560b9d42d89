"""Layer records as the Python expression that builds them. Rule: the order of the parts is that of training,
as each draws its weights from the same generator in turn."""

from collections.abc import Container, Iterator, Sequence
from math import prod

from ml.models.layers import (
    Activation,
    BatchNormalization,
    Convolution,
    Dropout,
    Flatten,
    FullyConnected,
    GlobalAverage,
    Layer,
    Pooling,
    Residual,
    Shape,
)
from ml.models.pool_first import pool_first

ACTIVATIONS = {"relu": "nn.ReLU()", "tanh": "nn.Tanh()", "sigmoid": "nn.Sigmoid()"}
INDENT = "    "


def network_text(
    layers: Sequence[Layer], input_shape: Shape, depth: int = 1, adjusted: Container[str] = ()
) -> str:
    """The lines of `nn.Sequential(...)`, indented by `depth` fours, for inputs of `input_shape`.

    The layers that `adjusted` names are one module, `dropout`, whose rate changes while it trains.
    """
    return sequential(pool_first(layers), input_shape, depth, adjusted)


def sequential(layers: Sequence[Layer], shape: Shape, depth: int, adjusted: Container[str] = ()) -> str:
    """An `nn.Sequential` with a line for every layer and what comes out of it."""
    if not layers:
        return "nn.Sequential()"
    inner, outer = INDENT * (depth + 1), INDENT * depth
    lines = []
    for layer, given, made in _walk(layers, shape):
        if layer.name in adjusted:
            text = "dropout"
        else:
            text = (
                _residual(layer, given, depth + 1) if isinstance(layer, Residual) else _module(layer, given)
            )
        lines.append(f"{inner}{text},  # {layer.name}: {'×'.join(map(str, made))}\n")
    return f"nn.Sequential(\n{''.join(lines)}{outer})"


def _walk(layers: Sequence[Layer], shape: Shape) -> Iterator[tuple[Layer, Shape, Shape]]:
    for layer in layers:
        made = layer.output_shape(shape)
        yield layer, shape, made
        shape = made


def _residual(layer: Residual, shape: Shape, depth: int) -> str:
    inner, outer = INDENT * (depth + 1), INDENT * depth
    body = sequential(layer.body, shape, depth + 1)
    shortcut = sequential(layer.shortcut, shape, depth + 1)
    return f"Residual(\n{inner}{body},\n{inner}{shortcut},\n{outer})"


def _module(layer: Layer, shape: Shape) -> str:
    match layer:
        case Convolution(_, channels, kernel, stride, padding, bias):
            return f"nn.Conv2d({shape[0]}, {channels}, {kernel}{_strided(stride, padding)}{_bias(bias)})"
        case Pooling(_, kernel, stride, padding, ceil_mode, reduce):
            name = "MaxPool2d" if reduce == "max" else "AvgPool2d"
            return f"nn.{name}({kernel}, {stride}, {padding}, ceil_mode={ceil_mode})"
        case GlobalAverage():
            return "nn.AdaptiveAvgPool2d(1)"
        case FullyConnected(_, features):
            return f"nn.Linear({prod(shape)}, {features})"
        case BatchNormalization():
            return f"nn.BatchNorm{'2d' if len(shape) == 3 else '1d'}({shape[0]})"
        case Dropout(_, rate):
            return f"nn.Dropout({rate!r})"
        case Activation(_, function):
            return ACTIVATIONS[function]
        case Flatten():
            return "nn.Flatten()"
    raise TypeError(f"no module is known for {layer!r}")


def _strided(stride: int, padding: int) -> str:
    return (f", stride={stride}" if stride != 1 else "") + (f", padding={padding}" if padding else "")


def _bias(bias: bool) -> str:
    return "" if bias else ", bias=False"
