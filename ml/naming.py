"""What a config is called: by what differs from the defaults."""

from typing import Any

from ml.config import TrainConfig

_UNNAMED = {"name", "dataset", "architecture", "hidden_sizes", "device"}
_SWITCHES = {"standardize", "augment", "batch_norm"}
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


def label(config: TrainConfig) -> str:
    """A short name: data set, architecture, and what differs, such as `circles · mlp 16 · batch 20`."""
    network: str = config.architecture
    if network == "mlp":
        network += " " + (",".join(map(str, config.hidden_sizes)) or "linear")
    parts: list[str] = [config.dataset, network]
    for field, value in differences(config).items():
        if field in _SWITCHES:
            parts.append(field.replace("_", " "))
        elif field in ("lr_schedule", "loss", "optimizer", "precision", "activation"):
            parts.append(str(value))
        elif field not in _UNNAMED:
            shown = f"{value:g}" if isinstance(value, float) else str(value)
            parts.append(f"{_SHORT.get(field, field).replace('_', ' ')} {shown}")
    return " · ".join(parts)[:200]
