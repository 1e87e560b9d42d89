"""Impossible pairs: each names its field and the fix."""

from dataclasses import replace

import pytest

from ml.checks import problems
from ml.config import TrainConfig
from tests.test_sheet import facts

POINTS = facts((2,), classes=2, train_size=200)


@pytest.mark.parametrize(
    ("config", "data", "field", "words"),
    [
        (TrainConfig(augment=True), POINTS, "augment", "points"),
        (TrainConfig(architecture="alexnet"), POINTS, "architecture", "choose mlp"),
        (TrainConfig(architecture="lenet5"), facts((1, 8, 8)), "architecture", "conv2"),
        (TrainConfig(architecture="alexnet"), facts((1, 7, 7)), "architecture", "8 pixels"),
        (TrainConfig(batch_size="full", batch_norm=True), POINTS, "batch_size", "batch_norm"),
        (TrainConfig(batch_size=1, batch_norm=True), POINTS, "batch_size", "single sample"),
        (
            TrainConfig(validation_fraction=0, early_stopping_patience=2),
            POINTS,
            "early_stopping_patience",
            "validation_fraction",
        ),
        (TrainConfig(train_size=500), POINTS, "train_size", "200"),
        (TrainConfig(dataset="digits", noise=0.1), facts(), "noise", "spiral"),
        (TrainConfig(dataset="digits", points=500), facts(), "points", "leave it at 200"),
        (TrainConfig(device="cuda:3"), POINTS, "device", "cpu"),
        (TrainConfig(hidden_sizes=[], dropout=0.5), POINTS, "dropout", "linear"),
        (TrainConfig(hidden_sizes=[], batch_norm=True), POINTS, "batch_norm", "linear"),
    ],
)
def test_an_impossible_pair_names_field_and_fix(config, data, field, words):
    found = problems(config, data, ["cpu"])
    assert [problem.field for problem in found] == [field]
    assert words in found[0].message


def test_possible_configs_have_no_problems():
    assert problems(TrainConfig(), POINTS, ["cpu"]) == []
    every = TrainConfig(
        architecture="alexnet", standardize=True, augment=True, dropout=0.5, batch_norm=True, device="cuda"
    )
    assert problems(every, facts(), ["cpu", "cuda:0"]) == []
    assert problems(TrainConfig(architecture="alexnet", augment=True), facts((1, 8, 8))) == []


def test_a_data_set_that_cannot_be_read_is_refused_before_it_starts():
    broken = replace(facts(), problem="the class folder cat is empty; fill or remove it.")
    (problem,) = problems(TrainConfig(architecture="alexnet"), broken, ["cpu"])
    assert (problem.field, "cat is empty" in problem.message) == ("dataset", True)
