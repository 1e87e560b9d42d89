"""Made-up pictures in CIFAR-10's shape and folder layout: speed does not depend on what they show."""

from pathlib import Path

import numpy as np
from PIL import Image

CLASSES = 10
SIDE = 32


def make_image_folder(folder: Path, train: int, test: int) -> None:
    """Write `train` and `test` random PNG pictures as folder/{train,test}/<class>/NNNNN.png."""
    generator = np.random.default_rng(0)
    for part, count in (("train", train), ("test", test)):
        for i in range(count):
            target = folder / part / f"class{i % CLASSES}" / f"{i:05}.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            pixels = generator.integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(target, compress_level=0)
