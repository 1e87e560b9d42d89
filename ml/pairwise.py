"""One linear classifier for each pair of classes, and their vote. Rule: scikit-learn's answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

PENALTY = 1.0  # scikit-learn's C: what a picture on the wrong side costs against the size of the weights
ITERATIONS = 1000

Floats = NDArray[np.float32]
Targets = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pairwise:
    """weights (pairs, features), biases (pairs,); a positive score speaks for a pair's second class."""

    classes: int
    weights: NDArray[np.float64]
    biases: NDArray[np.float64]

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """(first, second), in the order of the rows."""
        return list(combinations(range(self.classes), 2))

    def scores(self, features: Floats) -> NDArray[np.float64]:
        """(N, pairs): the signed distances, scaled, from each pair's border."""
        return np.asarray(features @ self.weights.T + self.biases, np.float64)

    def predict(self, scores: NDArray[np.float64]) -> Targets:
        """(N,): the class with most votes; among equals the one with the clearer scores."""
        votes = np.zeros((len(scores), self.classes))
        clearness = np.zeros_like(votes)
        for column, (first, second) in enumerate(self.pairs):
            of_pair = scores[:, column]
            votes[:, second] += of_pair > 0
            votes[:, first] += of_pair <= 0
            clearness[:, second] += of_pair
            clearness[:, first] -= of_pair
        found: Targets = np.argmax(votes + clearness / (3 * (np.abs(clearness) + 1)), axis=1)
        return found

    def loss(self, scores: NDArray[np.float64], targets: Targets) -> float:
        """The mean hinge loss of the classifiers that know a picture's class: 0 beyond their margin."""
        total = 0.0
        for column, (first, second) in enumerate(self.pairs):
            for target, sign in ((first, -1), (second, 1)):
                total += np.maximum(0, 1 - sign * scores[targets == target, column]).sum()
        return float(total / (len(targets) * (self.classes - 1)))


def fit_pair(
    features: Floats, targets: Targets, first: int, second: int
) -> tuple[NDArray[np.float64], float]:
    """Weights and bias of the support vector machine that tells `first` from `second`."""
    from sklearn.svm import LinearSVC

    rows = np.flatnonzero((targets == first) | (targets == second))
    machine = LinearSVC(C=PENALTY, max_iter=ITERATIONS, random_state=0)
    machine.fit(features[rows], targets[rows] == second)
    return machine.coef_[0], float(machine.intercept_[0])


def pairs_of(classes: int) -> Iterator[tuple[int, int]]:
    """Every pair of classes, once."""
    return combinations(range(classes), 2)


def confusion(targets: Targets, predicted: Targets, classes: int) -> NDArray[np.int64]:
    """(classes, classes): how many pictures of each true class (row) were called what (column)."""
    counts = np.bincount(targets * classes + predicted, minlength=classes**2)
    return counts.reshape(classes, classes)
