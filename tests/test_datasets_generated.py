"""Circles, moons and digits: no files, the same data always."""

from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from tests.made_files import loaded

NOWHERE = Path("/nonexistent")


@pytest.mark.parametrize("name", ["circles", "moons"])
def test_points_are_the_same_at_each_load(name: str) -> None:
    _, first = loaded(name, NOWHERE)
    _, second = loaded(name, NOWHERE)
    assert torch.equal(first.train_inputs, second.train_inputs)
    assert torch.equal(first.test_targets, second.test_targets)
    assert not torch.equal(first.train_inputs, first.test_inputs)


@pytest.mark.parametrize("name", ["circles", "moons"])
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
