"""Plans, patience and explanations: small arithmetic with large consequences."""

import errno

import pytest

from ml.config import TrainConfig
from ml.datasets.failures import DataError
from ml.failures import DeviceMissingError, explain
from ml.patience import Patience
from ml.plan import network_input_shape, plan
from tests.test_sheet import facts


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, (45_000, 5_000, 128, 352)),
        ({"validation_fraction": 0.0}, (50_000, 0, 128, 391)),
        ({"train_size": 1000, "batch_size": "full"}, (900, 100, 900, 1)),
        ({"train_size": 2, "validation_fraction": 0.5, "batch_size": 100}, (1, 1, 1, 1)),
    ],
)
def test_plan_divides_data_and_counts_steps(fields, expected):
    planned = plan(TrainConfig.model_validate(fields), facts())
    assert (
        planned.train_size,
        planned.validation_size,
        planned.batch_size,
        planned.steps_per_epoch,
    ) == expected
    assert planned.total_steps == 10 * planned.steps_per_epoch


def test_augmented_networks_get_seven_eighths_of_the_side():
    config = TrainConfig(augment=True, architecture="alexnet")
    assert network_input_shape(config, facts((3, 32, 30))) == (3, 28, 26)
    assert network_input_shape(TrainConfig(), facts()) == (3, 32, 32)


def exhausted(patience, epoch, loss):
    patience.note(epoch, loss)
    return patience.is_exhausted(epoch)


def test_patience_counts_epochs_since_the_best():
    patience = Patience(2)
    assert [exhausted(patience, epoch, loss) for epoch, loss in enumerate([3, 2, 2.5, 1, 1, 1], 1)] == [
        False, False, False, False, False, True,
    ]  # fmt: skip
    assert patience.best_epoch == 4
    assert not any(exhausted(Patience(None), epoch, 1.0) for epoch in range(50))


@pytest.mark.parametrize(
    ("error", "reason", "words"),
    [
        (DataError("class cat is empty"), "data_error", "cat"),
        (DeviceMissingError("device cuda:1 is not there"), "start_failed", "cuda:1"),
        (MemoryError(), "out_of_memory", "smaller batch size"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), "out_of_memory", "smaller"),
        (OSError(errno.ENOMEM, "no memory"), "out_of_memory", "smaller"),
        (ValueError("odd"), "error", "ValueError: odd"),
    ],
)
def test_failures_are_explained_in_words(error, reason, words):
    found, message = explain(error)
    assert found == reason
    assert words in message
