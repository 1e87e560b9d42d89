"""Sampling loses no extreme."""

import time

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sampling import chosen_rows

VALUES = st.one_of(st.floats(width=32), st.sampled_from([float("nan"), float("inf"), float("-inf"), 0.0]))


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
