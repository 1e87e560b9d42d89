"""A job's checkpoints: which there are, their weights, forks. Rule: the files decide, not the log alone."""

import shutil
from dataclasses import asdict
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Body, Depends, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Connection
from starlette.responses import FileResponse

from app.errors import Problem, invalid
from app.jobs.progress import Progress, Start
from app.jobs.saved import Saved, changes_of, surviving_checkpoints
from app.jobs.view import job_json
from app.messages import FieldError, in_plain_words
from app.openapi import LOCATED, file
from app.parts import Parts, WithParts
from app.responses import Json
from app.routes.checked import found_problems, known_job, refuse_without_data
from app.routes.query import known_query
from app.shapes.job import Checkpoints, Job
from app.store import jobs as job_rows
from app.store import log
from app.store.database import reading, writing
from app.store.jobs import JobRow
from ml.checkpoint_files import WEIGHTS, BadCheckpoint, Name, checkpoints_in, inherit, read_facts, size
from ml.config import FORK_FIELDS, WITHOUT_GRADIENTS, TrainConfig
from ml.datasets.registry import facts_of
from ml.plan import plan

router = APIRouter(prefix="/api/jobs", tags=["checkpoints"], dependencies=[Depends(known_query)])
LARGEST_STEP = 2**53


class Fork(BaseModel):
    """`at_step`: from the nearest checkpoint at or before it; `changes`: fields of the config."""

    model_config = ConfigDict(extra="forbid", strict=True)

    at_step: Annotated[int, Field(ge=0, le=LARGEST_STEP)] | None = None
    changes: dict[str, Any] = Field(default_factory=dict)


def checkpoints_present(parts: Parts, connection: Connection, row: JobRow) -> list[tuple[Saved, int]]:
    """The checkpoints whose files are there, oldest first, with their bytes; one a step."""
    stored = log.read(connection, row.id, 0, -1, ["checkpoint", "rewind"])
    parent = orjson.loads(row.forked_from) if row.forked_from else None
    folder = checkpoints_in(parts.settings.data_dir, row.id)
    found = {}
    for saved in surviving_checkpoints((entry.text for entry in stored), parent):
        count = size(folder, saved.name)
        if count is not None:
            found[saved.name.step] = saved, count
    return list(found.values())


@router.get("/{job_id}/checkpoints", response_model=Checkpoints, summary="A job's checkpoints")
def listing(parts: WithParts, job_id: str) -> Response:
    """Oldest first, with their sizes in bytes; a fork's first one is its parent's."""
    row = known_job(parts, job_id)
    with reading(parts.engine) as connection:
        present = checkpoints_present(parts, connection, row)
    root = f"{parts.settings.root_path}/api/jobs/{job_id}/checkpoints"
    described = [
        {
            "step": saved.name.step,
            "epoch": saved.epoch,
            "is_best": saved.is_best,
            "attempt": saved.name.attempt,
            "at": saved.at,
            "bytes": count,
            "url": f"{root}/{saved.name.step}/{WEIGHTS}",
        }
        for saved, count in present
    ]
    return Json({"checkpoints": described, "bytes": sum(count for _, count in present)})


@router.get(
    "/{job_id}/checkpoints/{step}/weights.safetensors",
    response_class=FileResponse,
    responses={200: file("application/octet-stream")},
    summary="The weights of a checkpoint",
)
def weights(parts: WithParts, job_id: str, step: int) -> Response:
    """The network's tensors under its layers' names, in the safetensors format."""
    row = known_job(parts, job_id)
    with reading(parts.engine) as connection:
        present = [
            saved for saved, _ in checkpoints_present(parts, connection, row) if saved.name.step == step
        ]
    if not present:
        listed = f"GET /api/jobs/{job_id}/checkpoints lists them."
        raise Problem(404, f"There is no checkpoint of step {step}; {listed}")
    path = checkpoints_in(parts.settings.data_dir, job_id) / str(present[0].name) / WEIGHTS
    return FileResponse(
        path, media_type="application/octet-stream", filename=f"livetrain-{job_id}-{step}.safetensors"
    )


def _forked_config(kept: dict[str, Any], changes: dict[str, Any]) -> TrainConfig:
    """The config `kept` with `changes`; 422 for what a fork cannot change."""
    fixed = [name for name in changes if name in TrainConfig.model_fields and name not in FORK_FIELDS]
    if fixed:
        message = f"a fork goes on with the weights and data it has; it can change {', '.join(FORK_FIELDS)}."
        raise invalid([FieldError(name, message) for name in fixed])
    try:
        return TrainConfig.model_validate({**kept, "name": None, **changes})
    except ValidationError as error:
        raise invalid(in_plain_words(error.errors(), FORK_FIELDS)) from None


