"""A study's definition, checked before anything is stored. Rule: a refusal names axis, value and fix."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection

from app.errors import Problem, invalid
from app.messages import FieldError, in_plain_words
from app.parts import Parts
from app.routes.checked import found_problems
from ml.applying import hindrances
from ml.config import TrainConfig
from ml.naming import title
from ml.studies import MOST_JOBS, RUNGS, UNSWEPT, Definition, Kind, Point, config_of, count, ordered, points
from ml.writing import setting

FIELDS = list(TrainConfig.model_fields)
SHOWN_CHARACTERS = 40
Seeds = int | list[int]


def seeds_of(given: Seeds) -> list[int]:
    """A number k is short for the seeds 0 … k - 1."""
    if given == []:
        raise invalid([FieldError("seeds", "is empty; say how many, or which.")])
    return list(range(given)) if isinstance(given, int) else list(dict.fromkeys(given))


def shown(value: Any) -> str:
    """A value as a message quotes it: as JSON."""
    if isinstance(value, float):
        return setting(value)
    text = json.dumps(value)  # takes whole numbers of any length and text that is no Unicode
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"


def define(
    kind: Kind, base: dict[str, Any], axes: dict[str, list[Any]], rungs: list[str] | None, seeds: Seeds
) -> Definition:
    """The definition, values in the config's own types. 422 for each field, axis and value that is wrong."""
    fields = _base(base)
    if kind == "ladder":
        if axes:
            raise invalid([FieldError("axes", "a ladder has rungs; leave axes out, or make a sweep.")])
        return Definition(kind, fields, {}, _rungs(rungs), seeds_of(seeds))
    if rungs is not None:
        raise invalid([FieldError("rungs", "a sweep has axes; leave rungs out, or make a ladder.")])
    if not axes:
        raise invalid(
            [FieldError("axes", 'is empty; name fields and values: {"learning_rate": [0.01, 0.1]}.')]
        )
    checked = {field: ordered(_values(fields, field, values)) for field, values in axes.items()}
    return Definition(kind, fields, checked, [], seeds_of(seeds))


def _base(base: dict[str, Any]) -> dict[str, Any]:
    try:
        config = TrainConfig.model_validate(base)
    except ValidationError as error:
        wrong = in_plain_words(error.errors(), FIELDS)
        raise invalid([FieldError(f"base.{each.field}", each.message) for each in wrong]) from None
    for field, fix in (("seed", "say which seeds in seeds: [7]"), ("name", "name the study itself")):
        if field in base:
            raise invalid([FieldError(f"base.{field}", f"is no part of a study's base; {fix}.")])
    return config.model_dump(mode="json", exclude=set(UNSWEPT))


def _rungs(rungs: list[str] | None) -> list[str]:
    unknown = [name for name in rungs or () if name not in RUNGS]
    if unknown or rungs == []:
        wrong = f"there is no rung {unknown[0]}" if unknown else "is empty"
        raise invalid([FieldError("rungs", f"{wrong}; there are {', '.join(RUNGS)}.")])
    return [name for name in RUNGS if rungs is None or name in rungs]


def _values(base: dict[str, Any], field: str, values: list[Any]) -> list[Any]:
    name = f"axes.{field}"
    if field in UNSWEPT:
        hint = "repeat the study by its seeds" if field == "seed" else "the study names its jobs"
        raise invalid([FieldError(name, f"cannot be an axis; {hint}.")])
    if field not in FIELDS:
        near = get_close_matches(field, FIELDS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"the fields are {', '.join(FIELDS)}."
        message = f"there is no field of this name; {hint}"
        raise invalid([FieldError(name, message)])
    if not values:
        raise invalid([FieldError(name, f"{title(field)} needs at least one value.")])
    found: list[Any] = []
    for value in values:
        try:
            config = TrainConfig.model_validate({**base, field: value})
        except ValidationError as error:
            wrong = in_plain_words(error.errors(), FIELDS)
            raise invalid(
                [FieldError(name, f"{title(field)}, value {shown(value)}: {each.message}") for each in wrong]
            ) from None
        made = config.model_dump(mode="json")[field]
        if any(made == other and type(made) is type(other) for other in found):
            raise invalid(
                [FieldError(name, f"{title(field)}: the value {shown(value)} is there twice; give it once.")]
            )
        found.append(made)
    return found


def check(parts: Parts, connection: Connection, definition: Definition) -> None:
    """422 when a job of it could not be trained here, or when there would be too many."""
    amount = count(definition)
    if amount > MOST_JOBS:
        what = "seeds" if definition.kind == "ladder" else "axes"
        message = f"that makes {amount:,} jobs; a study may have {MOST_JOBS}: take fewer values or seeds."
        raise invalid([FieldError(what, message)])
    if "momentum" in definition.rungs and definition.base["optimizer"] != "sgd":
        fix = "set Optimizer (base.optimizer) to sgd or leave the rung out."
        message = f"the rung Momentum is about plain SGD; {fix}"
        raise invalid([FieldError("rungs", message)])
    common = found_problems(parts, connection, _alone(definition))
    wrong: list[FieldError] = []
    of_rungs: set[FieldError] = set()  # those above a rung share what is wrong with it
    for point in points(definition):
        problems = found_problems(parts, connection, config_of(definition, point, definition.seeds[0]))
        wrong += [_placed(point, problem, common) for problem in problems if problem not in of_rungs]
        if point.rung is not None:
            of_rungs.update(problems)
    wrong += _without_effect(definition)
    if wrong:
        raise invalid(list(dict.fromkeys(wrong)))


def _without_effect(definition: Definition) -> Iterator[FieldError]:
    """Axes that would train the same job several times."""
    configs = [config_of(definition, point, definition.seeds[0]) for point in points(definition)]
    for field in definition.axes:
        found = [list(hindrances(field, config)) for config in configs]
        if all(found):
            other, values = found[0][0]
            message = (
                f"has no effect with this {title(other).lower()}: it takes {values}. Vary another field."
            )
            yield FieldError(f"axes.{field}", f"{title(field)} {message}")


def _alone(definition: Definition) -> TrainConfig:
    return TrainConfig.model_validate(definition.base)


def _placed(point: Point, problem: FieldError, common: Sequence[FieldError]) -> FieldError:
    """Where the fault lies: in the base alone, in one axis, or in what comes together."""
    if problem in common and problem.field not in point.changes:
        return FieldError(f"base.{problem.field}", problem.message)
    if point.rung is not None:
        about = "" if problem.field in point.changes else f"{title(problem.field)}: "
        where = f"{point.label} ({point.rung})"
        message = f"{where}: {about}{problem.message} Or leave out this rung and those above it."
        return FieldError("rungs", message)
    values = ", ".join(f"{title(field)} {shown(value)}" for field, value in point.changes.items())
    if problem.field in point.changes or len(point.changes) == 1:
        field = problem.field if problem.field in point.changes else next(iter(point.changes))
        about = "" if field == problem.field else f"{title(problem.field)}: "
        return FieldError(
            f"axes.{field}", f"{title(field)}, value {shown(point.changes[field])}: {about}{problem.message}"
        )
    return FieldError("axes", f"with {values}: {title(problem.field)}: {problem.message}")


@contextmanager
def named_as_values() -> Iterator[None]:
    """What is wrong with an axis is wrong with the `values` of an extension."""
    try:
        yield
    except Problem as problem:
        if not problem.errors:
            raise
        named = [replace(error, field=re.sub(r"^axes\b", "values", error.field)) for error in problem.errors]
        raise invalid(named) from None
