"""MNIST and Fashion-MNIST: four IDX files each. Rule: the files decide the sizes, whoever put them there."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

from ml.datasets.arrays import Arrays, Preparing, Reading
from ml.datasets.cache import Decoding, find_meta, fingerprint, remembered
from ml.datasets.download import fetch
from ml.datasets.facts import DatasetFacts
from ml.datasets.failures import DataError
from ml.datasets.idx import images_shape, read_idx
from ml.datasets.lock import alone
from ml.entries import Note

FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)


@dataclass(frozen=True, slots=True)
class IdxDataset:
    """A data set in MNIST's format; `reader` is torchvision's class of it."""

    original: DatasetFacts
    reader: str
    url_setting: str

    def _folder(self, data_directory: Path) -> Path:
        return data_directory / self.original.name

    def _download_folder(self, data_directory: Path) -> Path:
        return self._folder(data_directory) / self.reader / "raw"

    def _find(self, data_directory: Path) -> list[Path] | None:
        """The four files, packed or not, in torchvision's folder or directly in the data set's own."""
        for folder in (self._download_folder(data_directory), self._folder(data_directory)):
            choices = [[folder / file, folder / f"{file}.gz"] for file in FILES]
            found = [next((path for path in paths if path.is_file()), None) for paths in choices]
            if None not in found:
                return [path for path in found if path]
        return None

    def _sources(self, data_directory: Path, files: list[Path]) -> str:
        """Identifies the files."""
        statuses = ((str(path.relative_to(data_directory)), path.stat()) for path in files)
        return fingerprint((path, status.st_size, status.st_mtime_ns) for path, status in statuses)

    def facts(self, data_directory: Path) -> DatasetFacts:
        """The facts, sizes and shape from the files' headers where there are files."""
        files = self._find(data_directory)
        if files is None:
            return replace(
                self.original, source="download", available=False, location=str(self._folder(data_directory))
            )
        meta = find_meta(data_directory, self.original.name, self._sources(data_directory, files))
        known = meta.contents if meta else None
        there = replace(self.original, download_bytes=None, fingerprint=known)
        headers = []
        for path in (files[0], files[2]):
            header = images_shape(path)
            if header is None:
                problem = f"{path} is no IDX file of images; delete it to download it again"
                return replace(there, available=False, location=str(path.parent), problem=problem)
            headers.append(header)
        (train_size, *side), (test_size, *_) = headers
        return replace(there, input_shape=(1, *side), train_size=train_size, test_size=test_size)

    def _obtain(self, data_directory: Path) -> Preparing:
        if self._find(data_directory):  # put there by the process that held the lock before
            return
        import torchvision.datasets

        reader = getattr(torchvision.datasets, self.reader)
        override = os.environ.get(self.url_setting)
        advice = f"Without internet, put {', '.join(FILES)} (packed as .gz or not) into "
        for file, md5 in reader.resources:
            target = self._download_folder(data_directory) / file
            if not target.is_file():
                urls = [f"{base.rstrip('/')}/{file}" for base in ([override] if override else reader.mirrors)]
                yield from fetch(urls, target, md5, f"{advice}{self._folder(data_directory)}.")

    def _decode(self, files: list[Path]) -> Decoding:
        yield Note("info", f"reading {self.original.name}: {files[0].parent}")
        images, labels, test_images, test_labels = (read_idx(path) for path in files)
        for pictures, targets, path in ((images, labels, files[1]), (test_images, test_labels, files[3])):
            if len(pictures) != len(targets) or not len(targets):
                raise DataError(f"{path} names {len(targets):,} labels for {len(pictures):,} pictures")
            if targets.max() >= len(self.original.classes):
                raise DataError(f"{path} holds a label above {len(self.original.classes) - 1}")
        if images.shape[1:] != test_images.shape[1:]:
            raise DataError(f"the pictures of {files[0]} and {files[2]} differ in size")
        parts = (images[:, None], labels, test_images[:, None], test_labels)
        return Arrays(self.original.classes, *parts), []

    def read(self, data_directory: Path) -> Reading:
        """Images uint8 (N, 1, 28, 28), targets int64 (N,); downloaded when there are none."""
        name = self.original.name
        if self._find(data_directory) is None:
            lock = data_directory / "cache" / f".{name}.lock"
            yield from alone(lock, name, lambda: self._obtain(data_directory))
        files = self._find(data_directory)
        if files is None:
            raise DataError(f"the files of {name} vanished from {self._folder(data_directory)}")
        sources = self._sources(data_directory, files)
        return (yield from remembered(data_directory, name, sources, sources, lambda: self._decode(files)))


mnist = IdxDataset(
    DatasetFacts(
        name="mnist",
        title="MNIST",
        description="Handwritten digits, the data set LeNet-5 was made for.",
        kind="images",
        input_shape=(1, 28, 28),
        classes=tuple("0123456789"),
        train_size=60_000,
        test_size=10_000,
        label_keeping_augmentations=("crop",),
        augmentation_reason="A digit shifted a little stays that digit; a mirrored one does not.",
        source="torchvision files",
        download_bytes=11_594_722,
    ),
    reader="MNIST",
    url_setting="LIVETRAIN_MNIST_URL",
)

fashion_mnist = IdxDataset(
    DatasetFacts(
        name="fashion_mnist",
        title="Fashion-MNIST",
        description="Pictures of clothes in MNIST's format, harder to tell apart than digits.",
        kind="images",
        input_shape=(1, 28, 28),
        classes=(
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
            "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
        ),
        train_size=60_000,
        test_size=10_000,
        label_keeping_augmentations=("crop", "flip"),
        augmentation_reason="A shoe shifted a little or pointing the other way is the same shoe.",
        source="torchvision files",
        download_bytes=30_878_645,
    ),
    reader="FashionMNIST",
    url_setting="LIVETRAIN_FASHION_MNIST_URL",
)  # fmt: skip
