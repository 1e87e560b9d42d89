"""Pictures in `{train,test}/<class>/*`. Rule: sorted by class, then file name; hidden files do not exist."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from ml.datasets.arrays import Arrays, Reading
from ml.datasets.cache import Decoding, find_meta, fingerprint, remembered
from ml.datasets.facts import DatasetFacts
from ml.datasets.failures import DataError
from ml.datasets.pictures import Skipped, decode_all, size_of
from ml.entries import Note
from ml.writing import printable

SPLITS = ("train", "test")
NAMED_PICTURES = 20  # skipped ones named one by one; the rest is counted
CHANNELS = 3


Stamp = tuple[str, int, int]  # file name, bytes, modification time in ns


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of both splits, class by class, sorted by name."""

    folder: Path
    classes: tuple[str, ...]
    files: dict[str, list[list[Stamp]]]  # by split, then by class index
    size: tuple[int, int]  # (height, width), the first readable picture's

    def count(self, split: str) -> int:
        """Files in `split`."""
        return sum(len(stamps) for stamps in self.files[split])

    def pictures(self) -> Iterator[tuple[str, int, Path]]:
        """(split, class index, path) of every file, training first."""
        for split, of_classes in self.files.items():
            for index, stamps in enumerate(of_classes):
                class_folder = self.folder / split / self.classes[index]
                yield from ((split, index, class_folder / name) for name, _, _ in stamps)

    def fingerprint(self) -> str:
        """Identifies the files by name, size and modification time."""
        return fingerprint(
            (f"{split}/{self.classes[index]}/{name}", size, modified)
            for split, of_classes in self.files.items()
            for index, stamps in enumerate(of_classes)
            for name, size, modified in stamps
        )


def is_there(folder: Path) -> bool:
    """True when `folder` holds a `train` or a `test` folder."""
    return any((folder / split).is_dir() for split in SPLITS)


def _class_names(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        return sorted(entry.name for entry in entries if not entry.name.startswith(".") and entry.is_dir())


def _stamps(folder: Path) -> list[Stamp]:
    with os.scandir(folder) as entries:
        files = (entry for entry in entries if not entry.name.startswith(".") and entry.is_file())
        statuses = ((entry.name, entry.stat()) for entry in files)
        return sorted((name, status.st_size, status.st_mtime_ns) for name, status in statuses)


def _layout(folder: Path) -> str:
    """Identifies the folders by their modification times, which change when files come or go."""

    def folders() -> Iterator[Path]:
        for split in SPLITS:
            if (folder / split).is_dir():
                yield folder / split
                yield from (folder / split / name for name in _class_names(folder / split))

    return fingerprint((str(path.relative_to(folder)), 0, path.stat().st_mtime_ns) for path in folders())


def _classes(folder: Path) -> tuple[str, ...]:
    for split in SPLITS:
        if not (folder / split).is_dir():
            raise DataError(f"{folder / split} is missing: pictures go into {folder}/{{train,test}}/<class>/")
    train, test = (_class_names(folder / split) for split in SPLITS)
    for name in (*train, *test):
        if printable(name) != name:
            raise DataError(f"the name {name!r} of a class folder in {folder} is no UTF-8 text; rename it")
    if only_one := sorted(set(train) ^ set(test)):
        raise DataError(
            f"train and test in {folder} must have the same classes; in one only: {', '.join(only_one)}"
        )
    if len(train) < 2:
        raise DataError(f"{folder / 'train'} must hold at least two class folders, it holds {len(train)}")
    return tuple(train)


def scan(folder: Path) -> Listing:
    """What lies in `folder`. Raises DataError naming a missing split, an unequal class, or an empty one."""
    classes = _classes(folder)
    files = {split: [_stamps(folder / split / name) for name in classes] for split in SPLITS}
    for split, of_classes in files.items():
        for name, stamps in zip(classes, of_classes, strict=True):
            if not stamps:
                raise DataError(f"class {name} has no picture in {folder / split / name}")
    without_size = Listing(folder, classes, files, (0, 0))
    for _, _, path in without_size.pictures():
        if size := size_of(path):
            return replace(without_size, size=size)
    raise DataError(f"{folder} holds no readable picture")


@lru_cache(maxsize=8)
def _summary(folder: Path, layout: str) -> tuple[tuple[str, ...], int, int, tuple[int, int]] | str:
    """Classes, sizes and picture size, or what is wrong; kept for each layout."""
    try:
        listing = scan(folder)
    except DataError as error:
        return str(error)
    return listing.classes, listing.count("train"), listing.count("test"), listing.size


def describe(facts: DatasetFacts, folder: Path, data_directory: Path) -> DatasetFacts:
    """`facts` corrected by what lies in `folder`: exact once decoded, before that counted by file."""
    there = replace(facts, source="image folder", available=True, download_bytes=None, location=None)
    try:
        layout = _layout(folder)
        if meta := find_meta(data_directory, facts.name, layout):
            return replace(
                there,
                classes=tuple(meta.classes),
                input_shape=tuple(meta.shapes["train_inputs"][1:]),
                train_size=meta.shapes["train_inputs"][0],
                test_size=meta.shapes["test_inputs"][0],
                fingerprint=meta.contents,
            )
        summary = _summary(folder, layout)
    except OSError as error:
        summary = f"{folder} cannot be read: {error}"
    if isinstance(summary, str):
        return replace(there, available=False, location=str(folder), problem=summary)
    classes, train_size, test_size, size = summary
    return replace(
        there, classes=classes, input_shape=(CHANNELS, *size), train_size=train_size, test_size=test_size
    )


def _warnings(skipped: Sequence[Skipped], paths: Sequence[Path]) -> list[str]:
    named = [
        f"skipped {printable(str(paths[one.index]))}, which {one.reason}" for one in skipped[:NAMED_PICTURES]
    ]
    more = len(skipped) - len(named)
    return [*named, f"skipped {more:,} more pictures"] if more > 0 else named


def _decode(name: str, listing: Listing) -> Decoding:
    pictures = list(listing.pictures())
    paths = [path for _, _, path in pictures]
    yield Note("info", f"decoding {name}: {len(paths):,} pictures in {listing.folder}")
    pixels, skipped = yield from decode_all(name, paths, listing.size)
    targets = np.array([index for _, index, _ in pictures], np.int64)
    kept = np.ones(len(pictures), bool)
    kept[[one.index for one in skipped]] = False
    of_train = np.arange(len(pictures)) < listing.count("train")
    members = {"train": np.flatnonzero(of_train & kept), "test": np.flatnonzero(~of_train & kept)}
    for split, rows in members.items():
        left = np.bincount(targets[rows], minlength=len(listing.classes))
        for class_name, count in zip(listing.classes, left, strict=True):
            if not count:
                raise DataError(
                    f"class {class_name} has no readable picture in {listing.folder / split / class_name}"
                )
    train, test = members["train"], members["test"]
    arrays = Arrays(listing.classes, pixels[train], targets[train], pixels[test], targets[test])
    return arrays, _warnings(skipped, paths)


def read(name: str, folder: Path, data_directory: Path) -> Reading:
    """The pictures of `folder`, uint8 (N, 3, H, W), decoded once and then from the cache.

    A picture that is broken, or of another size than the first, is skipped with a warning that names it.
    Raises DataError when a split is missing, the splits' classes differ, or a class is left without pictures.
    """
    layout = _layout(folder)
    listing = scan(folder)
    sources = listing.fingerprint()
    return (yield from remembered(data_directory, name, sources, layout, lambda: _decode(name, listing)))
