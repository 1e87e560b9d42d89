"""Four quadrants of points, opposite ones alike: the exclusive or of two signs, which no line computes."""

import numpy as np

from ml.datasets.points import Drawn, Points, shuffled

GAP = 0.1  # between a quadrant's points and the axes, before the noise
QUADRANTS = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)])  # signs of x and y; alternately like and unlike


def draw(number: int, noise: float, seed: int) -> Drawn:
    """Points spread evenly over the four quadrants up to 1; class 0 where x and y have the same sign."""
    random = np.random.RandomState(seed)
    distances = random.uniform(GAP, 1, (number, 2))
    return shuffled(distances * QUADRANTS[np.arange(number) % 4], noise, random)


xor = Points(
    name="xor",
    title="Xor",
    description="Two-class points in four quadrants, opposite ones alike: it takes both signs together.",
    classes=("same sign", "opposite sign"),
    noise=0.05,
    draw=draw,
)
