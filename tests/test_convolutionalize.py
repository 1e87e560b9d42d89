"""Fully connected layers as convolutions: the same scores at home, a map on larger pictures."""

import pytest
import torch
from torch import nn

from ml.config import TrainConfig
from ml.models.build import build, build_module
from ml.models.convolutionalize import (
    NotConvertibleError,
    convolutional,
    convolutional_weights,
    map_size,
    map_stride,
)
from ml.models.layers import (
    Activation,
    BatchNormalization,
    Convolution,
    Dropout,
    Flatten,
    FullyConnected,
    Pooling,
)
from ml.models.sheet import sheet
from ml.models.zoo import layers_of


def both(layers, shape):
    """The network and its converted form with the same random weights, in evaluation."""
    torch.manual_seed(3)
    own = build(layers, shape)
    for module in own.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
    converted = convolutional(layers, shape)
    there = build(converted, shape)
    there.load_state_dict(convolutional_weights(converted, own.state_dict()))
    return own.eval(), there.eval()


@pytest.mark.parametrize(
    ("fields", "shape"),
    [
        ({"architecture": "alexnet"}, (3, 32, 32)),
        ({"architecture": "alexnet", "batch_norm": True, "dropout": 0.5}, (3, 28, 28)),
        ({"architecture": "alexnet"}, (1, 9, 9)),
        ({"architecture": "lenet5", "batch_norm": True}, (1, 28, 28)),
        ({"architecture": "mlp", "hidden_sizes": [20, 10], "batch_norm": True}, (1, 8, 8)),
        ({"architecture": "cnn", "batch_norm": True}, (3, 20, 20)),
        ({"architecture": "resnet18"}, (3, 28, 28)),
    ],
)
def test_a_picture_of_its_own_size_gets_the_same_scores(fields, shape):
    own, there = both(layers_of(TrainConfig(**fields), shape, 10), shape)
    pictures = torch.rand(5, *shape).to(memory_format=torch.channels_last)
    with torch.inference_mode():
        expected, found = own(pictures), there(pictures)
    assert found.shape == (5, 10, 1, 1)
    torch.testing.assert_close(found[:, :, 0, 0], expected, rtol=1e-4, atol=1e-5)


def test_a_trained_order_of_layers_keeps_its_scores_too():
    config, shape = TrainConfig(architecture="alexnet"), (3, 32, 32)
    own = build_module(config, shape, 10).eval()  # pooling before ReLU
    converted = convolutional(layers_of(config, shape, 10), shape)
    there = build(converted, shape).eval()
    there.load_state_dict(convolutional_weights(converted, own.state_dict()))
    pictures = torch.rand(3, *shape)
    torch.testing.assert_close(there(pictures)[:, :, 0, 0], own(pictures), rtol=1e-4, atol=1e-5)


def test_a_larger_picture_gets_the_scores_of_every_place():
    layers = [Flatten(), FullyConnected("hidden", 6), Activation("tanh", "tanh"), FullyConnected("output", 3)]
    own, there = both(layers, (2, 4, 4))
    picture = torch.rand(1, 2, 7, 9)
    scores = there(picture)
    assert scores.shape == (1, 3, 4, 6)
    for row in range(4):
        for column in range(6):
            window = picture[:, :, row : row + 4, column : column + 4]
            torch.testing.assert_close(scores[:, :, row, column], own(window), rtol=1e-4, atol=1e-6)


def test_without_padding_convolutions_and_poolings_give_the_scores_of_every_place_too():
    layers = [
        Convolution("conv1", 5, 3),
        BatchNormalization("norm1"),
        Activation("relu1", "relu"),
        Pooling("pool1", 2, 2),
        Flatten(),
        Dropout("dropout", 0.5),
        FullyConnected("output", 4),
    ]
    own, there = both(layers, (3, 10, 10))
    picture = torch.rand(2, 3, 16, 14)
    scores = there(picture)
    assert scores.shape == (2, 4, 4, 3)
    for row in range(4):
        for column in range(3):
            window = picture[:, :, 2 * row : 2 * row + 10, 2 * column : 2 * column + 10]
            torch.testing.assert_close(scores[:, :, row, column], own(window), rtol=1e-4, atol=1e-6)


