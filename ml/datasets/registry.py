"""Every data set by its name. Rule: no torch and no scikit-learn is loaded by importing or describing."""

from collections.abc import Callable, Mapping
from pathlib import Path

from ml.datasets import cifar10, circles, digits, moons, own
from ml.datasets.arrays import Reading
from ml.datasets.facts import DatasetFacts
from ml.datasets.mnist import fashion_mnist, mnist

Describe = Callable[[Path], DatasetFacts]
Read = Callable[[Path], Reading]

DATASETS: Mapping[str, tuple[Describe, Read]] = {
    circles.NAME: (circles.facts, circles.read),
    moons.NAME: (moons.facts, moons.read),
    digits.NAME: (digits.facts, digits.read),
    mnist.original.name: (mnist.facts, mnist.read),
    fashion_mnist.original.name: (fashion_mnist.facts, fashion_mnist.read),
    cifar10.NAME: (cifar10.facts, cifar10.read),
}
NAMES = tuple(DATASETS)


def names(data_directory: Path) -> list[str]:
    """Every name that can be trained on now: the built-in ones, then the uploaded ones."""
    return [*NAMES, *own.names(data_directory)]


def find(name: str) -> tuple[Describe, Read]:
    """How data set `name` is described and read; a name not in NAMES is an uploaded one's."""
    return DATASETS[name] if name in DATASETS else own.parts_of(name)


def describe(name: str, data_directory: Path) -> DatasetFacts:
    """The facts of data set `name` as it lies in `data_directory` now; DatasetUnavailable for an unknown one.

    Cheap enough for every request: generated data are constants, files are looked at again only when their
    folders changed.
    """
    facts, _ = find(name)
    return facts(data_directory)


def describe_all(data_directory: Path) -> list[DatasetFacts]:
    """The facts of every data set, in the order of `names`."""
    return [describe(name, data_directory) for name in names(data_directory)]
