"""How a config divides its data and how many steps that makes. Arithmetic only, no data needed."""

from dataclasses import dataclass
from math import ceil

from ml.config import WITHOUT_GRADIENTS, TrainConfig
from ml.datasets.facts import DatasetFacts
from ml.models.layers import Shape

SPREAD = 8  # epochs, evenly spread, whose checkpoints are always saved and kept
AUGMENTED_SIDE = (7, 8)  # a training crop keeps floor(7/8) of the side (practical, part C: 28 of 32)


@dataclass(frozen=True, slots=True)
class Plan:
    """Samples to train on and to validate on, and the steps they make; `batch_size` in samples."""

    train_size: int
    validation_size: int
    batch_size: int
    steps_per_epoch: int
    total_steps: int


def plan(config: TrainConfig, facts: DatasetFacts) -> Plan:
    """The split and step counts of `config` on the data set of `facts`."""
    taken = min(config.train_size or facts.train_size, facts.train_size)
    validation = round(config.validation_fraction * taken)
    train = taken - validation
    if config.architecture in WITHOUT_GRADIENTS:  # the whole fit is one step
        return Plan(train, validation, train, 1, 1)
    batch = train if config.batch_size == "full" else min(config.batch_size, train)
    steps = ceil(train / batch)
    return Plan(train, validation, batch, steps, steps * config.epochs)


def network_input_shape(config: TrainConfig, facts: DatasetFacts) -> Shape:
    """What the network is given: the data set's input shape, or its crop when augmentation is on."""
    if not config.augment or facts.is_points:
        return facts.input_shape
    channels, height, width = facts.input_shape
    kept, of = AUGMENTED_SIDE
    return channels, height * kept // of, width * kept // of


def spacing(epochs: int) -> int:
    """Of a training of `epochs`, every which epoch's checkpoint is always saved and kept, to fork from."""
    return ceil(epochs / SPREAD)
