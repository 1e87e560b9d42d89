"""What may change while a job trains. Rule: the checks decide; nothing is said here that they do not say."""

from functools import lru_cache

from ml.checks import own_problems
from ml.config import RUNNING_FIELDS, TrainConfig

OTHERS: dict[str, tuple[float | int, float | int]] = {  # two values of each: a config has one of them at most
    "learning_rate": (0.2, 0.3),
    "weight_decay": (0.1, 0.2),
    "dropout": (0.5, 0.6),
    "epochs": (2, 3),
}
KEPT = 1024  # configs; a list asks for the same ones again and again


def adjustable(config: TrainConfig) -> list[str]:
    """The fields that may change while it trains: those of which another value is not refused."""
    found = []
    for field in RUNNING_FIELDS:
        value = next(value for value in OTHERS[field] if value != getattr(config, field))
        refused = own_problems(config.model_copy(update={field: value}))
        if all(problem.field != field for problem in refused):
            found.append(field)
    return found


@lru_cache(KEPT)
def adjustable_in(text: str) -> tuple[str, ...]:
    """The same for a config as it is stored: JSON."""
    return tuple(adjustable(TrainConfig.model_validate_json(text)))
