"""From a data set's name to tensors on the training device. Rule: progress is yielded as notes."""

from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from ml.datasets.facts import DatasetFacts
from ml.datasets.failures import DataError
from ml.datasets.points import USUAL, Cloud
from ml.datasets.registry import describe, read
from ml.entries import Note
from ml.outcome import outcome


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set on one device; `facts` tell what was really read.

    Inputs: images uint8 (N, C, H, W) or points float32 (N, 2). Targets: int64 (N,).
    """

    facts: DatasetFacts
    train_inputs: torch.Tensor
    train_targets: torch.Tensor
    test_inputs: torch.Tensor
    test_targets: torch.Tensor


def load(
    name: str, data_directory: Path, device: torch.device | str, cloud: Cloud = USUAL
) -> Generator[Note, None, Dataset]:
    """Read data set `name` onto `device`; use as `dataset = yield from load(...)`.

    `cloud`: which of its points, where they are generated.

    Raises DataError when the files cannot be used and DatasetUnavailable when there are none and none can be
    fetched. While it works it yields about once a second, so whoever iterates can stop it by closing it.
    """
    try:
        arrays = yield from read(name, data_directory, cloud)
    except OSError as error:
        raise DataError(f"{name} cannot be read from {data_directory}: {error}") from error
    facts = replace(
        describe(name, data_directory, cloud),
        input_shape=arrays.train_inputs.shape[1:],
        classes=arrays.classes,
        train_size=len(arrays.train_targets),
        test_size=len(arrays.test_targets),
        available=True,
        download_bytes=None,
        location=None,
        problem=None,
        fingerprint=arrays.fingerprint,
    )
    parts = (arrays.train_inputs, arrays.train_targets, arrays.test_inputs, arrays.test_targets)
    return Dataset(facts, *(torch.from_numpy(part).to(device) for part in parts))


def loaded(name: str, data_directory: Path, device: torch.device | str, cloud: Cloud = USUAL) -> Dataset:
    """As `load`, for those who tell nobody how far it is."""
    return outcome(load(name, data_directory, device, cloud))
