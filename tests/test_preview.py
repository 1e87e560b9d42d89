"""Previews: real samples, raw beside what the network will see."""

import base64
from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from ml.datasets.load import loaded
from ml.preview import preview
from ml.preview_statistics import measured_samples


def pixels(url: str) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(base64.b64decode(url.split(",")[1]))))


def test_preview_shows_the_same_pictures_raw_and_cropped(tmp_path):
    shown = preview("digits", tmp_path, standardize=False, augment=True, count=5, seed=0)
    assert (shown["raw_shape"], shown["seen_shape"]) == ([1, 8, 8], [1, 7, 7])
    assert len(shown["samples"]) == 5
    for sample in shown["samples"]:
        raw, seen = pixels(sample["raw"]), pixels(sample["seen"])
        windows = [raw[top : top + 7, left : left + 7] for top in range(2) for left in range(2)]
        assert any(np.array_equal(seen, window) for window in windows)
        assert sample["label"] in "0123456789"


def test_standardized_previews_differ_from_raw_ones(tmp_path):
    (sample,) = preview("digits", tmp_path, standardize=True, augment=False, count=1, seed=3)["samples"]
    assert not np.array_equal(pixels(sample["raw"]), pixels(sample["seen"]))


def test_a_preview_shows_the_points_that_were_asked_for(tmp_path):
    shown = preview("xor", tmp_path, False, False, count=8, seed=0, points=350, noise=0)["raw"]
    assert len(shown["x"]) == 350
    signs = np.sign(np.array(shown["x"]) * np.array(shown["y"]))
    assert np.array_equal(signs < 0, np.array(shown["label"]) == 1)


@pytest.mark.parametrize("standardize", [False, True])
def test_points_are_standardized_per_feature(tmp_path, standardize):
    shown = preview("moons", tmp_path, standardize, augment=False, count=8, seed=0)
    assert len(shown["raw"]["x"]) == len(shown["seen"]["label"]) == 200
    for axis in ("x", "y"):
        seen = np.array(shown["seen"][axis])
        if standardize:
            assert abs(seen.mean()) < 1e-5
            assert seen.std() == pytest.approx(1, abs=1e-4)
        else:
            np.testing.assert_allclose(seen, shown["raw"][axis], rtol=1e-6)


def stored_inputs(name, data_directory):
    """The training inputs of a data set, as numpy reads them."""
    return loaded(name, data_directory, "cpu").train_inputs.numpy()


@pytest.mark.parametrize("standardize", [False, True])
def test_statistics_are_numpys_before_and_after(tmp_path, standardize):
    told = preview("digits", tmp_path, standardize, augment=False, count=1, seed=0)["statistics"]
    values = stored_inputs("digits", tmp_path) / 255
    assert (told["samples"], told["channels"]) == (len(values), ["grey"])
    assert told["before"]["mean"] == pytest.approx([values.mean()])
    assert told["before"]["deviation"] == pytest.approx([values.std()])
    expected = (0, 1) if standardize else (values.mean(), values.std())
    assert told["after"]["mean"] == pytest.approx([expected[0]], abs=1e-5)
    assert told["after"]["deviation"] == pytest.approx([expected[1]], abs=1e-5)


def test_statistics_of_points_are_those_of_each_feature(tmp_path):
    told = preview("moons", tmp_path, standardize=True, augment=False, count=1, seed=0)["statistics"]
    points = stored_inputs("moons", tmp_path)
    assert told["channels"] == ["x", "y"]
    assert told["before"]["mean"] == pytest.approx(points.mean(0), abs=1e-6)
    assert told["before"]["deviation"] == pytest.approx(points.std(0), abs=1e-6)
    assert told["after"]["mean"] == pytest.approx([0, 0], abs=1e-5)


def test_statistics_of_augmented_pictures_are_those_of_crops(tmp_path):
    plain, cropped = (
        preview("digits", tmp_path, False, augment, count=1, seed=0)["statistics"]
        for augment in (False, True)
    )
    assert plain["before"] == cropped["before"]
    assert cropped["after"]["mean"][0] > plain["after"]["mean"][0]  # the dark border is cropped away


def test_large_sets_are_measured_on_a_part_that_is_always_the_same():
    stored = torch.zeros(9000, 8, 8, 1, dtype=torch.uint8)
    chosen = measured_samples(stored)
    assert len(chosen.unique()) == 5000
    assert torch.equal(chosen, measured_samples(stored))
    huge = torch.zeros(1, dtype=torch.uint8).expand(3000, 128, 128, 3)
    assert len(measured_samples(huge)) == 2**24 // (128 * 128 * 3)


def test_another_roll_crops_the_same_pictures_anew(tmp_path):
    first, second, again = (
        preview("digits", tmp_path, False, True, count=8, seed=0, roll=roll)["samples"] for roll in (0, 1, 0)
    )
    assert [one["raw"] for one in first] == [one["raw"] for one in second]
    assert [one["seen"] for one in first] != [one["seen"] for one in second]
    assert first == again
