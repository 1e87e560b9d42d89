"""Threads follow the work of a step, never more than there are."""

import pytest

from ml.config import TrainConfig
from ml.threads import worthwhile_threads
from tests.test_sheet import facts


@pytest.mark.parametrize(
    ("config", "shape", "available", "threads"),
    [
        (TrainConfig(hidden_sizes=[16], batch_size=20), (2,), 8, 1),
        (TrainConfig(hidden_sizes=[16], batch_size="full"), (2,), 8, 1),
        (TrainConfig(architecture="alexnet", batch_size=16), (1, 8, 8), 2, 1),
        (TrainConfig(architecture="alexnet", batch_size=128), (3, 32, 32), 2, 2),
        (TrainConfig(architecture="alexnet", batch_size=128), (3, 32, 32), 1, 1),
        (TrainConfig(architecture="alexnet", batch_size=16), (3, 32, 32), 8, 3),
    ],
)
def test_threads_follow_the_work_of_a_step(config, shape, available, threads):
    assert worthwhile_threads(config, facts(shape), available) == threads
