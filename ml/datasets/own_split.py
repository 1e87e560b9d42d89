"""Which of an upload's pictures train and which test. Rule: every class is in both, or it is said why not."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.datasets.own_archive import Fault, Listing


@dataclass(frozen=True, slots=True)
class Drawing:
    """How the test part is drawn where the archive does not say: its share of every class, and the seed."""

    test_fraction: float
    seed: int


def rows_of(
    listing: Listing, kept: NDArray[np.bool_], reasons: dict[str, str], drawing: Drawing
) -> dict[str, NDArray[np.int64]]:
    """The rows of each split. Raises Fault for a class without enough pictures, with one of the `reasons`
    (by path) why some cannot be read."""
    targets = np.array([member.target for member in listing.members], np.int64)
    if listing.is_split:
        of_train = np.array([member.split == "train" for member in listing.members])
        rows = {"train": np.flatnonzero(of_train & kept), "test": np.flatnonzero(~of_train & kept)}
    else:
        rows = _drawn(listing, targets, kept, reasons, drawing)
    for split, of_split in rows.items():
        counts = np.bincount(targets[of_split], minlength=len(listing.classes))
        for target, name in enumerate(listing.classes):
            if not counts[target]:
                where = f"{split}/{name}" if listing.is_split else name
                because = _because(listing, split, target, reasons)
                raise Fault(f"the class folder {where} holds no picture that can be read{because}; add some.")
    return rows


def _drawn(
    listing: Listing,
    targets: NDArray[np.int64],
    kept: NDArray[np.bool_],
    reasons: dict[str, str],
    drawing: Drawing,
) -> dict[str, NDArray[np.int64]]:
    """Of every class the same share for testing, at least one picture; the same pictures for a seed."""
    generator = np.random.default_rng(drawing.seed)
    train, test = [], []
    for target, name in enumerate(listing.classes):
        of_class = np.flatnonzero((targets == target) & kept)
        if len(of_class) < 2:
            found = "only one picture" if len(of_class) else "no picture"
            raise Fault(
                f"the class folder {name} holds {found} that can be read"
                f"{_because(listing, '', target, reasons)}; to train and to test it takes at least two. "
                "Add some, or leave the folder out."
            )
        count = min(len(of_class) - 1, max(1, round(drawing.test_fraction * len(of_class))))
        order = generator.permutation(of_class)
        test.append(np.sort(order[:count]))
        train.append(np.sort(order[count:]))
    return {"train": np.concatenate(train), "test": np.concatenate(test)}


def _because(listing: Listing, split: str, target: int, reasons: dict[str, str]) -> str:
    """The first file of a class that cannot be read, and why, in brackets."""
    for member in listing.members:
        if (member.split, member.target) == (split, target) and member.path in reasons:
            return f" ({member.path} {reasons[member.path]})"
    return ""
