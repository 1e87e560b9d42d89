"""Circles, moons and digits: no files, the same data always."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits, make_circles, make_moons

from ml.config import GENERATED_POINTS
from ml.datasets.points import Cloud
from ml.datasets.registry import POINTS
from tests.made_files import loaded

NOWHERE = Path("/nonexistent")
CIRCLES = (
    "a848f3083c5c569def9106249149d1cab8eff9ab7eabc2a5636cda03b02d460f"  # what every older curve was made on
)


@pytest.mark.parametrize("name", GENERATED_POINTS)
def test_points_are_the_same_at_each_load(name: str) -> None:
    _, first = loaded(name, NOWHERE)
    _, second = loaded(name, NOWHERE)
    assert torch.equal(first.train_inputs, second.train_inputs)
    assert torch.equal(first.test_targets, second.test_targets)
    assert not torch.equal(first.train_inputs, first.test_inputs)


@pytest.mark.parametrize("name", GENERATED_POINTS)
def test_points_are_200_balanced_pairs_of_float32(name: str) -> None:
    _, dataset = loaded(name, NOWHERE)
    for inputs, targets in (
        (dataset.train_inputs, dataset.train_targets),
        (dataset.test_inputs, dataset.test_targets),
    ):
        assert inputs.shape == (200, 2)
        assert inputs.dtype == torch.float32
        assert targets.dtype == torch.int64
        assert targets.bincount().tolist() == [100, 100]


@pytest.mark.parametrize("name", GENERATED_POINTS)
@pytest.mark.parametrize("number", [10, 333, 1000])
def test_as_many_points_come_as_were_asked_for(name: str, number: int) -> None:
    _, dataset = loaded(name, NOWHERE, Cloud(number))
    for targets in (dataset.train_targets, dataset.test_targets):
        zeros, ones = targets.bincount().tolist()
        assert zeros + ones == number
        assert abs(zeros - ones) <= 1
    first = dataset.train_targets[: number // 2].bincount(minlength=2)
    assert first.min() >= 1, "the classes come mixed"


@pytest.mark.parametrize("name", GENERATED_POINTS)
def test_noise_is_the_deviation_of_what_is_added(name: str) -> None:
    clean = loaded(name, NOWHERE, Cloud(5000, 0.0))[1]
    usual = loaded(name, NOWHERE, Cloud(5000))[1]
    noisy = loaded(name, NOWHERE, Cloud(5000, 0.3))[1]
    assert torch.equal(clean.train_targets, noisy.train_targets)
    for dataset, noise in ((usual, POINTS[name].noise), (noisy, 0.3)):
        added = dataset.train_inputs - clean.train_inputs
        assert added.std(dim=0).numpy() == pytest.approx([noise, noise], rel=0.05)
        assert added.mean().item() == pytest.approx(0, abs=noise / 20)


def test_circles_and_moons_are_scikit_learns_to_the_last_bit() -> None:
    for name, (inputs, targets) in {
        "circles": make_circles(200, noise=0.05, factor=0.5, random_state=0),
        "moons": make_moons(200, noise=0.1, random_state=0),
    }.items():
        _, dataset = loaded(name, NOWHERE)
        assert np.array_equal(dataset.train_inputs.numpy(), inputs.astype(np.float32))
        assert np.array_equal(dataset.train_targets.numpy(), targets)
    _, dataset = loaded("circles", NOWHERE)
    content = dataset.train_inputs.numpy().tobytes() + dataset.test_inputs.numpy().tobytes()
    assert hashlib.sha256(content).hexdigest() == CIRCLES


def test_xor_classes_are_the_signs_before_the_noise() -> None:
    _, dataset = loaded("xor", NOWHERE, Cloud(400, 0.0))
    x, y = dataset.train_inputs.T
    assert torch.equal((x * y < 0).long(), dataset.train_targets)
    assert dataset.train_inputs.abs().min() >= 0.1
    quadrants = ((x > 0).long() * 2 + (y > 0).long()).bincount()
    assert quadrants.tolist() == [100] * 4


def test_spiral_arms_lie_half_a_turn_apart() -> None:
    _, dataset = loaded("spiral", NOWHERE, Cloud(400, 0.0))
    radius = dataset.train_inputs.norm(dim=1)
    along = (radius - 0.1) / 0.9
    angle = torch.atan2(dataset.train_inputs[:, 1], dataset.train_inputs[:, 0])
    expected = 2 * torch.pi * 1.5 * along + torch.pi * dataset.train_targets
    assert (torch.cos(angle - expected) > 0.999).all()
    assert radius.min() >= 0.1
    assert 0.95 < radius.max() <= 1.0


def test_circles_have_radius_one_and_a_half_with_noise_of_a_twentieth() -> None:
    _, dataset = loaded("circles", NOWHERE)
    radius = dataset.train_inputs.norm(dim=1)
    outer, inner = (radius[dataset.train_targets == index] for index in (0, 1))
    assert dataset.facts.classes == ("outer", "inner")
    assert outer.mean().item() == pytest.approx(1.0, abs=0.02)
    assert inner.mean().item() == pytest.approx(0.5, abs=0.02)
    assert outer.std().item() == pytest.approx(0.05, abs=0.015)


def test_moons_name_the_upper_and_the_lower_one() -> None:
    _, dataset = loaded("moons", NOWHERE)
    heights = [dataset.train_inputs[dataset.train_targets == index, 1].mean().item() for index in (0, 1)]
    assert dataset.facts.classes == ("upper", "lower")
    assert heights[0] > 0.5 > heights[1]


def test_digits_keep_every_source_picture_once_at_full_range() -> None:
    _, dataset = loaded("digits", NOWHERE)
    images = torch.cat([dataset.train_inputs, dataset.test_inputs]).numpy()[:, 0]
    source = np.rint(load_digits().images * 255 / 16).astype(np.uint8)
    assert images.dtype == np.uint8
    assert sorted(image.tobytes() for image in images) == sorted(image.tobytes() for image in source)
    assert images.max() == 255


def test_digits_are_split_1437_to_360_alike_in_every_class() -> None:
    _, dataset = loaded("digits", NOWHERE)
    train, test = dataset.train_targets.bincount(), dataset.test_targets.bincount()
    assert dataset.train_inputs.shape == (1437, 1, 8, 8)
    assert dataset.test_inputs.shape == (360, 1, 8, 8)
    assert ((test / (train + test) - 0.2).abs() < 0.005).all()
