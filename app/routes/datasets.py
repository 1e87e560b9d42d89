"""Data sets: facts, and the same samples raw and as the network will see them."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from app.asking import WithPatience, answer_of
from app.errors import Problem, invalid
from app.messages import FieldError
from app.parts import Parts, WithParts
from app.responses import Json
from app.routes.query import known_query
from app.shapes.choices import Dataset
from ml.checks import augmenting
from ml.config import FEWEST_POINTS, GENERATED_POINTS, MOST_NOISE, MOST_POINTS
from ml.datasets import own
from ml.datasets.facts import DatasetFacts
from ml.datasets.registry import NAMES, describe, describe_all, names

router = APIRouter(prefix="/api/datasets", tags=["data sets"], dependencies=[Depends(known_query)])


@router.get("", response_model=list[Dataset], summary="All data sets")
def listing(parts: WithParts) -> Response:
    """Their facts: the built-in ones in the order of the config's choices, then the uploaded ones."""
    data = parts.settings.data_dir
    ready = [facts.to_json() | {"state": "ready"} for facts in describe_all(data)]
    return Json(ready + [pending_json(name, found) for name, found in own.pending(data)])


def pending_json(name: str, progress: Mapping[str, Any]) -> dict[str, Any]:
    """An upload that is no data set yet, or could not become one: its facts are its progress."""
    return {**own.unusable(name, progress["message"]).to_json(), **progress}


def _known(parts: Parts, name: str) -> DatasetFacts:
    data = parts.settings.data_dir
    if name not in names(data):
        if own.is_name(name) and (progress := own.progress(name, data)) is not None:
            raise Problem(409, f"The data set {name} is not ready: {progress['message'].rstrip('.')}.")
        raise Problem(404, f"There is no data set {name}; there are {', '.join(names(data))}.")
    return describe(name, data)


@router.get("/{name}", response_model=Dataset, summary="One data set")
def one(parts: WithParts, name: str) -> Response:
    """Its facts as it lies on this machine now; of an uploaded one its `report`, or how far it is."""
    return Json(dataset_json(parts, name))


def dataset_json(parts: Parts, name: str) -> dict[str, Any]:
    """What is known of one data set. Raises Problem: 404 for an unknown one."""
    data = parts.settings.data_dir
    if own.is_name(name) and (progress := own.progress(name, data)) is not None:
        return pending_json(name, progress)
    known = _known(parts, name).to_json() | {"state": "ready"}
    return known if name in NAMES else known | own.details(name, data)


@router.get(
    "/{name}/preview",
    response_model=dict[str, Any],
    responses={409: {}},
    summary="Samples, raw and as the network sees them",
)
def preview(
    parts: WithParts,
    seconds: WithPatience,
    name: str,
    standardize: bool = False,
    augment: bool = False,
    count: Annotated[int, Query(ge=1, le=64)] = 8,
    seed: Annotated[int, Query(ge=0, le=2**32 - 1)] = 0,
    points: Annotated[int | None, Query(ge=FEWEST_POINTS, le=MOST_POINTS)] = None,
    noise: Annotated[float | None, Query(ge=0, le=MOST_NOISE)] = None,
    roll: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> Response:
    """Computed by a warm worker: 503 with Retry-After when none answers within two seconds, or within
    those of a header `Prefer: wait=SECONDS`, 60 at most.

    `points` and `noise` as in a config, for generated points only; `augment` for pictures only.
    Another `roll` draws the same samples' augmentation anew.
    """
    facts = _known(parts, name)
    asked = {field: value for field, value in (("points", points), ("noise", noise)) if value is not None}
    if name not in GENERATED_POINTS and asked:
        message = f"{name} is not made of generated points; leave it out, or choose one of "
        raise invalid([FieldError(field, message + f"{', '.join(GENERATED_POINTS)}.") for field in asked])
    if augment and (wrong := list(augmenting(facts))):
        raise invalid([FieldError(each.field, each.message) for each in wrong])
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
    return Json(answer_of(parts, "preview", arguments, depends_on=facts.to_json(), seconds=seconds))


def _what_to_do(facts: DatasetFacts) -> str:
    if facts.problem:
        return facts.problem
    size = "" if facts.download_bytes is None else f" ({facts.download_bytes / 1e6:.0f} MB)"
    return f"{facts.title} is not on this machine. Starting a job fetches it{size}; or fill {facts.location}."
