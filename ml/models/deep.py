"""VGG16 and ResNet-18: the practical's deep network, and a deeper idea that trains. Sources beside each."""

from collections.abc import Sequence

from ml.config import TrainConfig
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

VGG16_CHANNELS = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512))
VGG16_SMALL = (512, 512)  # the classifier's hidden widths for small pictures
VGG16_LARGE = (4096, 4096)  # and for 224x224, as published
VGG16_LARGE_DROPOUT = 0.5
RESNET18_STAGES = ((64, 1), (128, 2), (256, 2), (512, 2))  # channels, stride of the first of two blocks


def _norm(is_on: bool, name: str) -> list[Layer]:
    return [BatchNormalization(name)] if is_on else []


def _vgg16_features(batch_norm: bool) -> list[Layer]:
    """Thirteen 3x3 convolutions in five blocks (Simonyan and Zisserman 2014, column D).

    pool3 keeps a partial window, as the practical's does: 28x28 pictures go through, and nothing changes for
    sides that halve evenly.
    """
    layers: list[Layer] = []
    for i, block in enumerate(VGG16_CHANNELS, start=1):
        for j, channels in enumerate(block, start=1):
            layers.append(Convolution(f"conv{i}_{j}", channels, 3, padding=1))
            layers += _norm(batch_norm, f"norm{i}_{j}")
            layers.append(Activation(f"relu{i}_{j}", "relu"))
        layers.append(Pooling(f"pool{i}", 2, 2, ceil_mode=i == 3))
    return layers


def _classifier(widths: Sequence[int], rates: Sequence[float], classes: int) -> list[Layer]:
    layers: list[Layer] = [Flatten()]
    for i, (width, rate) in enumerate(zip(widths, rates, strict=True), start=6):
        layers += [FullyConnected(f"fc{i}", width), Activation(f"relu{i}", "relu")]
        layers += [Dropout(f"dropout{i}", rate)] if rate else []
    return [*layers, FullyConnected(f"fc{6 + len(widths)}", classes)]


def vgg16(config: TrainConfig, input_shape: Shape, classes: int) -> list[Layer]:
    """VGG16 with a classifier that fits small pictures, of 28 pixels a side or more."""
    return [*_vgg16_features(config.batch_norm), *_classifier(VGG16_SMALL, (0.0, config.dropout), classes)]


def vgg16_large(classes: int) -> list[Layer]:
    """VGG16 as published, for 224x224 pictures: dropout after both hidden layers of the classifier."""
    rates = (VGG16_LARGE_DROPOUT,) * len(VGG16_LARGE)
    return [*_vgg16_features(batch_norm=False), *_classifier(VGG16_LARGE, rates, classes)]


def residual_block(
    name: str, input_channels: int, channels: int, stride: int, batch_norm: bool
) -> list[Layer]:
    """Two 3x3 convolutions beside a shortcut, then ReLU (He et al. 2015); a 1x1 convolution fits the shortcut
    where size or channels change. With batch normalization convolutions need no bias, as published."""

    def convolution(part: str, kernel: int, step: int) -> Layer:
        return Convolution(f"conv{part}", channels, kernel, step, kernel // 2, bias=not batch_norm)

    body = [
        convolution("1", 3, stride),
        *_norm(batch_norm, "norm1"),
        Activation("relu1", "relu"),
        convolution("2", 3, 1),
        *_norm(batch_norm, "norm2"),
    ]
    fits = input_channels == channels and stride == 1
    shortcut = [] if fits else [convolution("_shortcut", 1, stride), *_norm(batch_norm, "norm_shortcut")]
    return [Residual(name, tuple(body), tuple(shortcut)), Activation(f"relu_{name}", "relu")]


def resnet18(config: TrainConfig, input_shape: Shape, classes: int) -> list[Layer]:
    """ResNet-18 with the stem for small pictures: one 3x3 convolution, no pooling (He et al. 2015, 4.2)."""
    layers: list[Layer] = [
        Convolution("conv1", 64, 3, padding=1, bias=not config.batch_norm),
        *_norm(config.batch_norm, "norm1"),
        Activation("relu1", "relu"),
    ]
    before = 64
    for i, (channels, stride) in enumerate(RESNET18_STAGES, start=2):
        for j, step in enumerate((stride, 1), start=1):
            layers += residual_block(f"block{i}_{j}", before, channels, step, config.batch_norm)
            before = channels
    dropout: list[Layer] = [Dropout("dropout", config.dropout)] if config.dropout else []
    return [*layers, GlobalAverage("average"), Flatten(), *dropout, FullyConnected("fc", classes)]
