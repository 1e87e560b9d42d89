"""What is known of a data set without reading it: sizes, shape, classes, which augmentations keep its labels.

Rule: no torch and no scikit-learn here, the server shows these facts.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["points", "images"]


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """Facts of one data set as it lies in the data directory now.

    `input_shape` is (2,) for points and (channels, height, width) for images. `available`: training can start
    without a download. `download_bytes`: what starting would fetch, None when nothing. `location`: the folder
    to fill when not available. `problem`: what is wrong with what lies there, None when all is well.
    `fingerprint`: what tells the data from others of this name, None where there can be none or as long as
    files were not read; `created_at`: when they were uploaded, None for all others.
    """

    name: str
    title: str
    description: str
    kind: Kind
    input_shape: tuple[int, ...]
    classes: tuple[str, ...]
    train_size: int
    test_size: int
    label_keeping_augmentations: tuple[str, ...]
    augmentation_reason: str
    source: str
    available: bool = True
    download_bytes: int | None = None
    location: str | None = None
    problem: str | None = None
    fingerprint: str | None = None
    created_at: str | None = None

    @property
    def is_points(self) -> bool:
        """True for points of a plane, False for images."""
        return self.kind == "points"

    def to_json(self) -> dict[str, Any]:
        """Every fact by its name, sequences as lists."""
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()
        }
