"""Impossible pairs: each names its field and the fix."""

from dataclasses import replace

import pytest

from ml.checks import problems
from ml.config import TrainConfig
from ml.naming import named
from tests.test_sheet import facts

POINTS = facts((2,), classes=2, train_size=200)


@pytest.mark.parametrize(
    ("config", "data", "field", "words"),
    [
        (TrainConfig(augment=True), POINTS, "augment", "points"),
        (TrainConfig(architecture="alexnet"), POINTS, "architecture", "choose mlp"),
        (TrainConfig(architecture="lenet5"), facts((1, 8, 8)), "architecture", "conv2"),
        (TrainConfig(architecture="alexnet"), facts((1, 7, 7)), "architecture", "8 pixels"),
        (
            TrainConfig(batch_size="full", batch_norm=True),
            POINTS,
            "batch_size",
            "Batch normalization (batch_norm) off",
        ),
        (TrainConfig(batch_size=1, batch_norm=True), POINTS, "batch_size", "single sample"),
        (
            TrainConfig(validation_fraction=0, early_stopping_patience=2),
            POINTS,
            "early_stopping_patience",
            "set Validation share (validation_fraction) above 0 or leave Early stopping",
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


def test_a_message_calls_a_field_as_the_page_does_and_says_its_name_where_that_differs():
    assert named("dropout") == "Dropout"
    assert named("batch_size") == "Batch size"
    assert named("augment") == "Augmentation (augment)"
    (problem,) = problems(TrainConfig(augment=True), POINTS)
    assert problem.message.endswith("switch Augmentation (augment) off.")


BY_HAND = {"gradients": "by_hand"}


@pytest.mark.parametrize(
    ("fields", "data", "field", "fix"),
    [
        ({"architecture": "alexnet"}, facts(), "architecture", "mlp"),
        ({"hidden_sizes": []}, POINTS, "hidden_sizes", "one size"),
        ({"hidden_sizes": [4, 4]}, POINTS, "hidden_sizes", "one size"),
        ({"activation": "relu"}, POINTS, "activation", "tanh"),
        ({"optimizer": "adam"}, POINTS, "optimizer", "sgd"),
        ({"momentum": 0.9}, POINTS, "momentum", "0"),
        ({"dropout": 0.5}, POINTS, "dropout", "0"),
        ({"batch_norm": True}, POINTS, "batch_norm", "off"),
        ({"precision": "bfloat16"}, POINTS, "precision", "float32"),
    ],
)
def test_gradients_by_hand_refuse_what_their_derivation_lacks(fields, data, field, fix):
    (problem,) = problems(TrainConfig(**BY_HAND, **fields), data, ["cpu"])
    assert problem.field == field
    assert fix in problem.message
    assert "autograd" in problem.message
    assert problems(TrainConfig(**fields), data, ["cpu"]) == []


@pytest.mark.parametrize(
    "fields",
    [{}, {"weight_decay": 0.1, "loss": "mse", "loss_reduction": "sum", "batch_size": "full"}],
)
def test_gradients_by_hand_go_with_points_and_pictures(fields):
    config = TrainConfig(**BY_HAND, **fields)
    assert problems(config, POINTS, ["cpu"]) == []
    assert problems(config.model_copy(update={"augment": True}), facts((3, 16, 16)), ["cpu"]) == []


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
