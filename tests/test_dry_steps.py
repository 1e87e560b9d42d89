"""Dry steps: seconds on this machine, like those of a real training, within their bound."""

import time

import pytest
import torch

from ml import dry_steps as module
from ml.dry_steps import dry_steps
from ml.failures import DeviceMissingError
from tests.made import curve, trained

FIELDS = {"dataset": "digits", "architecture": "alexnet", "batch_size": 32, "epochs": 1}


def test_dry_steps_take_about_as_long_as_real_ones(tmp_path):
    torch.set_num_threads(1)
    found = dry_steps(tmp_path, FIELDS, threads=1)
    columns = curve(trained(tmp_path, **FIELDS))
    real = columns["train_seconds"][-1]
    assert found["seconds_per_epoch"] == pytest.approx(real, rel=2), "within a factor of three"
    assert found["seconds_per_epoch"] > real / 3
    assert found["seconds_per_step"] * len(columns["step"]) == pytest.approx(
        found["seconds_per_epoch"], rel=0.05
    )
    assert (found["timed_batch_size"], found["batch_size"], found["device"]) == (32, 32, "cpu")


@pytest.mark.parametrize(
    "fields",
    [
        {"dataset": "cifar10", "architecture": "resnet18", "batch_norm": True, "batch_size": 256},
        {"dataset": "cifar10", "architecture": "mlp", "hidden_sizes": [2048], "batch_size": "full"},
    ],
)
def test_a_heavy_step_is_timed_on_a_smaller_batch_and_says_so(tmp_path, fields):
    began = time.perf_counter()
    found = dry_steps(tmp_path, fields, threads=1)
    assert time.perf_counter() - began < 10, "a busy machine included"
    assert 2 <= found["timed_batch_size"] < found["batch_size"]
    assert found["seconds_per_step"] > 0
    steps = 45_000 / found["batch_size"]
    assert found["seconds_per_epoch"] == pytest.approx(found["seconds_per_step"] * steps)


def test_the_rest_of_a_batch_is_reckoned_from_two_sizes():
    seconds = lambda size: 0.2 + 0.01 * size  # noqa: E731 - a step's weights, and each sample
    assert module._of_whole(128, (4, seconds(4)), (32, seconds(32))) == pytest.approx(seconds(128))
    assert module._of_whole(128, (4, 0.1), (64, 0.05)) == 0.1, "a disturbed first one: in proportion"
    assert module._of_whole(1024, (4, 0.1), (64, 0.1001)) == 0.1001 * 16 / 4, "never below a quarter"
    assert module._of_whole(128, (4, 1.0), (4, 1.0)) == 32
    assert module._of_whole(128, (4, 1.0), (8, 1.1)) == pytest.approx(17.6), "too near to each other"
    assert module._of_whole(64, (4, 0.1), (64, 0.3)) == 0.3


def test_points_and_batch_normalization_are_stepped_too(tmp_path):
    found = dry_steps(tmp_path, {"batch_norm": True, "batch_size": "full"}, threads=4)
    assert (found["steps"], found["threads"]) == (module.MOST_STEPS, 1)


def test_gradients_by_hand_are_stepped_too(tmp_path):
    found = dry_steps(tmp_path, {"gradients": "by_hand", "loss_reduction": "sum"}, threads=1)
    assert found["seconds_per_step"] > 0


def test_the_number_of_threads_is_put_back(tmp_path):
    torch.set_num_threads(1)
    heavy = {"dataset": "cifar10", "architecture": "alexnet"}
    assert dry_steps(tmp_path, heavy, threads=2)["threads"] == 2
    assert torch.get_num_threads() == 1


def test_a_network_that_fills_the_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MEMORY_SHARE", 1e-9)
    with pytest.raises(MemoryError):
        dry_steps(tmp_path, {}, threads=1)


def test_a_device_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DeviceMissingError, match="cuda:99"):
        dry_steps(tmp_path, {"device": "cuda:99"}, threads=1)
