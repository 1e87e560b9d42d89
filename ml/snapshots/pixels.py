"""Stored pictures as small PNGs that travel inside JSON."""

import base64
from io import BytesIO

from PIL import Image
from torch import Tensor

LARGEST_SIDE = 64  # pixels; a larger picture is shown smaller


def png(pixels: Tensor, largest_side: int = LARGEST_SIDE) -> str:
    """`pixels` (H, W, C) uint8 on the CPU, grey or RGB, as a PNG data URL."""
    array = pixels.numpy()
    image = Image.fromarray(array if array.shape[2] == 3 else array[:, :, 0])
    if max(image.size) > largest_side:
        image.thumbnail((largest_side, largest_side))
    stream = BytesIO()
    image.save(stream, format="PNG")
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode("ascii")
