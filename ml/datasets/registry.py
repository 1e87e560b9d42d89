"""Every data set by its name. Rule: no torch and no scikit-learn is loaded by importing or describing."""

from collections.abc import Callable, Mapping
from pathlib import Path

from ml.config import TrainConfig
from ml.datasets import cifar10, digits, own
from ml.datasets.arrays import Reading
from ml.datasets.circles import circles
from ml.datasets.facts import DatasetFacts
from ml.datasets.mnist import fashion_mnist, mnist
from ml.datasets.moons import moons
from ml.datasets.points import USUAL, Cloud, Points
from ml.datasets.spiral import spiral
from ml.datasets.xor import xor

Describe = Callable[[Path], DatasetFacts]
Read = Callable[[Path], Reading]

POINTS: Mapping[str, Points] = {each.name: each for each in (circles, moons, xor, spiral)}
DATASETS: Mapping[str, tuple[Describe, Read]] = {
    digits.NAME: (digits.facts, digits.read),
    mnist.original.name: (mnist.facts, mnist.read),
    fashion_mnist.original.name: (fashion_mnist.facts, fashion_mnist.read),
    cifar10.NAME: (cifar10.facts, cifar10.read),
}
NAMES = (*POINTS, *DATASETS)


def names(data_directory: Path) -> list[str]:
    """Every name that can be trained on now: the built-in ones, then the uploaded ones."""
    return [*NAMES, *own.names(data_directory)]


def _find(name: str) -> tuple[Describe, Read]:
    """How data set `name` is described and read; a name not in NAMES is an uploaded one's."""
    return DATASETS[name] if name in DATASETS else own.parts_of(name)


def describe(name: str, data_directory: Path, cloud: Cloud = USUAL) -> DatasetFacts:
    """The facts of data set `name` as it lies in `data_directory` now; DatasetUnavailable for an unknown one.

    `cloud` counts for generated points only. Cheap enough for every request: generated data are constants,
    files are looked at again only when their folders changed.
    """
    if name in POINTS:
        return POINTS[name].facts(cloud)
    facts, _ = _find(name)
    return facts(data_directory)


def read(name: str, data_directory: Path, cloud: Cloud = USUAL) -> Reading:
    """The data set `name` as arrays; as for `describe`."""
    if name in POINTS:
        return POINTS[name].read(cloud)
    _, reading = _find(name)
    return reading(data_directory)


def cloud_of(config: TrainConfig) -> Cloud:
    """The points that `config` asks for."""
    return Cloud(config.points, config.noise)


def facts_of(config: TrainConfig, data_directory: Path) -> DatasetFacts:
    """The facts of the data set of `config`, as `config` asks for it. Whoever has a config asks here."""
    return describe(config.dataset, data_directory, cloud_of(config))


def describe_all(data_directory: Path) -> list[DatasetFacts]:
    """The facts of every data set as it is by itself, in the order of `names`."""
    return [describe(name, data_directory) for name in names(data_directory)]
