"""Two interleaving half circles of points."""

from ml.datasets.points import Drawn, Points


def draw(number: int, noise: float, seed: int) -> Drawn:
    """Points on the upper (class 0) and the lower half circle, evenly spaced before the noise."""
    from sklearn.datasets import make_moons

    inputs, targets = make_moons(number, noise=noise, random_state=seed)
    return inputs, targets


moons = Points(
    name="moons",
    title="Moons",
    description="Two-class points on two half circles that reach into each other.",
    classes=("upper", "lower"),
    noise=0.1,
    draw=draw,
)
