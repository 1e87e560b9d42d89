"""Studies: defined, steered and judged together. Rule: only the definition is stored."""

import hashlib
import shutil
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Body, Depends, Header, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import Connection
from starlette.convertors import StringConvertor, register_url_convertor

from app.errors import Problem, invalid
from app.jobs import steering
from app.jobs.progress import Progress
from app.jobs.states import RESUMABLE, is_terminal
from app.messages import FieldError
from app.openapi import LOCATED
from app.parts import Parts, WithParts
from app.responses import Json
from app.routes.checked import known_study, refuse_without_any_data
from app.routes.control import Nothing
from app.routes.query import known_query
from app.routes.study_checks import check, define, named_as_values, seeds_of
from app.shapes.study import Study, StudyList, StudyWithIds
from app.store import jobs as job_rows
from app.store import studies
from app.store.database import reading, writing
from app.store.jobs import JobRow
from app.store.studies import StudyRow
from app.studies.forecast import Forecast
from app.studies.view import definition_of, full, identity_of, summary, tally
from ml.checkpoint_files import checkpoints_in
from ml.datasets.registry import facts_of
from ml.naming import titles
from ml.plan import plan
from ml.studies import Definition, Kind, configs, identity


class _StudyId(StringConvertor):
    """An id; a fixed address beside the ids is none, whatever the method."""

    regex = r"(?!(?:ready-made|estimate)(?:/|$))[^/]+"


register_url_convertor("study", _StudyId())
router = APIRouter(prefix="/api/studies", tags=["studies"], dependencies=[Depends(known_query)])

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Seed = Annotated[int, Field(ge=0, le=2**32 - 1)]
Seeds = Annotated[int, Field(ge=1, le=100)] | Annotated[list[Seed], Field(max_length=100)]


class NewStudy(BaseModel):
    """`base`: fields of the config common to all jobs; `axes`: values by field; `rungs`: all when absent.

    `seeds`: how many, counted from 0, or which.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    kind: Kind
    name: Name | None = None
    base: dict[str, Any] = Field(default_factory=dict)
    axes: dict[str, list[Any]] = Field(default_factory=dict)
    rungs: list[str] | None = None
    seeds: Seeds = 1


class Extension(BaseModel):
    """What is added: further seeds (a number counts them from 0), values of the axes, rungs."""

    model_config = ConfigDict(extra="forbid", strict=True)

    seeds: Seeds | None = None
    values: dict[str, list[Any]] = Field(default_factory=dict)
    rungs: list[str] | None = None


def _make_jobs(parts: Parts, connection: Connection, study: StudyRow, definition: Definition) -> None:
    """Queue every job of the definition that is not there yet."""
    there = {identity_of(row) for row in studies.jobs_of(connection, study.id)}
    for _, config in configs(definition, study.name):
        if identity(config) not in there:
            progress = Progress(plan(config, facts_of(config, parts.settings.data_dir))).to_json()
            job_rows.create(connection, config, progress, study_id=study.id)


def _summary(connection: Connection, study_id: str) -> dict[str, Any]:
    rows = studies.jobs_of(connection, study_id)
    return {**summary(known_study(connection, study_id), tally(rows)), "job_ids": [row.id for row in rows]}


def _default_name(definition: Definition) -> str:
    if definition.kind == "ladder":
        return f"Ladder on {definition.base['dataset']}"
    if "dataset" in definition.axes:
        return titles(definition.axes)[:100]
    return f"{titles(definition.axes)} on {definition.base['dataset']}"[:100]


CREATED: dict[int | str, dict[str, Any]] = {200: {"model": StudyWithIds, **LOCATED}, 201: LOCATED}


@router.post("", status_code=201, response_model=StudyWithIds, responses=CREATED, summary="Create a study")
def create(
    parts: WithParts,
    given: Annotated[NewStudy, Body()],
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None,
) -> Response:
    """Queues all its jobs at once, seed by seed. The same `Idempotency-Key` and body again give the same
    study, with 200."""
    definition = define(given.kind, given.base, given.axes, given.rungs, given.seeds)
    sent = orjson.dumps([given.name, definition.to_json()], option=orjson.OPT_SORT_KEYS)
    body_hash = hashlib.sha256(sent).hexdigest()
    status = 201
    with writing(parts.engine) as connection:
        known = studies.find(connection, idempotency_key) if idempotency_key else None
        if known is not None:
            if known.body_hash != body_hash:
                message = "this key was used with another study; take a new key for a new study."
                raise invalid([FieldError("Idempotency-Key", message)])
            study_id, status = known.id, 200
        else:
            check(parts, connection, definition)
            study_id = job_rows.new_id()
            key = (idempotency_key, body_hash) if idempotency_key else None
            name = given.name or _default_name(definition)
            studies.create(connection, study_id, name, definition.to_json(), key)
            _make_jobs(parts, connection, known_study(connection, study_id), definition)
        body = _summary(connection, study_id)
    return Json(body, status, {"Location": f"{parts.settings.root_path}/api/studies/{study_id}"})


@router.get("", response_model=StudyList, summary="List studies")
def listing(parts: WithParts) -> Response:
    """Newest first, with how many of their jobs have which status."""
    with reading(parts.engine) as connection:
        statuses = studies.statuses(connection)
        rows = studies.newest_first(connection)
    return Json({"studies": [summary(row, statuses.get(row.id, {})) for row in rows]})


@router.get("/{study_id:study}", response_model=Study, summary="One study")
def one(parts: WithParts, study_id: str) -> Response:
    """Its definition, its jobs, how long they will take still, and the table derived from their logs."""
    with reading(parts.engine) as connection:
        row = known_study(connection, study_id)
        jobs = studies.jobs_of(connection, study_id)
        body = full(connection, row, jobs, parts.outcomes)
        left = Forecast(connection, parts.settings.data_dir, parts.paces, jobs).left(jobs)
    return Json({**body, "left": left and left.to_json()})


def _steered(parts: Parts, study_id: str, act: Callable[[Connection, Sequence[JobRow]], None]) -> Response:
    with writing(parts.engine) as connection:
        known_study(connection, study_id)
        act(connection, studies.jobs_of(connection, study_id))
        body = _summary(connection, study_id)
    return Json(body, 202)


@router.post("/{study_id}/stop", status_code=202, response_model=StudyWithIds, summary="Stop a study")
def stop(parts: WithParts, study_id: str, _options: Nothing = None) -> Response:
    """What waits is stopped at once, what trains saves a checkpoint first; `resume` goes on."""

    def act(connection: Connection, rows: Sequence[JobRow]) -> None:
        for row in rows:
            steering.stop(connection, row, save=True)

    return _steered(parts, study_id, act)


@router.post(
    "/{study_id}/resume",
    status_code=202,
    response_model=StudyWithIds,
    responses={409: {}},
    summary="Resume a study",
)
def resume(parts: WithParts, study_id: str, _options: Nothing = None) -> Response:
    """Every job that has not reached its end goes on, in the study's order; one that diverged does not."""

    def act(connection: Connection, rows: Sequence[JobRow]) -> None:
        resumable = [row for row in rows if row.status in RESUMABLE and row.reason != "diverged"]
        refuse_without_any_data(parts, resumable)
        for row in resumable:
            steering.resume(connection, row)

    return _steered(parts, study_id, act)


