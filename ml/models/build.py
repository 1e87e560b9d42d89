"""From layer records to a torch module."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from math import prod

import torch
from torch import Tensor, nn

from ml.config import TrainConfig
from ml.datasets.failures import DataError
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
from ml.models.zoo import ARCHITECTURES, layers_of
from ml.seeds import derived_seed

_ACTIVATIONS: dict[str, type[nn.Module]] = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}


class ResidualBlock(nn.Module):
    """body(x) + shortcut(x), each part under its own name, so that it is called as on the sheet."""

    def __init__(self, body: nn.Sequential, shortcut: nn.Sequential) -> None:
        super().__init__()
        for path in (body, shortcut):
            for name, part in path.named_children():
                self.add_module(name, part)
        self._body = tuple(dict(body.named_children()))
        self._shortcut = tuple(dict(shortcut.named_children()))

    def forward(self, inputs: Tensor) -> Tensor:
        """(B, C_in, H, W) -> (B, C_out, H', W')."""
        outputs, passed = inputs, inputs
        for name in self._body:
            outputs = self._modules[name](outputs)  # type: ignore[misc]
        for name in self._shortcut:
            passed = self._modules[name](passed)  # type: ignore[misc]
        return outputs + passed


def _pool(layer: Pooling) -> nn.Module:
    kernel, stride, padding = layer.kernel_size, layer.stride, layer.padding
    if layer.reduce == "max":
        return nn.MaxPool2d(kernel, stride, padding, ceil_mode=layer.ceil_mode)
    return nn.AvgPool2d(kernel, stride, padding, ceil_mode=layer.ceil_mode)


def _module(layer: Layer, shape: Shape) -> nn.Module:
    match layer:
        case Convolution():
            kernel, stride = layer.kernel_size, layer.stride
            return nn.Conv2d(
                shape[0], layer.out_channels, kernel, stride, padding=layer.padding, bias=layer.bias
            )
        case Pooling():
            return _pool(layer)
        case GlobalAverage():
            return nn.AdaptiveAvgPool2d(1)
        case FullyConnected():
            return nn.Linear(prod(shape), layer.out_features)
        case BatchNormalization():
            return nn.BatchNorm2d(shape[0]) if len(shape) == 3 else nn.BatchNorm1d(shape[0])
        case Dropout():
            return nn.Dropout(layer.rate)
        case Activation():
            return _ACTIVATIONS[layer.function]()
        case Flatten():
            return nn.Flatten()
        case Residual():
            return ResidualBlock(build(layer.body, shape), build(layer.shortcut, shape))


def build(layers: Sequence[Layer], input_shape: Shape) -> nn.Sequential:
    """The module of `layers` for inputs (batch, *input_shape), each part under its layer's name.

    Initialized by torch's global generator. Raises ImpossibleLayerError when a layer cannot take its input.
    """
    modules: OrderedDict[str, nn.Module] = OrderedDict()
    shape = input_shape
    for layer in layers:
        output_shape = layer.output_shape(shape)
        modules[layer.name] = _module(layer, shape)
        shape = output_shape
    return nn.Sequential(modules)


def build_module(config: TrainConfig, input_shape: Shape, classes: int) -> nn.Sequential:
    """The network of `config`, seeded; in the fastest form that computes the same numbers."""
    torch.manual_seed(derived_seed("weights", config.seed))
    module = build(pool_first(layers_of(config, input_shape, classes)), input_shape)
    if ARCHITECTURES[config.architecture].initialization == "he":
        initialize_by_he(module)
    return module


def refuse_unlike(dataset: str, module: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Raise DataError when `weights` were learned on pictures of another size, or with other classes, than
    `module` was built for, which happens when other data came to lie under the name `dataset`."""
    wanted = {name: tensor.shape for name, tensor in module.state_dict().items()}
    if wanted != {name: tensor.shape for name, tensor in weights.items()}:
        raise DataError(
            f"the data set {dataset} has another number of classes, or samples of another size, than the job "
            "learned from; put the former data back under this name, or start a new job"
        )


def initialize_by_he(module: nn.Module) -> None:
    """Convolutions drawn with variance 2 / (k·k·C_out), biases zero (He et al. 2015, “Delving deep”)."""
    for part in module.modules():
        if isinstance(part, nn.Conv2d):
            nn.init.kaiming_normal_(part.weight, mode="fan_out", nonlinearity="relu")
            if part.bias is not None:
                nn.init.zeros_(part.bias)


def with_dropout(
    module: nn.Sequential, config: TrainConfig, input_shape: Shape, classes: int
) -> nn.Sequential:
    """`module`, a network of `config` but for its dropout, with the dropout that `config` says.

    Its other parts are the same objects. At rate 0 there is no layer: it would cost small networks 4 % speed.
    """
    parts = dict(module.named_children())
    modules: OrderedDict[str, nn.Module] = OrderedDict()
    for layer in pool_first(layers_of(config, input_shape, classes)):
        modules[layer.name] = nn.Dropout(layer.rate) if isinstance(layer, Dropout) else parts[layer.name]
    return nn.Sequential(modules)
