"""The samples of each split and the order in which they are trained on, resumable at any step."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from ml.config import TrainConfig
from ml.datasets.load import Dataset
from ml.inputs import Scaling, centre_crop, random_crops, scaled, scaling
from ml.plan import Plan
from ml.seeds import derived_seed, permutation

EVALUATION_BATCH = 250  # samples; 4,200 CIFAR-10 pictures/s on two cores, batches of 500 only 3,200
LONG_EVALUATION = 2000  # samples; before one that takes this long, rows that wait are flushed
PREPARED_BYTES = 16 * 2**20  # a training set this small is scaled once instead of once per batch


@dataclass(frozen=True, slots=True)
class Batch:
    """inputs (B, C, H, W) or (B, features) float32, targets (B,) int64."""

    inputs: Tensor
    targets: Tensor


@dataclass(frozen=True, slots=True)
class Samples:
    """One split: inputs (N, H, W, C) uint8 or (N, features) float32, targets (N,) int64."""

    inputs: Tensor
    targets: Tensor

    def take(self, indices: Tensor) -> "Samples":
        return Samples(self.inputs[indices], self.targets[indices])

    def __len__(self) -> int:
        return len(self.targets)


def channels_at_the_end(inputs: Tensor) -> Tensor:
    """Pictures (N, C, H, W) as contiguous (N, H, W, C); points as they are."""
    return inputs.permute(0, 2, 3, 1).contiguous() if inputs.dim() == 4 else inputs


class Batches:
    """The three splits of a data set under a config, as batches ready for the network."""

    def __init__(self, config: TrainConfig, dataset: Dataset, planned: Plan) -> None:
        self._config = config
        self._plan = planned
        self._flip = config.augment and "flip" in dataset.facts.label_keeping_augmentations
        everything = Samples(channels_at_the_end(dataset.train_inputs), dataset.train_targets)
        self.test = Samples(channels_at_the_end(dataset.test_inputs), dataset.test_targets)
        order = permutation(len(everything), "split", config.split_seed).to(dataset.train_targets.device)
        taken = order[: planned.train_size + planned.validation_size]
        self.train = everything.take(taken[: planned.train_size])
        self.validation = everything.take(taken[planned.train_size :])
        self.scaling: Scaling = scaling(self.train.inputs, config.standardize)
        prepare = not config.augment and self.train.inputs.numel() * 4 <= PREPARED_BYTES
        self._prepared = scaled(self.train.inputs, self.scaling) if prepare else None

    @property
    def evaluation_is_long(self) -> bool:
        """Whether evaluating takes long enough to be seen, so that rows that wait should go first."""
        return len(self.validation) + len(self.test) > LONG_EVALUATION

    def epoch(self, epoch: int, first_step: int = 0) -> Iterator[Batch]:
        """The batches of `epoch` (from 1) from its step `first_step` (from 0) on; the last may be smaller."""
        planned, config = self._plan, self._config
        device = self.train.targets.device
        order = permutation(planned.train_size, "order", config.seed, epoch).to(device)
        if self._prepared is not None:
            inputs, targets = self._prepared[order], self.train.targets[order]
            for start in range(first_step * planned.batch_size, planned.train_size, planned.batch_size):
                end = start + planned.batch_size
                yield Batch(inputs[start:end], targets[start:end])
            return
        for step in range(first_step, planned.steps_per_epoch):
            indices = order[step * planned.batch_size : (step + 1) * planned.batch_size]
            targets = self.train.targets[indices]
            yield Batch(
                self._seen_in_training(indices, (epoch - 1) * planned.steps_per_epoch + step), targets
            )

    def _seen_in_training(self, indices: Tensor, step: int) -> Tensor:
        if self._config.augment:
            # Seeded per step, not carried along: any step's crops can be drawn again on their own.
            generator = torch.Generator().manual_seed(derived_seed("augment", self._config.seed, step))
            samples = random_crops(self.train.inputs, indices, self._flip, generator)
        else:
            samples = self.train.inputs[indices]
        return scaled(samples, self.scaling)

    def evaluation(self, samples: Samples) -> Iterator[Batch]:
        """`samples` in order as evaluation sees them: scaled by training statistics, centre-cropped."""
        for start in range(0, len(samples), EVALUATION_BATCH):
            inputs = samples.inputs[start : start + EVALUATION_BATCH]
            if self._config.augment:
                inputs = centre_crop(inputs)
            yield Batch(scaled(inputs, self.scaling), samples.targets[start : start + EVALUATION_BATCH])
