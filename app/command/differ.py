"""What listed jobs are called: by what sets them apart. Rule: what all of them share is not said."""

from collections.abc import Sequence
from typing import Any

from ml.config import TrainConfig
from ml.naming import part

BASELINE = "baseline"  # nothing but defaults, where others have something else
_PLAIN = ("dataset", "architecture")  # their values speak for themselves


def _part(field: str, value: Any) -> str:
    if field in _PLAIN:
        return str(value)
    if field == "hidden_sizes":
        return "mlp " + (",".join(map(str, value)) or "linear")
    return part(field, value)


def names(jobs: Sequence[dict[str, Any]]) -> list[str]:
    """A name for each of `jobs`: the one a person gave, then the fields that differ and are no defaults."""
    if len(jobs) == 1:
        return [str(jobs[0]["name"])]
    defaults = TrainConfig().model_dump()
    configs = [job["config"] for job in jobs]
    fields = [name for name in TrainConfig.model_fields if name != "name"]
    differing = [name for name in fields if any(c.get(name) != configs[0].get(name) for c in configs)]
    called = []
    for config in configs:
        parts = [config["name"]] if config.get("name") else []
        for field in differing:
            value = config.get(field)
            if field == "hidden_sizes" and config["architecture"] != "mlp":
                continue
            if field == "architecture" and config["architecture"] == "mlp" and "hidden_sizes" in differing:
                continue  # the sizes say it
            if field in _PLAIN or field == "hidden_sizes" or value != defaults[field]:
                parts.append(_part(field, value))
        called.append(" · ".join(parts) or BASELINE)
    return called
