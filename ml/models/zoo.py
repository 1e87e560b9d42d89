"""The architectures a job can choose, each as a function from config and classes to layer records."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ml.config import TrainConfig
from ml.models.deep import resnet18, vgg16
from ml.models.layers import (
    Activation,
    BatchNormalization,
    Convolution,
    Dropout,
    Flatten,
    FullyConnected,
    Layer,
    Pooling,
    Shape,
)
from ml.models.own import own_layers

SHARED_FIELDS = ("batch_norm", "dropout")


def _mlp(config: TrainConfig, input_shape: Shape, classes: int) -> list[Layer]:
    layers: list[Layer] = [Flatten()] if len(input_shape) > 1 else []
    for i, units in enumerate(config.hidden_sizes, start=1):
        layers.append(FullyConnected(f"hidden{i}", units))
        if config.batch_norm:
            layers.append(BatchNormalization(f"norm{i}"))
        layers.append(Activation(f"{config.activation}{i}", config.activation))
        if config.dropout:
            layers.append(Dropout(f"dropout{i}", config.dropout))
    return [*layers, FullyConnected("output", classes)]


def _convolution_block(config: TrainConfig, i: int, channels: int, pool: Pooling) -> list[Layer]:
    norm = [BatchNormalization(f"norm{i}")] if config.batch_norm else []
    return [Convolution(f"conv{i}", channels, 5, padding=2), *norm, Activation(f"relu{i}", "relu"), pool]


def _last_dropout(config: TrainConfig, name: str) -> list[Layer]:
    return [Dropout(name, config.dropout)] if config.dropout else []


def _alexnet(config: TrainConfig, input_shape: Shape, classes: int) -> list[Layer]:
    return [
        *_convolution_block(config, 1, 32, Pooling("pool1", 2, 2)),
        *_convolution_block(config, 2, 64, Pooling("pool2", 2, 2)),
        *_convolution_block(config, 3, 64, Pooling("pool3", 2, 2, ceil_mode=True)),
        Flatten(),
        FullyConnected("fc4", 1000),
        Activation("relu4", "relu"),
        *_last_dropout(config, "dropout4"),
        FullyConnected("fc5", classes),
    ]


def _lenet5(config: TrainConfig, input_shape: Shape, classes: int) -> list[Layer]:
    def norm(i: int) -> list[Layer]:
        return [BatchNormalization(f"norm{i}")] if config.batch_norm else []

    return [
        Convolution("conv1", 6, 5, padding=2),
        *norm(1),
        Activation("tanh1", "tanh"),
        Pooling("pool1", 2, 2, reduce="average"),
        Convolution("conv2", 16, 5),
        *norm(2),
        Activation("tanh2", "tanh"),
        Pooling("pool2", 2, 2, reduce="average"),
        Flatten(),
        FullyConnected("fc3", 120),
        Activation("tanh3", "tanh"),
        FullyConnected("fc4", 84),
        Activation("tanh4", "tanh"),
        *_last_dropout(config, "dropout4"),
        FullyConnected("fc5", classes),
    ]


@dataclass(frozen=True, slots=True)
class Architecture:
    """A choice of the `architecture` field: how it is called, what it is, which config fields shape it.

    `initialization`: torch's own, or He's for convolutions (He et al. 2015), which keeps the signal alive
    through many layers: without it the first layer of a vgg16 gets a gradient of 5e-8 of its weights.
    """

    name: str
    title: str
    description: str
    fields: tuple[str, ...]
    takes_points: bool
    layers: Callable[[TrainConfig, Shape, int], list[Layer]]
    initialization: Literal["usual", "he"] = "usual"


ARCHITECTURES = {
    architecture.name: architecture
    for architecture in (
        Architecture(
            "mlp",
            "Multi-layer perceptron",
            "Fully connected hidden layers of your choice; pictures are read as one long vector.",
            ("hidden_sizes", "activation", "gradients", *SHARED_FIELDS),
            takes_points=True,
            layers=_mlp,
        ),
        Architecture(
            "lenet5",
            "LeNet-5",
            "Two 5×5 convolutions with average pooling and three fully connected layers: the digits classic.",
            SHARED_FIELDS,
            takes_points=False,
            layers=_lenet5,
        ),
        Architecture(
            "alexnet",
            "AlexNet-like",
            "Three 5×5 convolutions with max-pooling and two fully connected layers, made for CIFAR-10.",
            SHARED_FIELDS,
            takes_points=False,
            layers=_alexnet,
        ),
        Architecture(
            "vgg16",
            "VGG16",
            "Thirteen 3×3 convolutions in five blocks with max-pooling and three fully connected layers, "
            "for pictures of 28 pixels a side or more.",
            SHARED_FIELDS,
            takes_points=False,
            layers=vgg16,
            initialization="he",
        ),
        Architecture(
            "resnet18",
            "ResNet-18",
            "Eight residual blocks of two 3×3 convolutions, in its form for small pictures; "
            "made to be trained with batch normalization.",
            SHARED_FIELDS,
            takes_points=False,
            layers=resnet18,
            initialization="he",
        ),
        Architecture(
            "cnn",
            "Your own layers",
            "A network that you write yourself, layer by layer.",
            ("layers", *SHARED_FIELDS),
            takes_points=False,
            layers=own_layers,
        ),
        Architecture(
            "bow_svm",
            "Visual words + SVM",
            "The way before convolutional networks: a picture is described by how often each of some visual "
            "words, found by k-means, occurs in it; linear support vector machines vote for a class.",
            ("words",),
            takes_points=False,
            layers=lambda config, shape, classes: [],
        ),
    )
}


def layers_of(config: TrainConfig, input_shape: Shape, classes: int) -> list[Layer]:
    """The layer records of `config` for inputs of `input_shape` (channels first) and `classes` outputs."""
    return ARCHITECTURES[config.architecture].layers(config, input_shape, classes)
