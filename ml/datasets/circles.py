"""Two concentric circles of points, the practical's first data set."""

from ml.datasets.points import Drawn, Points

FACTOR = 0.5  # radius of the inner circle, the outer one's being 1


def draw(number: int, noise: float, seed: int) -> Drawn:
    """Points on the outer (class 0) and the inner circle, evenly spaced before the noise."""
    from sklearn.datasets import make_circles

    inputs, targets = make_circles(number, noise=noise, factor=FACTOR, random_state=seed)
    return inputs, targets


circles = Points(
    name="circles",
    title="Circles",
    description="Two-class points on two concentric circles: no straight line separates them.",
    classes=("outer", "inner"),
    noise=0.05,
    draw=draw,
)
