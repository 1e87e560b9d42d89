"""Data sets: facts, and the same samples raw and as the network will see them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app.asking import answer_of
from app.errors import Problem, invalid
from app.messages import FieldError
from app.parts import Parts, WithParts
from app.responses import Json
from app.routes.query import known_query
from ml.config import FEWEST_POINTS, GENERATED_POINTS, MOST_NOISE, MOST_POINTS
from ml.datasets.facts import DatasetFacts
from ml.datasets.registry import NAMES, describe, describe_all

router = APIRouter(prefix="/api/datasets", tags=["data sets"], dependencies=[Depends(known_query)])


@router.get("", summary="All data sets")
def listing(parts: WithParts) -> Response:
    """Their facts, in the order of the config's choices."""
    return Json([facts.to_json() for facts in describe_all(parts.settings.data_dir)])


def _known(parts: Parts, name: str) -> DatasetFacts:
    if name not in NAMES:
        raise Problem(404, f"There is no data set {name}; there are {', '.join(NAMES)}.")
    return describe(name, parts.settings.data_dir)


@router.get("/{name}", summary="One data set")
def one(parts: WithParts, name: str) -> Response:
    """Its facts as it lies on this machine now."""
    return Json(_known(parts, name).to_json())


@router.get("/{name}/preview", summary="Samples, raw and as the network sees them")
def preview(
    parts: WithParts,
    name: str,
    standardize: bool = False,
    augment: bool = False,
    count: Annotated[int, Query(ge=1, le=64)] = 8,
    seed: Annotated[int, Query(ge=0, le=2**32 - 1)] = 0,
    points: Annotated[int | None, Query(ge=FEWEST_POINTS, le=MOST_POINTS)] = None,
    noise: Annotated[float | None, Query(ge=0, le=MOST_NOISE)] = None,
    roll: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> Response:
    """Computed by a warm worker: 503 with Retry-After when none answers within two seconds.

    `points` and `noise` as in a config, for generated points only. Another `roll` draws the same samples'
    augmentation anew.
    """
    facts = _known(parts, name)
    asked = {field: value for field, value in (("points", points), ("noise", noise)) if value is not None}
    if name not in GENERATED_POINTS and asked:
        message = f"{name} is not made of generated points; leave it out, or choose one of "
        raise invalid([FieldError(field, message + f"{', '.join(GENERATED_POINTS)}.") for field in asked])
    if not facts.available:
        raise Problem(409, _what_to_do(facts))
    arguments = {
        "name": name,
        "standardize": standardize,
        "augment": augment,
        "count": count,
        "seed": seed,
        "roll": roll,
        **asked,
    }
    return Json(answer_of(parts, "preview", arguments, depends_on=facts.to_json()))


def _what_to_do(facts: DatasetFacts) -> str:
    if facts.problem:
        return facts.problem
    size = "" if facts.download_bytes is None else f" ({facts.download_bytes / 1e6:.0f} MB)"
    return f"{facts.title} is not on this machine. Starting a job fetches it{size}; or fill {facts.location}."
