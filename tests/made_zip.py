"""Zips of class folders for tests: pictures that differ in colour, and archives that attack."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image


def picture(
    seed: int, size: tuple[int, int] = (20, 20), channel: int | None = None, form: str = "PNG"
) -> bytes:
    """A noisy picture of `size` (width, height), brighter in `channel`."""
    values = np.random.default_rng(seed).integers(0, 90, (size[1], size[0], 3), dtype=np.uint8)
    if channel is not None:
        values[..., channel] += 120
    stream = io.BytesIO()
    Image.fromarray(values).save(stream, form)
    return stream.getvalue()


def packed(files: Mapping[str | zipfile.ZipInfo, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The files as a zip; a name that ends with a slash is a folder."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def colours(count: int = 12, below: str = "", size: tuple[int, int] = (20, 20)) -> dict[str, bytes]:
    """`count` pictures each of the classes blue, green and red."""
    return {
        f"{below}{name}/{number}.png": picture(100 * channel + number, size, channel)
        for channel, name in enumerate(("red", "green", "blue"))
        for number in range(count)
    }


def saved(path: Path, files: Mapping[str, bytes]) -> Path:
    """The zip of `files` at `path`."""
    path.write_bytes(packed(files))
    return path
