"""The IDX files of MNIST and its kin, packed as .gz or not. Rule: a damaged file is always named."""

import gzip
import shutil
import tempfile
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from ml.datasets.failures import DataError

IMAGES_MAGIC = 0x00000803  # unsigned bytes, three dimensions
HEADER_BYTES = 16  # magic, count, rows, columns; big-endian, four bytes each


@lru_cache(maxsize=64)
def _header(path: Path, size: int, modified: int) -> tuple[int, ...] | None:
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            header = file.read(HEADER_BYTES)
    except (OSError, EOFError, zlib.error):
        return None
    magic, *dimensions = (int.from_bytes(header[at : at + 4], "big") for at in range(0, HEADER_BYTES, 4))
    return tuple(dimensions) if magic == IMAGES_MAGIC and all(dimensions) else None


def images_shape(path: Path) -> tuple[int, ...] | None:
    """(count, rows, columns) from the header of a file of images, None when it is none; no torch."""
    status = path.stat()
    return _header(path, status.st_size, status.st_mtime_ns)


def _parse(path: str, images: bool) -> NDArray[Any]:
    from torchvision.datasets.mnist import read_image_file, read_label_file

    array: NDArray[Any] = (read_image_file if images else read_label_file)(path).numpy()
    return array


def read_idx(path: Path) -> NDArray[Any]:
    """The array in `path`: images uint8 (N, H, W), or labels int64 (N,). Raises DataError naming the file."""
    images = "images" in path.name
    try:
        if path.suffix != ".gz":
            return _parse(str(path), images)
        with tempfile.NamedTemporaryFile(prefix="livetrain-") as unpacked:
            with gzip.open(path) as packed:
                shutil.copyfileobj(packed, unpacked)
            unpacked.flush()
            return _parse(unpacked.name, images)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path} cannot be read ({error}); delete it to download it again") from error
    # torchvision's parser asserts, and lets NumPy and torch complain about the rest.
    except (AssertionError, IndexError, KeyError, RuntimeError, TypeError, ValueError) as error:
        raise DataError(f"{path} is damaged or no IDX file; delete it to download it again") from error
