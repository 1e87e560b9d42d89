"""Steering a job. Rule: asynchronous and idempotent: 202 with the job, no effect where it makes no sense."""

from collections.abc import Callable
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Body, Depends, Response
from pydantic import BaseModel, ConfigDict, create_model
from sqlalchemy import Connection

from app.errors import invalid
from app.jobs import steering
from app.jobs.view import job_json
from app.messages import FieldError
from app.parts import Parts, WithParts
from app.responses import Json
from app.routes.checked import found_problems, no_such_job, refuse_without_data
from app.routes.query import known_query
from app.shapes.job import Job
from app.store import jobs as job_rows
from app.store.database import writing
from app.store.jobs import JobRow
from ml.config import RUNNING_FIELDS, TrainConfig

router = APIRouter(prefix="/api/jobs", tags=["jobs"], dependencies=[Depends(known_query)])


class NoOptions(BaseModel):
    """Takes no options; an empty object may be sent."""

    model_config = ConfigDict(extra="forbid")


class StopOptions(BaseModel):
    """`save`: whether a checkpoint is saved first."""

    model_config = ConfigDict(extra="forbid", strict=True)

    save: bool = True


def _optional(name: str) -> Any:
    field = TrainConfig.model_fields[name]
    return Annotated[(field.annotation, *field.metadata)], None


Adjustments = create_model(  # the bounds are those of the config
    "Adjustments",
    __config__=ConfigDict(extra="forbid", strict=True, allow_inf_nan=False),
    __doc__="What may change while it trains; only what is given changes.",
    **{name: _optional(name) for name in RUNNING_FIELDS},
)
Nothing = Annotated[NoOptions | None, Body()]


def _steered(parts: Parts, job_id: str, act: Callable[[Connection, JobRow], None]) -> Response:
    with writing(parts.engine) as connection:
        row = job_rows.get(connection, job_id)
        if row is None:
            raise no_such_job(job_id)
        act(connection, row)
        row = job_rows.get(connection, job_id)
    assert row is not None
    return Json(job_json(row), 202)


@router.post("/{job_id}/stop", status_code=202, response_model=Job, summary="Stop a job")
def stop(parts: WithParts, job_id: str, options: Annotated[StopOptions | None, Body()] = None) -> Response:
    """A queued job is stopped at once; a training one within a second or a step, whichever is longer.

    A checkpoint is saved first, unless `save` is false.
    """
    save = options is None or options.save
    return _steered(parts, job_id, lambda connection, row: steering.stop(connection, row, save=save))


@router.post("/{job_id}/pause", status_code=202, response_model=Job, summary="Pause a job")
def pause(parts: WithParts, job_id: str, _options: Nothing = None) -> Response:
    """It saves a checkpoint and rests; it keeps its device while no other job waits for it."""
    return _steered(parts, job_id, steering.pause)


@router.post(
    "/{job_id}/resume", status_code=202, response_model=Job, responses={409: {}}, summary="Resume a job"
)
def resume(parts: WithParts, job_id: str, _options: Nothing = None) -> Response:
    """A paused job goes on; one that was stopped, failed or interrupted does so from its last checkpoint."""

    def act(connection: Connection, row: JobRow) -> None:
        if steering.begins_anew(connection, row):
            refuse_without_data(parts, row)
        steering.resume(connection, row)

    return _steered(parts, job_id, act)


@router.post(
    "/{job_id}/step",
    status_code=202,
    response_model=Job,
    responses={409: {}},
    summary="One step of a paused job",
)
def step(parts: WithParts, job_id: str, _options: Nothing = None) -> Response:
    """One update, then the job is at rest again."""

    def act(connection: Connection, row: JobRow) -> None:
        if row.status == "paused" and steering.begins_anew(connection, row):
            refuse_without_data(parts, row)
        steering.step(connection, row)

    return _steered(parts, job_id, act)


@router.post("/{job_id}/adjust", status_code=202, response_model=Job, summary="Change a running job")
def adjust(parts: WithParts, job_id: str, adjustments: Annotated[Adjustments, Body()]) -> Response:
    """From the next step on; the schedule multiplies on from a new learning rate. Recorded as `change`."""
    changes = adjustments.model_dump(exclude_unset=True)
    empty = [name for name, value in changes.items() if value is None]
    if empty:
        raise invalid([FieldError(name, "must not be null; leave it out to keep it.") for name in empty])
    if not changes:
        raise invalid([FieldError("body", f"names nothing to change; give {', '.join(RUNNING_FIELDS)}.")])

    def act(connection: Connection, row: JobRow) -> None:
        config = TrainConfig.model_validate({**orjson.loads(row.config), **changes})
        found = [one for one in found_problems(parts, connection, config) if one.field in changes]
        if found:
            raise invalid(found)
        steering.adjust(connection, row, changes)

    return _steered(parts, job_id, act)
