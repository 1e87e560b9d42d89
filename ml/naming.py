"""What a config is called: by what differs from the defaults. Rule: `ml/config.py` alone says what a field is
called; the page reads the same words from its schema (static/js/recipe/naming.js)."""

from collections.abc import Iterable
from typing import Any, Literal, cast, get_origin

from ml.config import TrainConfig
from ml.models.notation import parse
from ml.writing import setting

_UNNAMED = {"name", "dataset", "architecture", "hidden_sizes", "layers", "device"}
_NAMES = {"name", "dataset", "architecture", "device", "layers"}  # values that stand as they were given
_SHAPING = {"conv", "pool", "average", "residual", "fc"}  # what tells two typed networks apart
_NETWORK_CHARACTERS = 60


def _extra(field: str) -> dict[str, Any]:
    return cast(dict[str, Any], TrainConfig.model_fields[field].json_schema_extra)


def title(field: str) -> str:
    """The field's title, such as `Hidden layer sizes`."""
    return str(TrainConfig.model_fields[field].title)


def named(field: str) -> str:
    """The field as a message calls it: by its title, as the page does, and with its name where the title does
    not tell that: `Dropout`, `Augmentation (augment)`."""
    words = title(field)
    return words if words.lower().replace(" ", "_") == field else f"{words} ({field})"


def called(field: str) -> str:
    """The field in few words, as labels say it: `lr`, `weight decay`."""
    return str(_extra(field).get("short", title(field).lower()))


def titles(fields: Iterable[str]) -> str:
    """Several fields in a title: `Learning rate and momentum`."""
    first, *rest = map(title, fields)
    words = [first, *(other[0].lower() + other[1:] for other in rest)]
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def differences(config: TrainConfig) -> dict[str, Any]:
    """The fields of `config` whose values are not the defaults, in the schema's order."""
    defaults = TrainConfig()
    return {
        field: value
        for field in TrainConfig.model_fields
        if (value := getattr(config, field)) != getattr(defaults, field)
    }


def value_words(field: str, value: Any) -> str:
    """A value as people read it: `by hand`, `64, 32`, `0.00001`."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, int | float):
        return setting(value)
    return str(value) if field in _NAMES else str(value).replace("_", " ")


def part(field: str, value: Any) -> str:
    """One field and its value, as short as it is understood: `lr 0.5`, `adam`, `gradients: by hand`."""
    if value is None:
        return str(_extra(field).get("empty", f"no {called(field)}"))
    if isinstance(value, bool):
        return ("" if value else "no ") + called(field)
    if field == "hidden_sizes" and not value:
        return "no hidden layer"
    words = value_words(field, value)
    if _extra(field).get("speaks"):
        return words
    colon = ":" if get_origin(TrainConfig.model_fields[field].annotation) is Literal else ""
    return f"{called(field)}{colon} {words}"


def _layers_in_short(layers: str) -> str:
    """`conv16 pool2 fc64`: the sizes, in a line that does not grow."""
    items = [item for item in parse(layers) if item.word in _SHAPING]
    short = " ".join(f"{item.word}{item.amount or item.window or ''}" for item in items)
    return short if len(short) <= _NETWORK_CHARACTERS else short[: _NETWORK_CHARACTERS - 1] + "…"


def label(config: TrainConfig) -> str:
    """A short name: data set, architecture, and what differs, such as `circles · mlp 16 · batch 20`."""
    network: str = config.architecture
    if network == "mlp":
        network += " " + (",".join(map(str, config.hidden_sizes)) or "linear")
    elif network == "cnn":
        network += " " + _layers_in_short(config.layers)
    parts: list[str] = [config.dataset, network]
    parts += [part(field, value) for field, value in differences(config).items() if field not in _UNNAMED]
    return " · ".join(parts)[:200]
