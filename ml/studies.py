"""Studies: jobs that answer one question. A definition becomes a list of configs, always the same ones.

`ladder`: the practical's regularization steps (part C), each judged against the one it stands on.
`sweep`: every combination of some fields' values. Rule: only the definition decides; no torch, no store.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any, Literal

from ml.config import TrainConfig
from ml.naming import part

Kind = Literal["ladder", "sweep"]
MOST_JOBS = 200  # of a study: as many as a page lists
UNSWEPT = ("name", "seed")  # a study names its jobs, and repeats them by `seeds`


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the ladder: what it changes of the rung it stands `on`."""

    name: str
    title: str
    on: str | None
    changes: Mapping[str, Any]


_PLAIN = {
    "standardize": False,
    "augment": False,
    "lr_schedule": "constant",
    "dropout": 0.0,
    "batch_norm": False,
    "momentum": 0.0,
}
RUNGS: Mapping[str, Rung] = {
    rung.name: rung
    for rung in (
        Rung("baseline", "Baseline", None, _PLAIN),
        Rung("standardization", "Standardization", "baseline", {"standardize": True}),
        Rung("augmentation", "Augmentation", "standardization", {"augment": True}),
        Rung("schedule", "Learning-rate schedule", "augmentation", {"lr_schedule": "exponential"}),
        Rung("dropout_0.25", "Dropout 0.25", "schedule", {"dropout": 0.25}),
        Rung("dropout_0.5", "Dropout 0.5", "schedule", {"dropout": 0.5}),
        Rung("dropout_0.75", "Dropout 0.75", "schedule", {"dropout": 0.75}),
        Rung("momentum", "Momentum 0.9", "schedule", {"momentum": 0.9}),
        Rung("batch_norm", "Batch normalization", "schedule", {"batch_norm": True}),
    )
}
"""The rungs below the schedule are kept by those above; what stands on the schedule are siblings."""


@dataclass(frozen=True, slots=True)
class Definition:
    """What a study asks: fields common to its jobs, what varies, and the seeds that repeat it.

    The seed of the split stays the base's, so that every job is judged on the same samples.
    """

    kind: Kind
    base: dict[str, Any]
    axes: dict[str, list[Any]]  # of a sweep: values by field
    rungs: list[str]  # of a ladder
    seeds: list[int]

    def to_json(self) -> dict[str, Any]:
        """What the store keeps."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to try: a rung, or a combination of values; trained once a seed."""

    label: str
    changes: dict[str, Any]
    rung: str | None = None


def _height(value: Any) -> tuple[bool, float]:
    """Numbers by size, single hidden sizes by theirs; what has no size comes after them, as it was given."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return (False, float(value)) if is_number else (True, 0.0)


def ordered(values: Iterable[Any]) -> list[Any]:
    """The values of an axis as tables and plots show them: ascending where they are numbers."""
    return sorted(values, key=_height)


def changes_of(rung: str) -> dict[str, Any]:
    """Everything that `rung` sets, with what it stands on."""
    found = RUNGS[rung]
    below = changes_of(found.on) if found.on else {}
    return {**below, **found.changes}


def points(definition: Definition) -> list[Point]:
    """What the study tries, in the order of its table."""
    if definition.kind == "ladder":
        chosen = [rung for rung in RUNGS.values() if rung.name in definition.rungs]
        return [Point(rung.title, changes_of(rung.name), rung.name) for rung in chosen]
    fields = list(definition.axes)
    found = []
    for values in product(*(definition.axes[field] for field in fields)):
        changes = dict(zip(fields, values, strict=True))
        found.append(Point(" · ".join(part(field, value) for field, value in changes.items()), changes))
    return found


def count(definition: Definition) -> int:
    """How many jobs that makes."""
    combinations = len(definition.rungs) if definition.kind == "ladder" else 1
    for values in definition.axes.values():
        combinations *= len(values)
    return combinations * len(definition.seeds)


def config_of(definition: Definition, point: Point, seed: int, name: str | None = None) -> TrainConfig:
    """The config of one job. Raises pydantic's ValidationError when it cannot be."""
    fields = {**definition.base, **point.changes, "seed": seed}
    label = None if name is None else f"{name} · {point.label} · seed {seed}"[:200]
    return TrainConfig.model_validate({**fields, "name": label})


def configs(definition: Definition, name: str | None = None) -> Iterator[tuple[Point, TrainConfig]]:
    """Every job of the study, seed by seed, so that early results can be compared already."""
    tried = points(definition)
    for seed in definition.seeds:
        for point in tried:
            yield point, config_of(definition, point, seed, name)


def identity(config: TrainConfig) -> str:
    """What makes a job the same as another one of its study: everything but its name."""
    return config.model_copy(update={"name": None}).model_dump_json()
