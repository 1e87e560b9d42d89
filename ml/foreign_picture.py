"""A picture that somebody sent. Rule: format and size are read from its header before a pixel is decoded.

Pillow decodes, and only the two formats named here; no torch, so the server can look at the header itself.
"""

import io
import struct
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from ml.opaque import plain

FORMATS = ("PNG", "JPEG")
MOST_BYTES = 8 * 2**20
MOST_PIXELS = 25_000_000
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error, Image.DecompressionBombError)


class UnusablePictureError(ValueError):
    """What is wrong with the picture, in words for who sent it."""


def _opened(content: bytes) -> Image.Image:
    if len(content) > MOST_BYTES:
        raise UnusablePictureError(f"it has more than {MOST_BYTES // 2**20} MiB; send a smaller one")
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
    except UnidentifiedImageError:
        raise UnusablePictureError("it is no PNG or JPEG picture") from None
    except _BROKEN as error:
        raise UnusablePictureError(f"its header cannot be read ({error})") from None
    width, height = picture.size
    if width * height > MOST_PIXELS:
        most = f"{MOST_PIXELS // 10**6} million"
        raise UnusablePictureError(
            f"it has {width:,}×{height:,} pixels, more than {most}; send a smaller one"
        )
    return picture


def look_at(content: bytes) -> tuple[int, int]:
    """(width, height) by its header. Raises UnusablePictureError."""
    with _opened(content) as picture:
        return picture.size


def _scaled_size(size: tuple[int, int], side: int, across: int) -> tuple[int, int]:
    """`size` (width, height) shrunk to the area of `across` x `across` inputs of `side`, never below one."""
    width, height = size
    if min(size) < side:
        raise UnusablePictureError(
            f"it has {width:,}×{height:,} pixels; the network takes at least {side}×{side}"
        )
    factor = min(1.0, max(across * side / sqrt(width * height), side / min(size)))
    scaled = max(side, round(width * factor)), max(side, round(height * factor))
    if scaled[0] * scaled[1] > 2 * (across * side) ** 2:
        raise UnusablePictureError("it is too long and narrow; cut a part out of it")
    return scaled


def decode(content: bytes, channels: int, side: int, across: int) -> NDArray[np.uint8]:
    """Its pixels (H, W, channels), upright, on white where it is transparent, shrunk so that about
    `across` x `across` network inputs of `side` pixels cover it. Raises UnusablePictureError."""
    try:
        with _opened(content) as picture:
            size = _scaled_size(picture.size, side, across)
            picture.draft(None, size)  # a JPEG is decoded at the size that is needed
            upright = ImageOps.exif_transpose(picture)
            if upright.width * picture.height != upright.height * picture.width:
                size = size[::-1]
            opaque = plain(upright, "RGB" if channels == 3 else "L")
            box = Image.Resampling.BOX if opaque.size != size else None
            pixels = np.asarray(opaque.resize(size, box))
    except _BROKEN as error:
        if isinstance(error, UnusablePictureError):
            raise
        raise UnusablePictureError(f"it cannot be decoded ({error})") from None
    return pixels.reshape(*pixels.shape[:2], channels).copy()
