"""Typed columns: exact both ways, and non-finite numbers by name."""

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ml.columns import decode, encode, plain
from ml.entries import Metrics, Note, Status, body


@given(arrays(np.float32, st.integers(0, 50), elements=st.floats(width=32)))
def test_columns_survive_json_bit_for_bit(column):
    back = decode(orjson.loads(orjson.dumps(encode(column))))
    assert back.dtype == column.dtype
    np.testing.assert_array_equal(back, column)


@pytest.mark.parametrize("value", [0.1, np.nan, np.inf, -np.inf])
def test_a_repeated_value_is_said_once(value: float):
    column = np.full(1000, value, np.float64)
    encoded = encode(column)
    assert encoded["count"] == 1000
    assert len(orjson.dumps(encoded)) < 80
    np.testing.assert_array_equal(decode(orjson.loads(orjson.dumps(encoded))), column)


def test_plain_columns_name_non_finite_numbers_and_never_write_null():
    column = np.array([1.5, np.nan, np.inf, -np.inf], np.float32)
    assert plain(column) == [1.5, "NaN", "Infinity", "-Infinity"]
    assert b"null" not in orjson.dumps(plain(column))


def test_zero_and_minus_zero_are_not_taken_for_the_same_constant():
    column = np.array([0.0, -0.0], np.float32)
    assert np.signbit(decode(encode(column))).tolist() == [False, True]


def test_body_leaves_out_what_is_absent_and_types_the_columns():
    assert body(Status("running", device="cpu")) == {"type": "status", "status": "running", "device": "cpu"}
    assert body(Note("info", "x")) == {"type": "note", "level": "info", "message": "x"}
    metrics = Metrics("train", {"step": np.array([1, 2], np.int32)})
    assert body(metrics)["columns"]["step"]["dtype"] == "i4"
