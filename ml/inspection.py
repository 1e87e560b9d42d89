"""What a config will build and cost, known before it starts: the body of an inspection."""

from dataclasses import dataclass
from math import prod
from typing import Any

from ml.config import TrainConfig
from ml.datasets.facts import DatasetFacts
from ml.models import bag_of_words
from ml.models.formulas import svm_parameters
from ml.models.layers import Shape
from ml.models.reference import Reference
from ml.models.sheet import Row, sheet
from ml.models.zoo import layers_of
from ml.plan import Plan, network_input_shape, plan

FLOAT_BYTES = 4
FULL_BATCH_CHUNK = 1024  # samples; a full batch accumulates its gradient in chunks of this size


@dataclass(frozen=True, slots=True)
class Inspection:
    """The sheet and its totals. `memory_estimate_bytes` counts data, weights, gradients, optimizer state
    and the activations of one batch, not the framework itself; of a batch `kept_samples` are kept at once.
    The steps are None where nothing is trained."""

    layers: list[Row]
    input_shape: Shape
    classes: int
    train_size: int
    steps_per_epoch: int | None
    total_steps: int | None
    optimizer_copies: int
    kept_samples: int
    data_bytes: int

    @property
    def parameters(self) -> int:
        """Weights and biases of all layers."""
        return sum(row.parameters for row in self.layers)

    @property
    def weights_bytes(self) -> int:
        """Memory of weights, gradients and optimizer state."""
        return self.parameters * (2 + self.optimizer_copies) * FLOAT_BYTES

    def row_bytes(self, row: Row) -> int:
        """Memory of one layer: its weights as above, its buffers, and what a batch keeps of its outputs."""
        floats = row.parameters * (2 + self.optimizer_copies) + row.buffers
        return (floats + 2 * row.activations * self.kept_samples) * FLOAT_BYTES  # kept, and their gradients

    @property
    def memory_estimate_bytes(self) -> int:
        """All layers, a batch of inputs, and the data."""
        inputs = 2 * prod(self.input_shape) * self.kept_samples * FLOAT_BYTES
        return sum(map(self.row_bytes, self.layers)) + inputs + self.data_bytes

    def to_json(self) -> dict[str, Any]:
        is_points = len(self.input_shape) == 1
        return {
            "layers": [self._row_json(row) for row in self.layers],
            "parameters": self.parameters,
            "steps_per_epoch": self.steps_per_epoch,
            "total_steps": self.total_steps,
            "train_size": self.train_size,
            "memory_estimate_bytes": self.memory_estimate_bytes,
            "input_shape": list(self.input_shape),
            "classes": self.classes,
            "macs": sum(row.macs for row in self.layers),
            "svm_parameters": None if is_points else svm_parameters(self.classes),
        }

    def _row_json(self, row: Row) -> dict[str, Any]:
        share = row.parameters / self.parameters
        return {**row.to_json(), "share": share, "memory_estimate_bytes": self.row_bytes(row)}


def _optimizer_copies(config: TrainConfig) -> int:
    if config.optimizer == "adam":
        return 2
    return 1 if config.momentum else 0


def inspect(config: TrainConfig, facts: DatasetFacts) -> Inspection:
    """The sheet of `config` on `facts`. Raises ImpossibleLayerError when a layer cannot take its input."""
    shape = network_input_shape(config, facts)
    classes = len(facts.classes)
    planned = plan(config, facts)
    if config.architecture == bag_of_words.NAME:
        return _inspect_words(config, facts, planned)
    chunk = min(planned.batch_size, FULL_BATCH_CHUNK) if config.batch_size == "full" else planned.batch_size
    sample_bytes = prod(facts.input_shape) * (FLOAT_BYTES if facts.is_points else 1)
    return Inspection(
        sheet(layers_of(config, shape, classes), shape),
        shape,
        classes,
        planned.train_size,
        planned.steps_per_epoch,
        planned.total_steps,
        _optimizer_copies(config),
        chunk,
        (facts.train_size + facts.test_size) * sample_bytes,
    )


def _inspect_words(config: TrainConfig, facts: DatasetFacts, planned: Plan) -> Inspection:
    """The old baseline's: no batch is kept, but the histograms of all pictures are."""
    pictures = planned.train_size + planned.validation_size + facts.test_size
    stored = (facts.train_size + facts.test_size) * prod(facts.input_shape)
    return Inspection(
        bag_of_words.rows(config, facts),
        facts.input_shape,
        len(facts.classes),
        planned.train_size,
        planned.steps_per_epoch,
        planned.total_steps,
        optimizer_copies=0,
        kept_samples=0,
        data_bytes=stored + bag_of_words.memory_bytes(config, facts, pictures),
    )


def inspect_reference(reference: Reference) -> Inspection:
    """The sheet of a published network, with the memory of plain SGD on one picture at a time."""
    return Inspection(
        sheet(reference.layers, reference.input_shape),
        reference.input_shape,
        reference.classes,
        reference.train_size,
        None,
        None,
        optimizer_copies=0,
        kept_samples=1,
        data_bytes=0,
    )
