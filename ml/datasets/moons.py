"""Two interleaving half circles of points. Rule: the same points on every call."""

from pathlib import Path

import numpy as np

from ml.datasets.arrays import Arrays, Reading
from ml.datasets.facts import DatasetFacts

NAME = "moons"
CLASSES = ("upper", "lower")
TRAIN_SIZE = TEST_SIZE = 200
TRAIN_SEED, TEST_SEED = 0, 1
NOISE = 0.1  # standard deviation of the Gaussian added to both coordinates


def facts(data_directory: Path) -> DatasetFacts:
    """The facts; nothing is read from the data directory."""
    return DatasetFacts(
        name=NAME,
        title="Moons",
        description="Two-class points on two half circles that reach into each other.",
        kind="points",
        input_shape=(2,),
        classes=CLASSES,
        train_size=TRAIN_SIZE,
        test_size=TEST_SIZE,
        label_keeping_augmentations=(),
        augmentation_reason="A point of the plane has nothing to crop or flip.",
        source="generated",
    )


def read(data_directory: Path) -> Reading:
    """Generate the points: inputs float32 (200, 2), targets int64 (200,), for training and test each."""
    from sklearn.datasets import make_moons

    def points(size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        inputs, targets = make_moons(size, noise=NOISE, random_state=seed)
        return inputs.astype(np.float32), targets.astype(np.int64)

    yield from ()
    return Arrays(CLASSES, *points(TRAIN_SIZE, TRAIN_SEED), *points(TEST_SIZE, TEST_SEED))