def vgg16():
    layers, number = [], 0
    for block, (convolutions, channels) in enumerate(((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)), 1):
        for _ in range(convolutions):
            number += 1
            layers += [
                Convolution(f"conv{number}", channels, 3, padding=1), Activation(f"relu{number}", "relu")
            ]  # fmt: skip
        layers.append(Pooling(f"pool{block}", 2, 2))
    layers.append(Flatten())
    for number, units in ((14, 4096), (15, 4096)):
        layers += [FullyConnected(f"fc{number}", units), Activation(f"relu{number}", "relu")]
        layers.append(Dropout(f"dropout{number}", 0.5))
    return [*layers, FullyConnected("fc16", 1000)]


def test_vgg16_answers_a_picture_of_448_pixels_with_8_by_8_by_1000_scores():
    own = vgg16()
    converted = convolutional(own, (3, 224, 224))
    assert sum(isinstance(layer, Convolution) for layer in own) == 13
    rows = {row.name: row for row in sheet(converted, (3, 448, 448))}
    assert rows["pool5"].output_shape == (512, 14, 14)
    assert rows["fc14"].output_shape == (4096, 8, 8)
    assert rows["fc16"].output_shape == (1000, 8, 8)
    first = next(layer for layer in converted if layer.name == "fc14")
    assert isinstance(first, Convolution)
    assert first.kernel_size == 7
    parameters = [
        sum(row.weights + row.biases for row in sheet(layers, (3, 224, 224))) for layers in (own, converted)
    ]
    assert parameters == [138_357_544, 138_357_544]  # 138 million, as published
    assert map_stride(converted, (3, 224, 224)) == 32


@pytest.mark.parametrize(
    ("architecture", "shape", "stride"),
    [
        ("alexnet", (3, 32, 32), 8),
        ("alexnet", (3, 28, 28), 8),
        ("lenet5", (1, 28, 28), 4),
        ("mlp", (1, 8, 8), 1),
        ("vgg16", (3, 32, 32), 32),
        ("resnet18", (3, 32, 32), 8),
    ],
)
def test_the_maps_stride_is_the_product_of_all_strides(architecture, shape, stride):
    converted = convolutional(layers_of(TrainConfig(architecture=architecture), shape, 10), shape)
    assert map_stride(converted, shape) == stride
    assert map_size(converted, shape) == (1, 1)


def test_the_head_can_step_further():
    shape = (1, 8, 8)
    layers = layers_of(TrainConfig(hidden_sizes=[3]), shape, 10)
    coarse = convolutional(layers, shape, head_stride=4)
    assert map_stride(coarse, shape) == 4
    assert map_size(coarse, (1, 32, 32)) == (7, 7)


class Doubling:
    """A record nobody knows, which keeps the shape."""

    kind, name = "doubling", "doubling"

    def output_shape(self, shape):
        return shape


def test_unknown_layers_on_pictures_and_those_that_keep_the_shape_stay():
    unknown = Doubling()
    layers = [unknown, Convolution("conv1", 2, 3), Flatten(), unknown, FullyConnected("output", 4), unknown]
    kinds = [type(layer) for layer in convolutional(layers, (1, 8, 8))]
    assert kinds == [Doubling, Convolution, Doubling, Convolution, Doubling]


class Halving(Doubling):
    kind, name = "halving", "half"

    def output_shape(self, shape):
        return (shape[0] // 2,)


class Average(Doubling):
    kind, name = "average", "average"

    def output_shape(self, shape):
        return (shape[0], 1, 1)


@pytest.mark.parametrize(
    ("layers", "shape", "words"),
    [
        ([FullyConnected("output", 2)], (2,), "points"),
        ([Convolution("conv1", 2, 3)], (1, 8, 8), "no fully connected layer"),
        ([Flatten(), BatchNormalization("norm1"), FullyConnected("output", 2)], (1, 8, 8), "norm1"),
        ([Flatten(), FullyConnected("output", 2)], (1, 8, 6), "8×6"),
        ([Flatten(), Halving(), FullyConnected("output", 2)], (1, 8, 8), "half"),
    ],
)
def test_what_cannot_be_converted_is_said(layers, shape, words):
    with pytest.raises(NotConvertibleError, match=words):
        convolutional(layers, shape)


def test_a_map_that_cannot_grow_is_said():
    converted = convolutional([Average(), Flatten(), FullyConnected("output", 2)], (3, 8, 8))
    with pytest.raises(NotConvertibleError, match="would not grow"):
        map_stride(converted, (3, 8, 8))
