"""Sampling loses no extreme, averaging no row."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sampling import averaged, chosen_rows

VALUES = st.one_of(st.floats(width=32), st.sampled_from([float("nan"), float("inf"), float("-inf"), 0.0]))
SIZES = st.floats(-1e6, 1e6, width=32)


@settings(deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=400), st.integers(2, 60), st.integers(1, 7))
def test_every_range_keeps_its_extremes(values, max_points, stride):
    step = (np.arange(len(values)) * stride + 3).astype(np.int32)
    series = np.array(values, np.float32)
    rows = chosen_rows(step, [series], max_points)
    assert np.array_equal(rows, np.unique(rows))
    assert rows[0] == 0
    assert rows[-1] == len(values) - 1
    kept = set(rows.tolist())
    assert set(np.flatnonzero(~np.isfinite(series)).tolist()) <= kept
    if len(values) <= max_points:
        assert len(rows) == len(values)
        return
    ranges = max(1, max_points // 2)
    span = int(step[-1]) - int(step[0]) + 1
    for number in range(ranges):
        inside = [i for i in range(len(step)) if (int(step[i]) - int(step[0])) * ranges // span == number]
        finite = [i for i in inside if np.isfinite(series[i])]
        if finite:
            chosen = [series[i] for i in finite if i in kept]
            assert min(chosen) == min(series[i] for i in finite)
            assert max(chosen) == max(series[i] for i in finite)


def test_the_number_of_points_is_bounded():
    noise = np.random.default_rng(0).random((2, 100_000)).astype(np.float32)
    rows = chosen_rows(np.arange(1, 100_001, dtype=np.int32), list(noise), 2000)
    assert len(rows) <= 1000 * 4 + 2


def test_nothing_gives_nothing():
    empty = np.empty(0, np.float32)
    assert len(chosen_rows(np.empty(0, np.int32), [empty], 10)) == 0


def test_a_million_rows_take_a_moment():
    noise = np.random.default_rng(0).random((2, 1_000_000)).astype(np.float32)
    began = time.perf_counter()
    chosen_rows(np.arange(1_000_000, dtype=np.int32), list(noise), 2000)
    assert time.perf_counter() - began < 2


@settings(deadline=None)
@given(st.lists(SIZES, min_size=1, max_size=200), st.integers(2, 50), st.integers(0, 80))
def test_every_row_is_in_the_mean_of_its_steps(losses, width, first):
    step = np.arange(first, first + len(losses), dtype=np.int32)
    zeros = np.zeros(len(losses), np.float32)
    columns = {"step": step, "loss": np.array(losses, np.float32), "accuracy": zeros}
    found = averaged(columns, width)
    places = [(int(one) - 1) // width for one in step]
    assert [(int(one) - 1) // width for one in found["step"]] == sorted(set(places))
    for place, mean, rows, last in zip(
        sorted(set(places)), found["loss"], found["rows"], found["step"], strict=True
    ):
        inside = [i for i, one in enumerate(places) if one == place]
        assert rows == len(inside)
        assert last == step[inside[-1]]
        assert mean == pytest.approx(np.mean([float(columns["loss"][i]) for i in inside]), rel=1e-9, abs=1e-6)
    assert found["rows"].sum() == len(losses)


def test_a_mean_with_a_value_that_is_not_finite_is_not_finite():
    columns = {
        "step": np.arange(1, 7, dtype=np.int32),
        "loss": np.array([1, np.inf, np.inf, -np.inf, 3, 5], np.float32),
        "accuracy": np.zeros(6, np.float32),
    }
    assert np.array_equal(averaged(columns, 2)["loss"], [np.inf, np.nan, 4.0], equal_nan=True)
    empty = averaged({name: column[:0] for name, column in columns.items()}, 2)
    assert (len(empty["step"]), len(empty["rows"])) == (0, 0)
