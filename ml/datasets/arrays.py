"""A data set as numpy arrays, the form between its files and the device. Rule: no torch, no file names."""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.entries import Note


@dataclass(frozen=True, slots=True)
class Arrays:
    """Inputs: images uint8 (N, C, H, W) or points float32 (N, 2). Targets: int64 (N,), class indices.

    `fingerprint`: what tells these data from others of their name; None where there can be no others.
    """

    classes: tuple[str, ...]
    train_inputs: NDArray[Any]
    train_targets: NDArray[np.int64]
    test_inputs: NDArray[Any]
    test_targets: NDArray[np.int64]
    fingerprint: str | None = field(default=None, kw_only=True)


Reading = Generator[Note, None, Arrays]
Preparing = Generator[Note, None, None]
