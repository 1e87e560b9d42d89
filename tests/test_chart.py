"""Axes and charts of reports: round ticks in range, values where they belong."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exports.axis import Axis, around, logarithmic, named
from app.exports.chart import NARROW, RIGHT, USUAL, Chart


@given(st.lists(st.floats(-1e12, 1e12, allow_subnormal=False), min_size=1, max_size=20))
def test_an_axis_holds_its_values_and_few_ticks(values):
    axis = around("loss", values)
    assert all(0 <= axis.place(value) <= 1 for value in values)
    ticks = axis.ticks()
    assert 1 <= len(ticks) <= 12
    assert all(-1e-6 <= axis.place(value) <= 1 + 1e-6 for value, _ in ticks)


def test_ticks_are_round_and_distinct():
    assert [words for _, words in Axis("", 0, 1).ticks()] == ["0", "0.2", "0.4", "0.6", "0.8", "1"]
    assert [words for _, words in Axis("", 0, 5000).ticks()] == [
        "0",
        "1,000",
        "2,000",
        "3,000",
        "4,000",
        "5,000",
    ]
    assert [words for _, words in Axis("", 2.301, 2.305).ticks()][:2] == ["2.301", "2.302"]
    assert next(words for _, words in Axis("", -0.2, 0.2).ticks()) == "−0.2"
    assert [words for _, words in Axis("step", 0, 2, is_whole=True).ticks()] == ["0", "1", "2"]
    assert [words for _, words in around("", [0.5, 1.0], is_share=True).ticks()][-1] == "100 %"


def test_a_logarithmic_axis_is_taken_where_it_is_needed():
    assert logarithmic("loss", [1.0, 2.0, 3.0]) is None
    assert logarithmic("loss", [0.0, 1.0, 1e9]) is None, "zero has no place on it"
    axis = logarithmic("loss", [1.0, 1.0, 1e30, math.inf])
    assert axis is not None
    assert axis.place(1e15) == pytest.approx(0.5)
    assert axis.ticks()[-1][1].startswith("1e2")
    assert len(axis.ticks()) <= 8


def test_a_line_has_a_hole_where_a_value_is_not_finite():
    chart = Chart("a chart", Axis("step", 0, 4), Axis("loss", 0, 1))
    chart.line([0, 1, 2, 3, 4], [0.1, 0.2, math.nan, 0.3, 0.4], "train")
    path = re.search(r'class="line train" d="([^"]*)"', chart.svg()).group(1)
    assert path.count("M") == 2
    assert path.count("L") == 2


def test_a_chart_is_drawn_for_little_room_too_with_fewer_words():
    chart = Chart("a chart", Axis("step", 0, 500_000), Axis("loss", 0, 1))
    chart.line([0, 500_000], [0, 1], "train")
    usual, narrow = re.findall(r"<svg.*?</svg>", chart.svg())
    assert [int(re.search(r'viewBox="0 0 (\d+)', one).group(1)) for one in (usual, narrow)] == [USUAL, NARROW]
    ends = [float(re.search(r'class="line train" d="M.*L([\d.]+),', one).group(1)) for one in (usual, narrow)]
    assert ends == [USUAL - RIGHT, NARROW - RIGHT]
    assert usual.count('class="tick"') > narrow.count('class="tick"') >= 3
    named_axis = Chart("a chart", named("", ["one", "two"]), Axis("loss", 0, 1)).svg()
    assert named_axis.count("<svg") == 1


def test_names_are_markup_nowhere():
    chart = Chart("<b>", named("<i>", ["<u>&"]), Axis("<s>", 0, 1))
    chart.marks([0], [0.5], "dot", "one", ['"<a>'])
    svg = chart.svg()
    assert not re.search(r"<(b|i|u|s|a)>", svg)
    assert "&lt;u&gt;&amp;" in svg
