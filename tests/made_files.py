"""Tiny data set files in every layout that is read, and a local host to download them from."""

import gzip
import hashlib
import io
import pickle
import tarfile
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image

from ml.datasets.load import Dataset, load
from ml.datasets.points import USUAL, Cloud
from ml.entries import Note
from tests.listening import listening

Result = TypeVar("Result")
OLD_DTYPE_FLAGS = (b"\x89\x88\x87", b"K\x00K\x01\x87")  # pickled (False, True), and (0, 1)
CIFAR_CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


def finish(work: Generator[Note, None, Result]) -> tuple[list[Note], Result]:
    """Every note of a loading, and what it returned."""
    notes = []
    while True:
        try:
            notes.append(next(work))
        except StopIteration as stop:
            return notes, stop.value


def loaded(name: str, data_directory: Path, cloud: Cloud = USUAL) -> tuple[list[Note], Dataset]:
    """A data set on the CPU, and the notes on the way."""
    return finish(load(name, data_directory, "cpu", cloud))


def pixels(seed: int, size: tuple[int, int] = (8, 8)) -> np.ndarray:
    """A random RGB picture (H, W, 3)."""
    return np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)


def save_picture(path: Path, seed: int, size: tuple[int, int] = (8, 8)) -> None:
    """A random picture in the format of the path's suffix."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels(seed, size)).save(path)


def image_folder(
    data_directory: Path, classes: Sequence[str] = ("ant", "bee"), train: int = 3, test: int = 2
) -> Path:
    """`train` and `test` PNG files a class under <data_directory>/cifar10."""
    folder = data_directory / "cifar10"
    for offset, (split, count) in enumerate((("train", train), ("test", test))):
        for index, name in enumerate(classes):
            for number in range(count):
                save_picture(folder / split / name / f"{number}.png", 1000 * offset + 100 * index + number)
    return folder


def idx_files(images: int = 12, test: int = 5, side: int = 6, classes: int = 10) -> dict[str, bytes]:
    """MNIST's four files by name, unpacked."""
    files = {}
    for prefix, count in (("train", images), ("t10k", test)):
        generator = np.random.default_rng(count)
        shape = b"".join(size.to_bytes(4, "big") for size in (count, side, side))
        body = generator.integers(0, 256, (count, side, side), dtype=np.uint8).tobytes()
        files[f"{prefix}-images-idx3-ubyte"] = b"\0\0\x08\x03" + shape + body
        labels = (np.arange(count) % classes).astype(np.uint8).tobytes()
        files[f"{prefix}-labels-idx1-ubyte"] = b"\0\0\x08\x01" + count.to_bytes(4, "big") + labels
    return files


def packed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same files as .gz, with the same bytes at every call."""
    return {f"{name}.gz": gzip.compress(content, mtime=0) for name, content in files.items()}


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Every file into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _old_pickle(value: object) -> bytes:
    """As NumPy pickled in 2009: a dtype's flags are the numbers 0 and 1, not booleans."""
    return pickle.dumps(value, protocol=2).replace(OLD_DTYPE_FLAGS[0], OLD_DTYPE_FLAGS[1], 1)


def cifar_batch(number: int, count: int = 4) -> tuple[np.ndarray, list[int]]:
    """The pixels (count, 3072) and labels of a made-up batch."""
    data = np.random.default_rng(number).integers(0, 256, (count, 3072), dtype=np.uint8)
    return data, [(number + index) % 10 for index in range(count)]


def cifar_batches() -> dict[str, bytes]:
    """CIFAR-10's seven files by name, with few pictures; the test batch is number 0."""
    files = {}
    for number, name in enumerate(["test_batch", *(f"data_batch_{number}" for number in range(1, 6))]):
        data, labels = cifar_batch(number)
        files[name] = _old_pickle({"data": data, "labels": labels})
    files["batches.meta"] = _old_pickle({"label_names": CIFAR_CLASSES})
    return files


def cifar_archive(files: Mapping[str, bytes]) -> bytes:
    """The files as cifar-10-python.tar.gz packs them."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return archive.getvalue()


def md5(content: bytes) -> str:
    """The checksum that torchvision's tables hold."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def host(answers: Mapping[str, bytes | Answer]) -> Iterator[tuple[str, list[str]]]:
    """A local HTTP server: its address, and the paths asked for so far. Unknown paths are 404."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            answer = answers.get(self.path)
            if callable(answer):
                answer(self)
            elif answer is None:
                self.send_error(404)
            else:
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

    with listening(Handler) as address:
        yield address, asked
