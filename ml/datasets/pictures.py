"""Decoding picture files to pixels, fast. Rule: a picture that cannot be used is reported, never replaced.

Files are read by several threads, ahead, because a cold file waits for the disk. They are decoded by one: for
small pictures most of the time is spent in Python, and more threads only wait for each other. Pillow decodes,
as torchvision's own decoders are deprecated since 0.29.
"""

import io
import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, TimeoutError
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.entries import Note

Pixels = NDArray[np.uint8]

NOTE_SECONDS = 1.0
READERS = 4
FILES_PER_READ = 100
READS_AHEAD = 2 * READERS


@dataclass(frozen=True, slots=True)
class Skipped:
    """A picture left out, by its index among the files, and why."""

    index: int
    reason: str


def size_of(path: Path) -> tuple[int, int] | None:
    """(height, width) from the picture's header, None when it has no readable one. Decodes nothing."""
    from PIL import Image

    try:
        with Image.open(path) as picture:
            return picture.height, picture.width
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _decode(data: bytearray) -> Pixels:
    """(3, H, W) of any format that Pillow reads. Raises OSError or ValueError for what is no picture."""
    from PIL import Image, UnidentifiedImageError

    from ml.opaque import plain

    try:
        with Image.open(io.BytesIO(data)) as picture:
            return np.asarray(plain(picture)).transpose(2, 0, 1)
    except UnidentifiedImageError as error:
        raise ValueError("it is no picture" if data else "it is empty") from error
    except (SyntaxError, Image.DecompressionBombError) as error:  # Pillow's broken PNG, and its limit on size
        raise ValueError(str(error)) from error


def _read(paths: Sequence[Path]) -> list[bytearray | OSError]:
    contents: list[bytearray | OSError] = []
    for path in paths:
        try:
            contents.append(bytearray(path.read_bytes()))
        except OSError as error:
            contents.append(error)
    return contents


def _fault(out: Pixels, index: int, content: bytearray | OSError) -> str | None:
    """Decode `content` into row `index` of `out`, or say why it cannot be used."""
    if isinstance(content, OSError):
        return f"cannot be read: {content.strerror}"
    try:
        pixels = _decode(content)
    except (OSError, ValueError) as error:
        return f"cannot be read: {error}"
    if pixels.shape[1:] != out.shape[2:]:
        (height, width), (its_height, its_width) = out.shape[2:], pixels.shape[1:]
        return f"is {its_width}×{its_height} pixels, the others are {width}×{height}"
    out[index] = pixels
    return None


def _contents(paths: Sequence[Path]) -> Iterator[bytearray | OSError | None]:
    """Every file's content in order, read ahead; None once a second while the disk is awaited."""
    pool = ThreadPoolExecutor(READERS, thread_name_prefix="read pictures")
    try:
        ahead: deque[Future[list[bytearray | OSError]]] = deque()
        for first in range(0, len(paths) + FILES_PER_READ, FILES_PER_READ):
            if first < len(paths):
                ahead.append(pool.submit(_read, paths[first : first + FILES_PER_READ]))
            while ahead and (len(ahead) >= READS_AHEAD or first >= len(paths)):
                try:
                    contents = ahead[0].result(timeout=NOTE_SECONDS)
                except TimeoutError:
                    yield None
                    continue
                ahead.popleft()
                yield from contents
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def decode_all(
    name: str, paths: Sequence[Path], size: tuple[int, int]
) -> Generator[Note, None, tuple[Pixels, list[Skipped]]]:
    """Every picture as RGB, uint8 (N, 3, H, W) of `size` (H, W), and those left out; their rows mean nothing.

    Yields progress about once a second. Closing it leaves the rest undecoded.
    """
    out = np.empty((len(paths), 3, *size), np.uint8)
    skipped: list[Skipped] = []
    index, told = 0, time.monotonic()
    for content in _contents(paths):
        if content is not None:
            if fault := _fault(out, index, content):
                skipped.append(Skipped(index, fault))
            index += 1
        if time.monotonic() - told >= NOTE_SECONDS:
            told = time.monotonic()
            yield Note("info", f"decoding {name}: {100 * index // len(paths)} % of {len(paths):,} pictures")
    return out, skipped
