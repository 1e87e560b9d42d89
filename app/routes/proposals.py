"""Studies before they are made: ready-made ones, and what one would take. Rule: nothing is stored here."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Response
from sqlalchemy import Connection

from app.parts import Parts, WithParts
from app.responses import Json
from app.routes.query import known_query
from app.routes.studies import NewStudy
from app.routes.study_checks import check, define
from app.shapes.study import Estimate, ReadyStudies
from app.store.database import reading
from app.studies.forecast import Forecast
from ml.datasets.registry import describe
from ml.ready_studies import READY
from ml.studies import RUNGS, Definition, count

router = APIRouter(prefix="/api/studies", tags=["studies"], dependencies=[Depends(known_query)])


def _told(parts: Parts, connection: Connection, definition: Definition) -> dict[str, Any]:
    """How many jobs it makes, how long they take together, and the data that starting it would fetch."""
    span = Forecast(connection, parts.settings.data_dir, parts.paces).whole(definition)
    names = definition.axes.get("dataset", [definition.base["dataset"]])
    facts = [describe(name, parts.settings.data_dir) for name in names]
    return {
        "job_count": count(definition),
        "estimate": span and span.to_json(),
        "missing": [each.to_json() for each in facts if not each.available],
    }


@router.post("/estimate", response_model=Estimate, summary="What a study would take")
def estimate(parts: WithParts, given: Annotated[NewStudy, Body()]) -> Response:
    """The body and the refusals of creating one. `estimate` is null as long as no job of the same data set,
    architecture, gradients, device and precision was completed here. `missing`: the facts of data sets that
    starting it would fetch."""
    definition = define(given.kind, given.base, given.axes, given.rungs, given.seeds)
    with reading(parts.engine) as connection:
        check(parts, connection, definition)
        return Json(_told(parts, connection, definition))


@router.get("/ready-made", response_model=ReadyStudies, summary="Ready-made studies")
def ready_made(parts: WithParts) -> Response:
    """Each with the body that makes it and what it would take; `problem` says why it cannot start here. And
    the rungs there are."""
    ready = []
    with reading(parts.engine) as connection:
        for study in READY:
            asked = study.definition
            axes, rungs = asked.get("axes", {}), asked.get("rungs")
            definition = define(asked["kind"], asked["base"], axes, rungs, asked["seeds"])
            facts = describe(study.base["dataset"], parts.settings.data_dir)
            ready.append(
                {
                    "id": study.id,
                    "title": study.title,
                    "question": study.question,
                    "definition": asked,
                    "problem": facts.problem,
                    **_told(parts, connection, definition),
                }
            )
    rungs = [{"name": rung.name, "title": rung.title, "on": rung.on} for rung in RUNGS.values()]
    return Json({"studies": ready, "rungs": rungs})
