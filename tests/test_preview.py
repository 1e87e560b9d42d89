"""Previews: real samples, raw beside what the network will see."""

import base64
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from ml.preview import preview


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
