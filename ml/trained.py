"""A trained network from its checkpoint, with the pictures to try it on. Rule: it sees them as in evaluation.

For questions asked after or beside a training: on the CPU, in evaluation mode, at full precision.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from torch import Tensor, nn

from ml.batches import Batches, Samples
from ml.checkpoint_files import WEIGHTS, BadCheckpoint, Name, checkpoints_in, read_content, read_facts
from ml.config import TrainConfig
from ml.datasets.facts import DatasetFacts
from ml.datasets.identity import refuse_others
from ml.datasets.load import loaded
from ml.datasets.registry import describe
from ml.inputs import Scaling, centre_crop, scaled
from ml.models.build import build, refuse_unlike
from ml.models.convolutionalize import NotConvertibleError, convolutional, convolutional_weights
from ml.models.layers import Layer, Shape
from ml.models.pool_first import pool_first
from ml.models.zoo import layers_of
from ml.plan import network_input_shape, plan

KEPT_DATASETS = 2  # a test set of 10,000 CIFAR-10 pictures has 31 MB


class NotFiniteError(ValueError):
    """Weights that are no numbers any more."""


@dataclass(frozen=True)
class Trained:
    """A network as a checkpoint of `step` and `epoch` keeps it. `test`: the test pictures as stored."""

    config: TrainConfig
    facts: DatasetFacts
    step: int
    epoch: int
    weights: dict[str, Tensor]
    scaling: Scaling
    test: Samples

    @property
    def input_shape(self) -> Shape:
        """What the network is given: (C, H, W), the crop where training was augmented."""
        return network_input_shape(self.config, self.facts)

    @property
    def side(self) -> int:
        """Pixels of a side of its input. Raises NotConvertibleError when that is no square picture."""
        shape = self.input_shape
        if len(shape) != 3:
            raise NotConvertibleError("it learned points, not pictures")
        if shape[1] != shape[2]:
            raise NotConvertibleError(f"its input of {shape[1]}×{shape[2]} pixels is no square")
        return shape[1]

    @property
    def layers(self) -> list[Layer]:
        """Its records."""
        return layers_of(self.config, self.input_shape, len(self.facts.classes))

    def blank(self) -> nn.Sequential:
        """The network without any numbers, for its tensors' names and shapes."""
        with torch.device("meta"):
            return build(pool_first(self.layers), self.input_shape)

    def module(self) -> nn.Sequential:
        """The network: (B, *input_shape) -> (B, classes)."""
        return _filled(self.layers, self.input_shape, self.weights)

    def converted(self, head_stride: int = 1) -> tuple[list[Layer], nn.Sequential]:
        """The network with convolutions for fully connected layers: (B, C, H, W) -> (B, classes, h, w)."""
        layers = convolutional(self.layers, self.input_shape, head_stride)
        return layers, _filled(layers, self.input_shape, convolutional_weights(layers, self.weights))

    def cropped(self, pictures: Tensor) -> Tensor:
        """Stored pictures (N, H, W, C) as evaluation crops them."""
        return centre_crop(pictures) if self.config.augment else pictures

    def seen(self, pictures: Tensor) -> Tensor:
        """Pictures (N, H, W, C) uint8 as numbers (N, C, H, W), scaled by the training set's statistics."""
        return scaled(pictures, self.scaling)


def _filled(layers: list[Layer], shape: Shape, weights: dict[str, Tensor]) -> nn.Sequential:
    module = build(pool_first(layers), shape)
    module.load_state_dict(weights)
    return module.to(memory_format=torch.channels_last).eval()


@lru_cache(maxsize=KEPT_DATASETS)
def _data(
    fields: str, data_directory: Path, _as_it_lies_there: DatasetFacts
) -> tuple[DatasetFacts, Scaling, Samples]:
    """Facts, scaling and test set; `fields`: JSON of the config's fields that they depend on."""
    config = TrainConfig.model_validate_json(fields)
    dataset = loaded(config.dataset, data_directory, "cpu")
    batches = Batches(config, dataset, plan(config, dataset.facts))
    return dataset.facts, batches.scaling, batches.test


_DATA_FIELDS = {"dataset", "train_size", "validation_fraction", "split_seed", "standardize"}


def load_trained(
    data_directory: Path, job_id: str, name: Name, data_fingerprint: str | None = None
) -> Trained:
    """The network of a job's checkpoint `name`, with its test set; `data_fingerprint`: of its data.

    Raises BadCheckpoint, DatasetFailure when the pictures cannot be read or are others, NotFiniteError for a
    network that diverged.
    """
    folder = checkpoints_in(data_directory, job_id)
    facts = read_facts(folder, name)
    try:
        weights = load_tensors(read_content(folder, name, facts, WEIGHTS))
    except SafetensorError as error:
        raise BadCheckpoint(f"its weights cannot be read ({error})") from error
    if not all(bool(tensor.isfinite().all()) for tensor in weights.values()):
        raise NotFiniteError("its weights are no finite numbers any more; the training diverged")
    config = TrainConfig.model_validate(facts["config"])
    lies_there = describe(config.dataset, data_directory)
    found = _data(config.model_dump_json(include=_DATA_FIELDS), data_directory, lies_there)
    refuse_others(found[0], data_fingerprint)
    trained = Trained(config, found[0], facts["step"], facts["epoch"], weights, *found[1:])
    if data_fingerprint is None:
        refuse_unlike(found[0].name, trained.blank(), weights)
    return trained
