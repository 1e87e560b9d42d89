"""Two spiral arms of points, wound into each other."""

import numpy as np

from ml.datasets.points import Drawn, Points, shuffled

TURNS = 1.5  # of each arm around the centre
INNERMOST = 0.1  # radius where an arm begins; it ends at radius 1


def draw(number: int, noise: float, seed: int) -> Drawn:
    """Points along two Archimedean spirals, half a turn apart and even in radius; class 0 begins right."""
    random = np.random.RandomState(seed)
    along = random.uniform(0, 1, number)
    radius = INNERMOST + (1 - INNERMOST) * along
    angle = 2 * np.pi * TURNS * along + np.pi * (np.arange(number) % 2)
    return shuffled(np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), noise, random)


spiral = Points(
    name="spiral",
    title="Spiral",
    description="Two-class points on two arms wound into each other: a boundary that turns and turns.",
    classes=("first arm", "second arm"),
    noise=0.02,
    draw=draw,
)
