"""A picture of an uploaded archive as an array of the chosen side. Rule: no decoder that starts a program."""

import zipfile
import zlib
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from ml.datasets.own_archive import Limits, Member
from ml.opaque import plain

FORMATS = ("BMP", "GIF", "JPEG", "PNG", "WEBP")  # not all that Pillow reads: EPS would start Ghostscript
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, OSError, EOFError),
    *(NotImplementedError, RuntimeError, ValueError),
)
BLOCK = 2**16  # bytes unpacked at once


def content_of(archive: zipfile.ZipFile, member: Member, limits: Limits) -> bytes:
    """The bytes of one file. Raises ValueError with a reason."""
    if member.info.file_size > limits.file_bytes:
        most = f"{limits.file_bytes / 1e6:.0f} MB"
        raise ValueError(f"takes {member.info.file_size / 1e6:.0f} MB, more than the {most} read of one file")
    try:
        with archive.open(member.info) as file:  # in blocks: what was declared may be a lie, and be far more
            return b"".join(iter(lambda: file.read(BLOCK), b""))
    except _BROKEN:
        raise ValueError("is damaged in the archive") from None


def decode(data: bytes, side: int, limits: Limits) -> tuple[NDArray[np.uint8], tuple[int, int], str]:
    """(3, side, side) of a picture, its size (width, height) and its format. Raises ValueError with a reason.

    Turned upright, scaled until the shorter side fits, and cut in the middle; what is grey becomes RGB, what
    is transparent lies on white.
    """
    if not data:
        raise ValueError("is empty")
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as picture:
            size, kind = picture.size, str(picture.format)
            if size[0] * size[1] > limits.pixels:
                raise ValueError(
                    f"has {size[0]}×{size[1]} pixels, more than {limits.pixels / 1e6:g} million are not read"
                )
            picture.draft("RGB", (2 * side, 2 * side))  # a JPEG is decoded no larger than needed
            upright = ImageOps.exif_transpose(picture)
            fitted = ImageOps.fit(plain(upright), (side, side), Image.Resampling.LANCZOS)
            return np.asarray(fitted).transpose(2, 0, 1), size, kind
    except UnidentifiedImageError:
        raise ValueError("is no picture of the formats " + ", ".join(FORMATS)) from None
    except ValueError as error:
        words = str(error).rstrip(".")
        raise ValueError(words if words.startswith(("has ", "is ")) else f"cannot be read: {words}") from None
    except Exception as error:  # noqa: BLE001 - the boundary to decoders, which fail in many ways on broken files
        words = str(error).rstrip(".") or type(error).__name__
        raise ValueError(f"cannot be read: {words}") from None
