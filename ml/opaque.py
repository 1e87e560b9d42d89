"""A decoded picture made plain: 8 bits a channel, nothing to look through. Rule: trained and tried alike."""

import numpy as np
from PIL import Image

HIGH_BYTE = 8  # bits to the right: of 16 those that 8 can hold


def plain(picture: Image.Image, mode: str = "RGB") -> Image.Image:
    """`picture` in `mode` (`RGB` or `L`), on white where it is transparent; of 16 bits the upper eight.

    Raises ValueError for more bits, whose range nobody knows.
    """
    if picture.mode in ("I", "F"):
        raise ValueError("has 32 bits a channel; save it with 8")
    if picture.mode.startswith("I;16"):  # grey, which Pillow itself would cut off at 255
        picture = Image.fromarray((np.asarray(picture) >> HIGH_BYTE).astype(np.uint8))
    if "transparency" in picture.info or picture.mode in ("RGBA", "LA", "PA"):
        layer = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    return picture.convert(mode)