@router.post(
    "/{study_id}/extend",
    status_code=202,
    response_model=StudyWithIds,
    responses={409: {}},
    summary="Extend a study",
)
def extend(parts: WithParts, study_id: str, given: Annotated[Extension, Body()]) -> Response:
    """Adds seeds, values or rungs and queues every job that is not there yet, deleted ones included."""
    with writing(parts.engine) as connection:
        row = known_study(connection, study_id)
        jobs = studies.jobs_of(connection, study_id)
        begun = [job for job in jobs if job.data_fingerprint is not None]
        refuse_without_any_data(parts, begun)  # figures of other data do not belong into one table
        with named_as_values():
            definition = _extended(definition_of(row), given)
            check(parts, connection, definition)
        studies.redefine(connection, study_id, definition.to_json())
        _make_jobs(parts, connection, row, definition)
        body = _summary(connection, study_id)
    return Json(body, 202)


def _extended(now: Definition, given: Extension) -> Definition:
    unknown = [field for field in given.values if field not in now.axes]
    if unknown:
        there_are = f"its axes are {', '.join(now.axes)}" if now.axes else "a ladder has rungs"
        message = f"is no axis of this study; {there_are}. Make a new study for another question."
        raise invalid([FieldError(f"values.{field}", message) for field in unknown])
    axes = dict(now.axes)
    for field, values in given.values.items():
        axes[field] = axes[field] + [value for value in values if value not in axes[field]]
    seeds = [*now.seeds, *seeds_of(given.seeds)] if given.seeds is not None else now.seeds
    rungs = None if now.kind == "sweep" and given.rungs is None else [*now.rungs, *(given.rungs or ())]
    return define(now.kind, now.base, axes, rungs, seeds)


@router.delete("/{study_id:study}", status_code=204, responses={409: {}}, summary="Delete a study")
def delete(parts: WithParts, study_id: str, with_jobs: bool = False) -> Response:
    """Its jobs stay as jobs of their own; `with_jobs=true` deletes them too, once all of them have ended."""
    with writing(parts.engine) as connection:
        known_study(connection, study_id)
        rows = studies.jobs_of(connection, study_id) if with_jobs else []
        if not all(is_terminal(row.status) for row in rows):
            raise Problem(409, "Some of its jobs wait or train; stop the study first, then delete it.")
        for row in rows:
            job_rows.remove(connection, row.id)
        studies.remove(connection, study_id)
    for row in rows:
        shutil.rmtree(checkpoints_in(parts.settings.data_dir, row.id), ignore_errors=True)
    return Response(status_code=204)
