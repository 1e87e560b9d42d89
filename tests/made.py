"""Small made-up data sets and collected trainings for the tests of `ml`."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch

from ml.columns import Column
from ml.config import TrainConfig
from ml.control import NoControl
from ml.datasets.facts import DatasetFacts
from ml.datasets.load import Dataset
from ml.entries import Entry, Metrics, Status
from ml.train import train


def made_images(
    train: int = 40, test: int = 20, shape: tuple[int, int, int] = (3, 16, 16), classes: int = 4
) -> Dataset:
    """Random uint8 pictures, reproducible."""
    generator = torch.Generator().manual_seed(5)
    facts = DatasetFacts(
        "made", "Made", "", "images", shape, tuple(f"class{i}" for i in range(classes)), train, test,
        ("crop", "flip"), "", "made",
    )  # fmt: skip

    def part(size: int) -> tuple[torch.Tensor, torch.Tensor]:
        inputs = torch.randint(0, 256, (size, *shape), generator=generator, dtype=torch.uint8)
        return inputs, torch.randint(0, classes, (size,), generator=generator)

    return Dataset(facts, *part(train), *part(test))


def curve(entries: Iterable[Entry], split: str = "train") -> dict[str, Column]:
    """The columns of `split` over all entries, joined."""
    parts = [entry.columns for entry in entries if isinstance(entry, Metrics) and entry.split == split]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def trained(data_directory: Path, **fields: object) -> list[Entry]:
    """Every entry of a training with `fields`, run here to its end."""
    return list(train(TrainConfig.model_validate(fields), NoControl(), data_directory))


def final(entries: list[Entry]) -> Status:
    """The last entry, which is a status."""
    assert isinstance(entries[-1], Status)
    return entries[-1]
