"""Visual words and a linear support vector machine: the sizes of the old baseline, known before it is fitted.

A picture is described by how often each of `words` + 1 kinds of patches occurs in it; every pair of classes
has one linear classifier of such histograms, with a weight for each word and one bias. With 1,000 words of
k-means and one for patches without structure that is 1,001 + 1 = 1,002 parameters for each pair: 45,090 for
ten classes and 105,210 for 15 (practical, part B). The dictionary is found without labels and not counted
there, nor here.
"""

from dataclasses import dataclass
from math import prod
from typing import Any

from ml.config import TrainConfig
from ml.datasets.facts import DatasetFacts
from ml.models.layers import Shape
from ml.models.sheet import WHOLE_IMAGE, Row

NAME = "bow_svm"
LARGEST_SIDE = 64  # pixels; larger pictures are made smaller first, so that words stay comparable
SMALL_SIDE = 16
FEWEST_DRAWN, MOST_DRAWN, DRAWN_PER_WORD = 50_000, 400_000, 200  # patches to find words among
FLOAT_BYTES = 4
DICTIONARY, CLASSIFIERS = "words", "svm"


@dataclass(frozen=True, slots=True)
class Grid:
    """Where patches are cut: square, `patch` pixels a side, every `stride` pixels, of pictures (C, H, W)."""

    shape: Shape
    patch: int
    stride: int

    @property
    def positions(self) -> int:
        """Patches in a picture."""
        return prod((side - self.patch) // self.stride + 1 for side in self.shape[1:])

    @property
    def numbers(self) -> int:
        """Numbers that describe a patch: its pixels in every channel."""
        return self.shape[0] * self.patch**2


def grid_of(shape: Shape) -> Grid:
    """Patches for pictures of `shape`: about 200 a picture, from 16 pixels a side on 6 pixels wide."""
    channels, height, width = shape
    if max(height, width) > LARGEST_SIDE:
        scale = LARGEST_SIDE / max(height, width)
        height, width = (max(SMALL_SIDE, round(side * scale)) for side in (height, width))
    side = min(height, width)
    if side < SMALL_SIDE:
        return Grid((channels, height, width), min(3, side), 1)
    return Grid((channels, height, width), 6, 2 if side <= LARGEST_SIDE // 2 else 4)


def rows(config: TrainConfig, facts: DatasetFacts) -> list[Row]:
    """The sheet: the histogram of words, and one classifier for each pair of classes."""
    grid, classes = grid_of(facts.input_shape), len(facts.classes)
    words, pairs = config.words + 1, classes * (classes - 1) // 2
    looking = grid.positions * grid.numbers * config.words
    shared: dict[str, Any] = {
        "size_formula": None, "fully_connected_weights": None, "buffers": 0, "activations": 0
    }  # fmt: skip
    learned = f"{classes} · {classes - 1} / 2 · ({words:,} + 1)"
    return [
        Row(DICTIONARY, "visual_words", (words,), 0, 0, grid.patch, looking, facts.input_shape,
            parameters_formula=None, **shared),
        Row(CLASSIFIERS, "pairs_of_classes", (pairs,), pairs * words, pairs, WHOLE_IMAGE, pairs * words,
            (words,), parameters_formula=learned, **shared),
    ]  # fmt: skip


def memory_bytes(config: TrainConfig, facts: DatasetFacts, pictures: int) -> int:
    """Memory of the histograms of `pictures`, of the patches drawn, and of the dictionary."""
    patches = wanted_patches(config.words) + config.words
    return FLOAT_BYTES * ((config.words + 1) * pictures + patches * grid_of(facts.input_shape).numbers)


def wanted_patches(words: int) -> int:
    """Patches to draw for a dictionary of `words`."""
    return min(MOST_DRAWN, max(FEWEST_DRAWN, DRAWN_PER_WORD * words))
