"""What can be chosen: the config's schema, architectures, and what a config will build."""

import time
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Response

from app.asking import answer_of
from app.errors import Problem, invalid
from app.jobs.devices import threads_per_worker
from app.messages import FieldError
from app.parts import Parts, WithParts
from app.responses import Json
from app.routes.checked import checked_facts
from app.routes.query import known_query
from app.shapes.choices import Architecture, Published, Sheet
from app.store.database import reading
from app.store.jobs import count_active
from ml.config import TrainConfig
from ml.inspection import inspect, inspect_reference
from ml.models.reference import REFERENCES
from ml.models.zoo import ARCHITECTURES

MEASURED_SECONDS = 60  # for so long a measurement counts as now

router = APIRouter(prefix="/api", tags=["choices"], dependencies=[Depends(known_query)])


@router.get("/config/schema", response_model=dict[str, Any], summary="The config's JSON schema")
def schema() -> Response:
    """Title, description, bounds, default and choices of every field."""
    return Json(TrainConfig.model_json_schema())


@router.get("/architectures", response_model=list[Architecture], summary="Architectures")
def architectures() -> Response:
    """Name, description, and the config fields each of them uses."""
    return Json(
        [
            {
                "name": each.name,
                "title": each.title,
                "description": each.description,
                "fields": list(each.fields),
            }
            for each in ARCHITECTURES.values()
        ]
    )


@router.post("/inspect", response_model=Sheet, summary="What a config will build")
def inspection(parts: WithParts, config: Annotated[TrainConfig, Body()]) -> Response:
    """Layer by layer: shapes, parameters, receptive fields, multiply-adds; and what a step needs.

    `dataset`: the facts of the data set as this config asks for it."""
    facts = checked_facts(parts, config)
    return Json({**inspect(config, facts).to_json(), "dataset": facts.to_json()})


@router.post("/measure", response_model=dict[str, Any], responses={409: {}}, summary="How long a step takes")
def measure(parts: WithParts, config: Annotated[TrainConfig, Body()]) -> Response:
    """A few steps on random numbers by a warm worker: 503 with Retry-After when none answers within two
    seconds. Asked again within a minute, the answer is the same. `jobs_beside`: how many jobs trained
    meanwhile, which makes the figures too slow."""
    facts = checked_facts(parts, config)
    if config.architecture == "bow_svm":
        message = "bow_svm is fitted without gradients, so there is no step to time; choose a network."
        raise invalid([FieldError("architecture", message)])
    arguments = {
        "config": config.model_copy(update={"name": None}).model_dump(mode="json"),
        "threads": threads_per_worker(parts.settings.cpu_slots),
    }
    before = _training(parts)
    depends_on = [time.time() // MEASURED_SECONDS, facts.to_json(), before]
    answer = answer_of(parts, "dry_steps", arguments, depends_on=depends_on)
    return Json({**answer, "jobs_beside": max(before, _training(parts))})


def _training(parts: Parts) -> int:
    """How many jobs train now, and slow down what is timed beside them."""
    with reading(parts.engine) as connection:
        return count_active(connection)


@router.get("/sheets", response_model=list[Published], summary="Published networks")
def sheets() -> Response:
    """Networks to look at, too large to train here: name, title, description."""
    return Json([_described(name) for name in REFERENCES])


@router.get("/sheets/{name}", response_model=Sheet, summary="The sheet of a published network")
def reference_sheet(name: str) -> Response:
    """As an inspection, with name, title and description; its steps are null."""
    if name not in REFERENCES:
        raise Problem(404, f"There is no sheet {name}; there are {', '.join(REFERENCES)}.")
    return Json({**_described(name), **inspect_reference(REFERENCES[name]).to_json()})


def _described(name: str) -> dict[str, str]:
    reference = REFERENCES[name]
    return {"name": name, "title": reference.title, "description": reference.description}
