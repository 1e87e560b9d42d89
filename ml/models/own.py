"""A network as typed in the field `layers`. Rule: what a toggle means elsewhere it means here.

`batch_norm` normalizes after each convolution, `dropout` silences before the last fully connected layer,
which gives the classes and is added by itself; so is flattening before the first fully connected layer.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ml.config import TrainConfig
from ml.models.deep import residual_block
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
    Shape,
)
from ml.models.notation import Item, parse

LAST = "output"
_PREFIXES = {"conv": "conv", "pool": "pool", "average": "average", "residual": "block", "fc": "fc",
             "batchnorm": "norm", "dropout": "dropout"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """Layer records and the typed item that they come from, None for what was added."""

    layers: list[Layer]
    item: Item | None


def named_layers(config: TrainConfig, input_shape: Shape, classes: int) -> Iterator[Named]:
    """The records of each item of `config.layers` in order, toggles applied, the classes' layer last.

    Layers are numbered by the convolution or fully connected layer that they belong to.
    """
    items = parse(config.layers)
    counts: Counter[str] = Counter()
    channels, is_flat = input_shape[0], len(input_shape) == 1
    for i, item in enumerate(items):
        counts[item.word] += 1
        number = counts[item.word]
        if item.word == "fc" and not is_flat:
            yield Named([Flatten()], None)
        is_flat = is_flat or item.word in ("fc", "flatten")
        layers = _records(item, number, channels, config.batch_norm)
        yield Named(layers, item)
        if item.word in ("conv", "residual"):
            channels = item.amount
        follows = items[i + 1].word if i + 1 < len(items) else None
        if item.word == "conv" and config.batch_norm and follows != "batchnorm":
            yield Named([BatchNormalization(f"norm_conv{number}")], None)
    added: list[Layer] = [] if is_flat else [Flatten()]
    if config.dropout:
        added.append(Dropout(f"dropout_{LAST}", config.dropout))
    yield Named([*added, FullyConnected(LAST, classes)], None)


def _records(item: Item, number: int, channels: int, batch_norm: bool) -> list[Layer]:
    name = f"{_PREFIXES.get(item.word, item.word)}{number}"
    match item.word:
        case "conv":
            return [Convolution(name, item.amount, item.window, item.stride, item.padding)]
        case "average" if not item.window:
            return [GlobalAverage(name)]
        case "pool" | "average":
            reduce = "max" if item.word == "pool" else "average"
            return [Pooling(name, item.window, item.stride, item.padding, item.ceil, reduce)]  # type: ignore[arg-type]
        case "residual":
            return residual_block(name, channels, item.amount, item.stride, batch_norm)
        case "batchnorm":
            return [BatchNormalization(name)]
        case "dropout":
            return [Dropout(name, item.rate)]
        case "flatten":
            return [Flatten()]
        case "fc":
            return [FullyConnected(name, item.amount)]
        case _:
            return [Activation(name, item.word)]  # type: ignore[arg-type]


def own_layers(config: TrainConfig, input_shape: Shape, classes: int) -> list[Layer]:
    """The layer records of `config.layers`."""
    return [layer for named in named_layers(config, input_shape, classes) for layer in named.layers]


def item_of(config: TrainConfig, input_shape: Shape, classes: int, layer: str) -> Item | None:
    """The typed item that the layer of this name comes from; None for one that was added."""
    own = layer.partition(".")[0]
    for named in named_layers(config, input_shape, classes):
        if any(record.name == own for record in named.layers):
            return named.item
    return None


def ends_with_dropout(layers: str) -> bool:
    """Whether the typed list itself silences right before the classes' layer."""
    return parse(layers)[-1].word == "dropout"
