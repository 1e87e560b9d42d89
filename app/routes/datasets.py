"""Data sets: facts, and the same samples raw and as the network will see them."""

import time
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Response

from app.errors import Problem
from app.parts import Parts, WithParts
from app.responses import Json
from app.routes.query import known_query
from app.store import requests
from app.store.database import Watch, reading, writing
from ml.datasets.facts import DatasetFacts
from ml.datasets.registry import NAMES, describe, describe_all

router = APIRouter(prefix="/api/datasets", tags=["data sets"], dependencies=[Depends(known_query)])

ANSWER_SECONDS = 2.0
POLL_SECONDS = 0.01
KEPT_PREVIEWS = 64


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
) -> Response:
    """Computed by a warm worker: 503 with Retry-After when none answers within two seconds."""
    facts = _known(parts, name)
    if not facts.available:
        raise Problem(409, _what_to_do(facts))
    arguments = {
        "name": name,
        "standardize": standardize,
        "augment": augment,
        "count": count,
        "seed": seed,
    }
    key = requests.key_of("preview", [arguments, facts.to_json()])
    if key not in parts.previews:
        parts.previews[key] = _asked(parts, arguments)
        while len(parts.previews) > KEPT_PREVIEWS:
            del parts.previews[next(iter(parts.previews))]
    return Json(parts.previews[key])


def _what_to_do(facts: DatasetFacts) -> str:
    if facts.problem:
        return facts.problem
    size = "" if facts.download_bytes is None else f" ({facts.download_bytes / 1e6:.0f} MB)"
    return f"{facts.title} is not on this machine. Starting a job fetches it{size}; or fill {facts.location}."


def _asked(parts: Parts, arguments: dict[str, Any]) -> dict[str, Any]:
    with writing(parts.engine) as connection:
        key = requests.ask(connection, "preview", arguments)
    watch = Watch(parts.engine)
    deadline = time.monotonic() + ANSWER_SECONDS
    try:
        while time.monotonic() < deadline:
            if watch.changed():
                with reading(parts.engine) as connection:
                    found = requests.find_answer(connection, key)
                if found is not None:
                    return _given(parts, key, found)
            time.sleep(POLL_SECONDS)
    finally:
        watch.close()
    detail = "No worker has answered yet: they are warming up, busy, or reading the data set. Ask again."
    raise Problem(503, detail, headers={"Retry-After": "1"})


def _given(parts: Parts, key: str, found: requests.Answer) -> dict[str, Any]:
    if found.error is not None:
        with writing(parts.engine) as connection:
            requests.forget(connection, key)  # so that it can be asked again
        raise Problem(409, found.error)
    answer: dict[str, Any] = orjson.loads(found.answer or "{}")
    return answer
