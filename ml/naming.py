"""What a config is called: by what differs from the defaults."""

from typing import Any

from ml.config import TrainConfig
from ml.models.notation import parse

_UNNAMED = {"name", "dataset", "architecture", "hidden_sizes", "layers", "device"}
_SWITCHES = {"standardize", "augment", "batch_norm"}
_SPEAKING = {"lr_schedule", "loss", "optimizer", "precision", "activation"}  # the value says which field
_SHAPING = {"conv", "pool", "average", "residual", "fc"}  # what tells two typed networks apart
_NETWORK_CHARACTERS = 60
_SHORT = {
    "learning_rate": "lr",
    "batch_size": "batch",
    "lr_schedule": "schedule",
    "validation_fraction": "validation",
    "train_size": "samples",
    "early_stopping_patience": "patience",
    "loss_reduction": "gradient",
}


def differences(config: TrainConfig) -> dict[str, Any]:
    """The fields of `config` whose values are not the defaults, in the schema's order."""
    defaults = TrainConfig()
    return {
        field: value
        for field in TrainConfig.model_fields
        if (value := getattr(config, field)) != getattr(defaults, field)
    }


def part(field: str, value: Any) -> str:
    """One field and its value, as short as it is understood: `lr 0.5`, `adam`, `no augment`."""
    if field in _SWITCHES:
        return ("" if value else "no ") + field.replace("_", " ")
    if field in _SPEAKING:
        return str(value)
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    return f"{_SHORT.get(field, field).replace('_', ' ')} {shown}"


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