@router.post(
    "/{job_id}/fork",
    status_code=201,
    response_model=Job,
    responses={201: LOCATED, 409: {}, 507: {}},
    summary="Fork a job from a checkpoint",
)
def fork(parts: WithParts, job_id: str, options: Annotated[Fork | None, Body()] = None) -> Response:
    """A new job that goes on from there with some fields changed; its steps go on counting."""
    options = options or Fork()
    row = known_job(parts, job_id)
    _refuse_without_checkpoints(row)
    refuse_without_data(parts, row)
    source = checkpoints_in(parts.settings.data_dir, job_id)
    with reading(parts.engine) as connection:
        present = [saved for saved, _ in checkpoints_present(parts, connection, row)]
    if options.at_step is not None:
        present = [saved for saved in present if saved.name.step <= options.at_step]
    if not present:
        before = "" if options.at_step is None else f" at or before step {options.at_step:,}"
        raise Problem(409, f"The job has no checkpoint{before} to fork from.")
    name = present[-1].name
    try:
        facts = read_facts(source, name)
    except BadCheckpoint as bad:
        raise Problem(409, f"The checkpoint of step {name.step:,} cannot be used: {bad}.") from None
    made_at_once = _changes_at(parts, row, name.step + 1)
    kept = {**facts["config"], **made_at_once, "device": orjson.loads(row.config)["device"]}
    config = _forked_config(kept, options.changes)
    least = facts["epoch"] + bool(facts["is_evaluated"])
    if config.epochs < least:
        where = "at the end of" if facts["is_evaluated"] else "in"
        message = f"the checkpoint stands {where} epoch {facts['epoch']}; choose at least {least}."
        raise invalid([FieldError("epochs", message)])
    sets_rate = "learning_rate" in options.changes or "learning_rate" in made_at_once
    return _created(parts, row, config, name, {**facts, "sets_rate": sets_rate})


def _refuse_without_checkpoints(row: JobRow) -> None:
    """409 for a job of a kind that never has one: nothing to go on from is to be expected later either."""
    architecture = orjson.loads(row.config)["architecture"]
    if architecture in WITHOUT_GRADIENTS:
        detail = (
            f"A {architecture} job is fitted in one go and keeps no checkpoints, so it cannot be forked, nor "
            "resumed from where it stood (resume begins anew). Create a new job with its config and your "
            "changes instead: “Use as recipe” on the page, POST /api/jobs, or livetrain jobs create."
        )
        raise Problem(409, detail)


def _changes_at(parts: Parts, row: JobRow, step: int) -> dict[str, Any]:
    """What was adjusted with effect from `step` on, such as while the job was paused there."""
    with reading(parts.engine) as connection:
        stored = log.read(connection, row.id, 0, -1, ["change"])
    found = changes_of(entry.text for entry in stored)
    return {change.field: change.after for change in found if change.step == step}


def _created(
    parts: Parts, parent: JobRow, config: TrainConfig, name: Name, facts: dict[str, Any]
) -> Response:
    start = Start(name.step, facts["epoch"], facts["train_seconds"])
    progress = Progress(plan(config, facts_of(config, parts.settings.data_dir)), start).to_json()
    job_id = job_rows.new_id()
    folder = checkpoints_in(parts.settings.data_dir, job_id)
    row: JobRow | None = None
    try:
        inherit(checkpoints_in(parts.settings.data_dir, parent.id), name, folder)
        with writing(parts.engine) as connection:
            refuse_without_data(parts, parent)  # it cannot be deleted meanwhile
            found = found_problems(parts, connection, config)
            if found:
                raise invalid(found)
            origin = {"job_id": parent.id, **asdict(start), "sets_rate": facts["sets_rate"]}
            job_rows.create(
                connection,
                config,
                progress,
                job_id=job_id,
                parent=origin,
                data_fingerprint=parent.data_fingerprint,
            )
            job_rows.change(connection, job_id, threads=parent.threads)  # its numbers depend on them
            row = job_rows.get(connection, job_id)
    except OSError as error:
        raise Problem(507, f"The checkpoint could not be copied: {error.strerror or error}.") from None
    finally:
        if row is None:
            shutil.rmtree(folder, ignore_errors=True)  # no job, no files
    location = f"{parts.settings.root_path}/api/jobs/{job_id}"
    assert row is not None
    return Json(job_json(row), 201, {"Location": location})
