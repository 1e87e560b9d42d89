"""What a config will build and cost, known before it starts: the body of an inspection."""

from dataclasses import dataclass
from math import prod
from typing import Any

from ml.config import TrainConfig
from ml.datasets.facts import DatasetFacts
from ml.models import bag_of_words
from ml.models.sheet import Row, activations, buffers, sheet
from ml.models.zoo import layers_of
from ml.plan import network_input_shape, plan

FLOAT_BYTES = 4
FULL_BATCH_CHUNK = 1024  # samples; a full batch accumulates its gradient in chunks of this size


@dataclass(frozen=True, slots=True)
class Inspection:
    """The sheet and its totals; `memory_estimate_bytes` counts data, weights, gradients, optimizer state
    and the activations of one batch, not the framework itself."""

    layers: list[Row]
    parameters: int
    steps_per_epoch: int
    total_steps: int
    train_size: int
    memory_estimate_bytes: int

    def to_json(self) -> dict[str, Any]:
        return {
            "layers": [row.to_json() for row in self.layers],
            "parameters": self.parameters,
            "steps_per_epoch": self.steps_per_epoch,
            "total_steps": self.total_steps,
            "train_size": self.train_size,
            "memory_estimate_bytes": self.memory_estimate_bytes,
        }


def _optimizer_copies(config: TrainConfig) -> int:
    if config.optimizer == "adam":
        return 2
    return 1 if config.momentum else 0


def inspect(config: TrainConfig, facts: DatasetFacts) -> Inspection:
    """The sheet of `config` on `facts`. Raises ImpossibleLayerError when a layer cannot take its input."""
    if config.architecture == bag_of_words.NAME:
        return _inspect_words(config, facts)
    shape = network_input_shape(config, facts)
    layers = layers_of(config, shape, len(facts.classes))
    rows = sheet(layers, shape)
    parameters = sum(row.weights + row.biases for row in rows)
    planned = plan(config, facts)
    chunk = min(planned.batch_size, FULL_BATCH_CHUNK) if config.batch_size == "full" else planned.batch_size
    floats = parameters * (2 + _optimizer_copies(config)) + buffers(layers, shape)
    floats += 2 * activations(layers, shape) * chunk  # kept forward, and their gradients
    sample_bytes = prod(facts.input_shape) * (FLOAT_BYTES if facts.is_points else 1)
    data = (facts.train_size + facts.test_size) * sample_bytes
    return Inspection(
        rows,
        parameters,
        planned.steps_per_epoch,
        planned.total_steps,
        planned.train_size,
        floats * FLOAT_BYTES + data,
    )


def _inspect_words(config: TrainConfig, facts: DatasetFacts) -> Inspection:
    rows = bag_of_words.rows(config, facts)
    planned = plan(config, facts)
    pictures = planned.train_size + planned.validation_size + facts.test_size
    return Inspection(
        rows,
        sum(row.weights + row.biases for row in rows),
        planned.steps_per_epoch,
        planned.total_steps,
        planned.train_size,
        bag_of_words.memory_bytes(config, facts, pictures)
        + (facts.train_size + facts.test_size) * prod(facts.input_shape),
    )
