"""The notation of a user's own layers: it reads what it writes, places every mistake, and never breaks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ml.config import TrainConfig
from ml.models.notation import MOST_ITEMS, WORDS, Item, NotationError, parse, written
from tests.fuzz.examples import often

CHANNELS, SIDES = st.integers(1, 4096), st.integers(1, 64)


@st.composite
def convolutions(draw) -> Item:
    window = draw(SIDES)
    padding = draw(st.integers(0, window - 1))
    return Item("conv", draw(CHANNELS), window, draw(st.integers(1, 16)), padding)


@st.composite
def poolings(draw) -> Item:
    window = draw(SIDES)
    padding = draw(st.integers(0, window // 2))
    word = draw(st.sampled_from(["pool", "average"]))
    # a window larger than the largest stride takes strides as large as itself when none is written
    stride = draw(st.one_of(st.integers(1, 16), st.just(window)))
    return Item(word, window=window, stride=stride, padding=padding, ceil=draw(st.booleans()))


ANYWHERE = st.one_of(
    st.sampled_from(["relu", "tanh", "sigmoid", "batchnorm"]).map(Item),
    st.integers(0, 999).map(lambda thousandths: Item("dropout", rate=thousandths / 1000)),
)
ON_PICTURES = st.one_of(
    convolutions(), poolings(), ANYWHERE, st.just(Item("average", window=0)),
    st.builds(lambda amount, stride: Item("residual", amount, stride=stride), CHANNELS, st.integers(1, 16)),
)  # fmt: skip
ON_VECTORS = st.one_of(ANYWHERE, st.integers(1, 16_384).map(lambda units: Item("fc", units)))
NETWORKS = st.builds(
    lambda before, flat, after: before + flat + after,
    st.lists(ON_PICTURES, min_size=1, max_size=20),
    st.sampled_from([[], [Item("flatten")]]),
    st.lists(ON_VECTORS, max_size=8),
)


@often(100)
@given(NETWORKS)
def test_what_is_written_reads_back_equal(items):
    assert parse(written(items)) == items
    for item, again in zip(items, parse(written(items)), strict=True):
        assert written(items)[again.start : again.end] == item.written()


@often(100)
@given(NETWORKS, st.randoms(use_true_random=False))
def test_spaces_line_ends_and_capitals_do_not_matter(items, random):
    other = {" ": [" ", "  ", "\t"], ",": [",", " ,\n", "\n", ";", ",\n\n  "]}
    spread = "".join(random.choice(other.get(letter, [letter])) for letter in written(items))
    assert parse(spread.upper()) == items


def mistake_in(text: str) -> NotationError | None:
    try:
        parse(text)
    except NotationError as mistake:
        return mistake
    return None


@often(100)
@given(st.text(st.sampled_from("convpolreu frat0123x×.,;\n-５é{}%"), max_size=60) | st.text(max_size=80))
def test_garbage_is_read_or_refused_with_its_place(text):
    mistake = mistake_in(text)
    if mistake is None:
        assert parse(written(parse(text))) == parse(text)
        return
    assert 0 <= mistake.start <= mistake.end <= len(text)
    assert f"“{text[mistake.start : mistake.end]}”" in str(mistake)
    assert str(mistake).startswith("line ")


def test_every_words_example_is_read():
    for word, example in WORDS.items():
        (item,) = parse(example)
        assert item.word == word


def test_what_goes_without_saying():
    conv, pool, average = parse("conv 8, pool 3, average all")
    assert (conv.window, conv.stride, conv.padding) == (3, 1, 0)
    assert (pool.window, pool.stride) == (3, 3)
    assert average.window == 0


@pytest.mark.parametrize(
    ("text", "marked", "fix"),
    [
        ("con 32", "con", "did you mean conv?"),
        ("relu, xyzzy 3", "xyzzy", "the words are conv"),
        ("conv", "conv", "number of channels is missing; write it as in conv 32"),
        ("conv many", "many", "whole number"),
        ("conv 0", "0", "from 1 to 4,096"),
        ("conv 8 5x3", "5x3", "write 5x5 or 3x3"),
        ("conv 8 5x", "5x", "a window is written as in conv 32 5x5"),
        ("conv 8 5x5 strid 2", "strid", "did you mean stride?"),
        ("conv 8 5x5 stride", "conv 8 5x5 stride", "the stride is missing"),
        ("conv 8 5x5 stride 0", "0", "from 1 to 16"),
        ("conv 8 3x3 5x5", "5x5", "window is given twice"),
        ("conv 8 3x3 pad 3", "conv 8 3x3 pad 3", "less than the window's side, here 2"),
        ("pool 2 pad 2", "pool 2 pad 2", "at most half the window's side, here 1"),
        ("conv 8 3x3 relu", "relu", "put a comma before another layer"),
        ("relu pool 2", "pool", "nothing more follows relu; put a comma"),
        ("average all stride 2", "stride", "nothing more follows average"),
        ("fc 10, conv 8", "conv 8", "needs a picture, and fc 10 before it gives a vector"),
        ("flatten, flatten", "flatten", "put it before that"),
        ("dropout 1", "1", "below 1"),
        ("dropout half", "half", "below 1"),
        ("fc -3", "-3", "whole number"),
        (" , \n", " , \n", "at least one layer"),
    ],
)  # fmt: skip
def test_a_mistake_is_placed_and_told_how_to_mend(text, marked, fix):
    with pytest.raises(NotationError) as caught:
        parse(text)
    assert text[caught.value.start : caught.value.end] == marked
    assert fix in str(caught.value)


def test_a_place_is_counted_in_lines_and_columns():
    with pytest.raises(NotationError, match=r"^line 3, column 3, “pol”: "):
        parse("conv 8 3x3,\nrelu\n  pol 2")


def test_there_are_at_most_so_many_layers():
    assert len(parse("relu," * MOST_ITEMS)) == MOST_ITEMS
    with pytest.raises(NotationError, match="at most 100 layers"):
        parse("relu," * (MOST_ITEMS + 1))


def test_the_config_refuses_a_mistake_with_its_place():
    with pytest.raises(ValidationError) as caught:
        TrainConfig(architecture="cnn", layers="conv 8 3x3,\n{rélu}")
    (error,) = caught.value.errors()
    assert (error["loc"], error["type"]) == (("layers",), "notation")
    assert (error["ctx"]["start"], error["ctx"]["end"]) == (12, 18)
    assert "“{rélu}”" in error["msg"]
