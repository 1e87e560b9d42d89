"""Whether a field has an effect beside the others, by the schema. Rule: the page asks alike (`schema.js`)."""

from collections.abc import Iterator
from typing import Any, cast

from ml.config import TrainConfig

_CONDITIONS = {
    "datasets": "dataset",
    "architectures": "architecture",
    "optimizer": "optimizer",
    "lr_schedule": "lr_schedule",
}


def hindrances(field: str, config: TrainConfig) -> Iterator[tuple[str, str]]:
    """Why `field` changes nothing in `config`: the field that decides, and its values with which it would.

    Nothing where it has an effect."""
    extra = cast(dict[str, Any], TrainConfig.model_fields[field].json_schema_extra)
    for key, other in _CONDITIONS.items():
        if key in extra and getattr(config, other) not in extra[key]:
            yield other, " or ".join(extra[key])
    if config.architecture in extra.get("not_architectures", ()):
        yield "architecture", "one that is trained by gradients"
