"""Jobs: create, find, list, rename, move, delete. Rule: the routes check and answer; the store does it."""

import base64
import shutil
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Body, Depends, Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.errors import Problem, invalid
from app.jobs.progress import Progress
from app.jobs.states import TERMINAL, Status
from app.jobs.view import job_json, job_text
from app.messages import FieldError
from app.openapi import LOCATED
from app.parts import WithParts
from app.responses import Json
from app.routes.checked import checked_facts, found_problems, known_job, no_such_job
from app.routes.query import known_query
from app.shapes.job import Job, JobList
from app.store import idempotency
from app.store import jobs as job_rows
from app.store.database import reading, writing
from ml.checkpoint_files import checkpoints_in
from ml.config import TrainConfig
from ml.plan import plan

router = APIRouter(prefix="/api/jobs", tags=["jobs"], dependencies=[Depends(known_query)])

LARGEST_NUMBER = 2**63 - 1  # what the database can hold
MOST_NAMED = 500  # jobs asked for by id, as many as a page may hold
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Sort = Literal["-created_at", "created_at", "name", "-name"]


class JobChanges(BaseModel):
    """What may be changed of a job at any time; only what is given changes."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Name | None = None
    notes: Annotated[str, Field(max_length=10_000)] | None = None
    tags: Annotated[list[Annotated[str, Field(min_length=1, max_length=50)]], Field(max_length=20)] | None = (
        None
    )
    queue_position: Annotated[int, Field(ge=1)] | None = None


CREATED: dict[int | str, dict[str, Any]] = {200: {"model": Job, **LOCATED}, 201: LOCATED}


@router.post("", status_code=201, response_model=Job, responses=CREATED, summary="Create a job")
def create(
    parts: WithParts,
    config: Annotated[TrainConfig, Body()],
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None,
) -> Response:
    """Queue a training. The same `Idempotency-Key` and body again give the same job, with 200."""
    facts = checked_facts(parts, config)
    with writing(parts.engine) as connection:
        job_id, status = None, 201
        if idempotency_key is not None:
            try:
                job_id = idempotency.find(connection, idempotency_key, config)
            except idempotency.KeyTaken:
                message = "this key was used with another config; take a new key for a new job."
                raise invalid([FieldError("Idempotency-Key", message)]) from None
        if job_id is not None:
            status = 200
        else:
            if found := found_problems(parts, connection, config):  # its data set was deleted a moment ago
                raise invalid(found)
            progress = Progress(plan(config, facts)).to_json()
            job_id = job_rows.create(connection, config, progress)
            if idempotency_key is not None:
                idempotency.keep(connection, idempotency_key, config, job_id)
        row = job_rows.get(connection, job_id)
    assert row is not None
    location = f"{parts.settings.root_path}/api/jobs/{job_id}"
    return Json(job_json(row), status, {"Location": location})


def _cursor(text: str, sort: Sort) -> tuple[Any, int]:
    try:
        value, number = orjson.loads(base64.urlsafe_b64decode(text))
        kinds = (str if sort.endswith("name") else int, int)
        if (type(value), type(number)) != kinds or not 0 <= number <= LARGEST_NUMBER:
            raise TypeError
        if isinstance(value, int) and not 0 <= value <= LARGEST_NUMBER:
            raise TypeError
    except (ValueError, TypeError):
        message = "is not a cursor of this order; take next_cursor of the page before."
        raise invalid([FieldError("cursor", message)]) from None
    return value, number


@router.get("", response_model=JobList, summary="List jobs")
def listing(
    parts: WithParts,
    status: Annotated[list[Status], Query()] = [],  # noqa: B006 - FastAPI copies it
    dataset: str | None = None,
    study_id: str | None = None,
    job_id: Annotated[list[str], Query(alias="id", max_length=MOST_NAMED)] = [],  # noqa: B006
    tag: str | None = None,
    search: Annotated[str, Query(max_length=200)] = "",
    sort: Sort = "-created_at",
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: str | None = None,
) -> Response:
    """Newest first; `next_cursor` gives the next page, null at the end. `id`, which may repeat, names jobs:
    those that are no more are left out. `search`: every word of it is in the name or in a tag."""
    after = None if cursor is None else _cursor(cursor, sort)
    with reading(parts.engine) as connection:
        rows = job_rows.listed(
            connection,
            statuses=status,
            dataset=dataset,
            study_id=study_id,
            ids=job_id,
            tag=tag,
            words=search.split(),
            sort=sort,
            after=after,
            limit=limit + 1,
        )
    next_cursor = None
    if len(rows) > limit:
        last = rows[limit - 1]
        key = [last.name if sort.endswith("name") else last.number, last.number]
        next_cursor = base64.urlsafe_b64encode(orjson.dumps(key)).decode()
    jobs = [orjson.Fragment(job_text(row)) for row in rows[:limit]]
    return Json({"jobs": jobs, "next_cursor": next_cursor})


@router.get("/{job_id}", response_model=Job, summary="One job")
def one(parts: WithParts, job_id: str) -> Response:
    """The job as it is now."""
    return Json(orjson.Fragment(job_text(known_job(parts, job_id))))


@router.patch("/{job_id}", response_model=Job, summary="Rename, annotate, or move in the queue")
def change(parts: WithParts, job_id: str, changes: Annotated[JobChanges, Body()]) -> Response:
    """Only the fields that are given change; `queue_position` only of a queued job."""
    given = changes.model_dump(exclude_unset=True)
    empty = [name for name, value in given.items() if value is None]
    if empty:
        raise invalid([FieldError(name, "must not be null; leave it out to keep it.") for name in empty])
    position = given.pop("queue_position", None)
    if "tags" in given:
        given["tags"] = orjson.dumps(given["tags"]).decode()
    with writing(parts.engine) as connection:
        row = job_rows.get(connection, job_id)
        if row is None:
            raise no_such_job(job_id)
        if position is not None:
            if row.status != "queued":
                message = f"the job is {row.status}; only queued jobs have a place in the queue."
                raise invalid([FieldError("queue_position", message)])
            job_rows.move_in_queue(connection, job_id, position)
        if "name" in given:  # the config says what a person called it; original_config keeps the first one
            config = {**orjson.loads(row.config), "name": given["name"]}
            given["config"] = orjson.dumps(config).decode()
        if given:
            job_rows.change(connection, job_id, **given)
        row = job_rows.get(connection, job_id)
    assert row is not None
    return Json(job_json(row))


@router.delete("/{job_id}", status_code=204, responses={409: {}}, summary="Delete a job that has ended")
def delete(parts: WithParts, job_id: str) -> Response:
    """The job with its log and checkpoints; 409 while it waits or trains."""
    with writing(parts.engine) as connection:
        row = job_rows.get(connection, job_id)
        if row is None:
            raise no_such_job(job_id)
        if row.status not in TERMINAL:
            raise Problem(409, f"The job is {row.status}; stop it first, then delete it.")
        job_rows.remove(connection, job_id)
    shutil.rmtree(checkpoints_in(parts.settings.data_dir, job_id), ignore_errors=True)
    return Response(status_code=204)
