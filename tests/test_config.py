"""The config: defaults, bounds, refusals, and the schema that everything else is rendered from."""

import pytest
from pydantic import ValidationError

from ml.config import TrainConfig
from ml.naming import differences, label


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("epochs", 0),
        ("epochs", "10"),
        ("epochs", 1.5),
        ("batch_size", 0),
        ("batch_size", "half"),
        ("learning_rate", 0),
        ("learning_rate", float("nan")),
        ("momentum", 1.0),
        ("dropout", 1.0),
        ("dropout", -0.1),
        ("validation_fraction", 0.6),
        ("hidden_sizes", [0]),
        ("hidden_sizes", "16"),
        ("standardize", 1),
        ("device", "gpu"),
        ("dataset", "Image Net"),
        ("gradients", "by_magic"),
        ("no_such_field", 1),
        ("seed", -1),
        ("points", 9),
        ("points", 20_001),
        ("points", None),
        ("noise", -0.1),
        ("noise", 2.5),
    ],
)
def test_config_refuses_what_cannot_be(field: str, value: object):
    with pytest.raises(ValidationError) as caught:
        TrainConfig.model_validate({field: value})
    assert {problem["loc"][0] for problem in caught.value.errors()} == {field}


def test_config_defaults_are_the_contracts():
    config = TrainConfig()
    assert (config.dataset, config.architecture, config.hidden_sizes) == ("circles", "mlp", [4])
    assert (config.learning_rate, config.batch_size, config.epochs) == (0.1, 128, 10)
    assert (config.validation_fraction, config.lr_gamma, config.split_seed) == (0.1, 0.95, 0)


def test_schema_describes_every_field_with_default_and_group():
    properties = TrainConfig.model_json_schema()["properties"]
    assert set(properties) == set(TrainConfig.model_fields)
    for name, schema in properties.items():
        assert {"title", "description", "default", "group"} <= set(schema), name


def test_config_takes_whole_numbers_for_real_ones_and_full_batches():
    config = TrainConfig.model_validate({"learning_rate": 1, "batch_size": "full"})
    assert (config.learning_rate, config.batch_size) == (1, "full")


def test_label_says_what_differs():
    config = TrainConfig(hidden_sizes=[16], standardize=True, learning_rate=0.5)
    assert label(config) == "circles · mlp 16 · standardize · lr 0.5"
    assert differences(config) == {"hidden_sizes": [16], "standardize": True, "learning_rate": 0.5}
    assert label(TrainConfig()) == "circles · mlp 4"
