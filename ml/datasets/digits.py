"""The 1,797 handwritten 8x8 digits that scikit-learn ships. Rule: the same split on every call."""

from pathlib import Path

import numpy as np

from ml.datasets.arrays import Arrays, Reading
from ml.datasets.facts import DatasetFacts

NAME = "digits"
CLASSES = tuple("0123456789")
TRAIN_SIZE, TEST_SIZE = 1437, 360
SPLIT_SEED = 0
BRIGHTEST = 16  # the source counts the inked ones of 4x4 pixels, 0..16


def facts(data_directory: Path) -> DatasetFacts:
    """The facts; nothing is read from the data directory."""
    return DatasetFacts(
        name=NAME,
        title="Digits 8×8",
        description="Small handwritten digits; learned in seconds on any machine.",
        kind="images",
        input_shape=(1, 8, 8),
        classes=CLASSES,
        train_size=TRAIN_SIZE,
        test_size=TEST_SIZE,
        label_keeping_augmentations=("crop",),
        augmentation_reason="A digit shifted by a pixel stays that digit; a mirrored one does not.",
        source="shipped with scikit-learn",
    )


def read(data_directory: Path) -> Reading:
    """Inputs uint8 (N, 1, 8, 8) stretched from 0..16 to 0..255; a stratified split of 1,437 and 360."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    source = load_digits()
    images = np.rint(source.images * (255 / BRIGHTEST)).astype(np.uint8)[:, None]
    targets = source.target.astype(np.int64)
    train, test = train_test_split(
        np.arange(len(targets)), test_size=TEST_SIZE, stratify=targets, random_state=SPLIT_SEED
    )
    yield from ()
    return Arrays(CLASSES, images[train], targets[train], images[test], targets[test])
