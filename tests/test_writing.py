"""Numbers and fields in words: the page writes the same (tests/js/written.test.mjs reads the same table)."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml import naming, writing
from ml.config import TrainConfig
from ml.diagnose import signs

TABLE = json.loads((Path(__file__).parent / "data" / "written.json").read_text())
NAMES = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


@pytest.mark.parametrize("kind", ["number", "setting", "percent", "took"])
def test_numbers_are_written_as_the_table_says(kind):
    write = getattr(writing, kind)
    for value, words in TABLE[kind]:
        given_value = NAMES.get(value, value) if isinstance(value, str) else value
        assert write(given_value).replace(writing.THIN, " ") == words, value


@given(st.floats(-1e300, 1e300))
def test_a_number_keeps_three_digits_and_a_setting_all_of_them(value):
    assert float(writing.setting(value)) == value
    read = float(writing.number(value).replace(",", ""))
    assert math.isclose(read, value, rel_tol=0.00501) or abs(read - value) < 1e-300


def test_fields_are_called_as_the_table_says():
    for field, value, words in TABLE["part"]:
        assert naming.part(field, value) == words
    assert {field for field, _, _ in TABLE["part"]} <= set(TrainConfig.model_fields)


def test_a_diagnosis_writes_its_numbers_as_its_card_does():
    found = signs.exploded(TrainConfig(), 20, 1200, math.inf, 0.0000123456, 0.00001, math.log(2))
    assert "from 0.0000123 to ∞ at step 1,200" in found.message
    assert "learning rate 0.00001 overshoot" in found.message
    assert "e-0" not in found.message


def test_titles_are_the_configs_own():
    assert naming.titles(["hidden_sizes"]) == "Hidden layer sizes"
    assert naming.titles(["learning_rate", "momentum"]) == "Learning rate and momentum"
    assert naming.titles(["words", "epochs", "seed"]) == "Visual words, epochs and seed"


def test_no_label_says_a_fields_raw_name():
    named = [field for field in TrainConfig.model_fields if "_" in field]
    config = TrainConfig(gradients="by_hand", loss="mse", loss_reduction="sum", weight_decay=0.00001)
    label = naming.label(config)
    assert label == "circles · mlp 4 · gradients: by hand · mse · gradient: sum · weight decay 0.00001"
    for field in named:
        default = TrainConfig.model_fields[field].default
        for value in (default, None):
            assert field not in naming.part(field, value), field
