"""Data sets of two-class points that are generated. Rule: the same number and noise, the same points.

Training and test points come from two fixed seeds, as many of each. The noise is Gaussian, added to both
coordinates after the class was decided, so that much of it makes the classes overlap.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.datasets.arrays import Arrays, Reading
from ml.datasets.facts import DatasetFacts

TRAIN_SEED, TEST_SEED = 0, 1
USUAL_POINTS = 200

Drawn = tuple[NDArray[np.floating], NDArray[np.integer]]
Draw = Callable[[int, float, int], Drawn]  # number, noise, seed -> coordinates (number, 2), classes (number,)


@dataclass(frozen=True, slots=True)
class Cloud:
    """How many points for training (and as many for the test), and the standard deviation of the noise;
    None is what the data set is known by."""

    points: int = USUAL_POINTS
    noise: float | None = None


USUAL = Cloud()


@dataclass(frozen=True, slots=True)
class Points:
    """One such data set: what it is called, the noise it is known by, and how its points are drawn."""

    name: str
    title: str
    description: str
    classes: tuple[str, str]
    noise: float
    draw: Draw

    def facts(self, cloud: Cloud = USUAL) -> DatasetFacts:
        """The facts of so many points; there is nothing to look up."""
        return DatasetFacts(
            name=self.name,
            title=self.title,
            description=self.description,
            kind="points",
            input_shape=(2,),
            classes=self.classes,
            train_size=cloud.points,
            test_size=cloud.points,
            label_keeping_augmentations=(),
            augmentation_reason="A point of the plane has nothing to crop or flip.",
            source="generated",
        )

    def read(self, cloud: Cloud = USUAL) -> Reading:
        """Generate the points: inputs float32 (points, 2), targets int64 (points,), for training and test."""
        noise = self.noise if cloud.noise is None else cloud.noise

        def drawn(seed: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
            inputs, targets = self.draw(cloud.points, noise, seed)
            return inputs.astype(np.float32), targets.astype(np.int64)

        yield from ()
        return Arrays(self.classes, *drawn(TRAIN_SEED), *drawn(TEST_SEED))


def shuffled(inputs: NDArray[np.floating], noise: float, random: np.random.RandomState) -> Drawn:
    """Clean points (N, 2), whose classes alternate from 0, in another order and with noise added.

    RandomState, as its numbers stay the same from one numpy to the next (NEP 19).
    """
    order = random.permutation(len(inputs))
    return inputs[order] + random.normal(scale=noise, size=inputs.shape), order % 2
