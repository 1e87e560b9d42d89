"""Steering a job. Rule: asynchronous and idempotent: 202 with the job, no effect where it makes no sense."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Response
from pydantic import BaseModel, ConfigDict

from app.jobs.states import is_terminal
from app.jobs.view import job_json
from app.parts import WithParts
from app.responses import Json
from app.routes.checked import no_such_job
from app.routes.query import known_query
from app.store import jobs as job_rows
from app.store.database import writing
from app.store.log import append, lines
from ml.entries import Status

router = APIRouter(prefix="/api/jobs", tags=["jobs"], dependencies=[Depends(known_query)])


class NoOptions(BaseModel):
    """Stop takes no options; an empty object may be sent."""

    model_config = ConfigDict(extra="forbid")


@router.post("/{job_id}/stop", status_code=202, summary="Stop a job")
def stop(parts: WithParts, job_id: str, _options: Annotated[NoOptions | None, Body()] = None) -> Response:
    """A queued job is stopped at once; a training one within a second or a step, whichever is longer."""
    with writing(parts.engine) as connection:
        row = job_rows.get(connection, job_id)
        if row is None:
            raise no_such_job(job_id)
        if row.status == "queued":
            append(connection, job_id, row.attempt, lines(Status("stopped", reason="requested")))
        elif row.status != "stopping" and not is_terminal(row.status):
            append(connection, job_id, row.attempt, lines(Status("stopping", reason="requested")))
        row = job_rows.get(connection, job_id)
    return Json(job_json(row), 202)  # type: ignore[arg-type]
