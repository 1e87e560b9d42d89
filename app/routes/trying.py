"""Trying a trained network: on a mosaic or somebody's picture, and on shifted pictures.

Rule: a checkpoint answers, computed by a warm worker; what cannot be tried is refused before one is asked.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool

from app.asking import answer_of
from app.errors import Problem, invalid
from app.jobs.saved import Saved
from app.messages import FieldError, in_plain_words
from app.parts import Parts, WithParts
from app.responses import Json
from app.routes.checked import known_job, refuse_without_data
from app.routes.checkpoints import checkpoints_present
from app.routes.query import known_query
from app.store.database import reading
from app.store.jobs import JobRow
from ml.checkpoint_files import BadCheckpoint, checkpoints_in, read_facts
from ml.config import TrainConfig
from ml.datasets.facts import DatasetFacts
from ml.models.convolutionalize import NotConvertibleError, convolutional, map_stride
from ml.models.zoo import layers_of
from ml.plan import network_input_shape

router = APIRouter(prefix="/api/jobs/{job_id}", tags=["trying"], dependencies=[Depends(known_query)])
Which = Annotated[
    Literal["best", "last"],
    Query(alias="checkpoint", description="the best by validation (the last where none is), or the last"),
]
PICTURE_TYPES = ("image/png", "image/jpeg")


class Mosaic(BaseModel):
    """`tiles` a side, of test pictures drawn by `seed`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    tiles: Annotated[int, Field(ge=2, le=8)] = 4
    seed: Annotated[int, Field(ge=0, le=2**32 - 1)] = 0


@dataclass(frozen=True, slots=True)
class Tried:
    """The job and its checkpoint to try, the config it was trained with and the facts of its data."""

    row: JobRow
    saved: Saved
    config: TrainConfig
    facts: DatasetFacts


def _tried(parts: Parts, job_id: str, which: str) -> Tried:
    """404 without the job, 409 without a checkpoint, and 409 without the pictures that it learned from."""
    row = known_job(parts, job_id)
    described = refuse_without_data(parts, row)
    if orjson.loads(row.config)["architecture"] == "bow_svm":
        raise Problem(409, "bow_svm keeps no checkpoint; only networks can be tried.")
    with reading(parts.engine) as connection:
        present = [saved for saved, _ in checkpoints_present(parts, connection, row)]
    if not present:
        raise Problem(409, "The job has no checkpoint yet; one is saved at the end of its first epoch.")
    best = [saved for saved in present if saved.is_best]
    saved = best[-1] if best and which == "best" else present[-1]
    try:
        facts = read_facts(checkpoints_in(parts.settings.data_dir, job_id), saved.name)
    except BadCheckpoint as bad:
        raise Problem(409, f"The checkpoint of step {saved.name.step:,} cannot be used: {bad}.") from None
    config = TrainConfig.model_validate(facts["config"])
    if described.is_points:
        raise Problem(409, f"The network learned points ({described.title}); only pictures can be tried.")
    if not described.available:
        raise Problem(409, described.problem or f"The pictures of {described.title} are not on this machine.")
    return Tried(row, saved, config, described)


def _asked(parts: Parts, kind: str, tried: Tried, arguments: Mapping[str, Any]) -> Response:
    """The worker's answer, which may be a refusal."""
    saved = tried.saved
    of = {
        "job_id": tried.row.id,
        "step": saved.name.step,
        "attempt": saved.name.attempt,
        "data_fingerprint": tried.row.data_fingerprint,
    }
    depends_on = [saved.at, tried.facts.to_json()]
    answer = answer_of(parts, kind, {**of, **arguments}, depends_on=depends_on)
    if "refused" not in answer:
        return Json({**answer, "is_best": saved.is_best})
    if "field" in answer:
        raise invalid([FieldError(answer["field"], answer["refused"])])
    raise Problem(409, answer["refused"])


@router.post(
    "/class-map",
    response_model=dict[str, Any],
    responses={409: {}},
    summary="The class map of a larger picture",
    openapi_extra={
        "requestBody": {
            "content": {
                "application/json": {"schema": Mosaic.model_json_schema()},
                **{kind: {"schema": {"type": "string", "format": "binary"}} for kind in PICTURE_TYPES},
            }
        }
    },
)
async def class_map(
    request: Request,
    parts: WithParts,
    job_id: str,
    checkpoint: Which = "best",
    across: Annotated[int, Query(ge=1, le=8, description="network inputs that cover a sent picture")] = 4,
) -> Response:
    """JSON `{tiles, seed}` for a mosaic of test pictures, or a PNG or JPEG picture as the body."""
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    from ml.foreign_picture import MOST_BYTES  # loads Pillow, which only this call needs

    body = await _body(request, MOST_BYTES)
    arguments = _of_picture(body, across) if kind.startswith("image/") else _of_mosaic(body)
    return await run_in_threadpool(_class_map, parts, job_id, checkpoint, arguments)


async def _body(request: Request, most: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            detail = f"A picture may have at most {most // 2**20} MiB; send a smaller one."
            raise Problem(413, detail, [FieldError("picture", detail)])
    return bytes(body)


def _of_mosaic(body: bytes) -> dict[str, Any]:
    try:
        asked = Mosaic.model_validate(orjson.loads(body or b"{}"))
    except orjson.JSONDecodeError:
        message = f"must be JSON {{tiles, seed}}, or a picture sent as {' or '.join(PICTURE_TYPES)}."
        raise invalid([FieldError("body", message)]) from None
    except ValidationError as error:
        raise invalid(in_plain_words(error.errors(), list(Mosaic.model_fields))) from None
    return asked.model_dump()


def _of_picture(body: bytes, across: int) -> dict[str, Any]:
    from ml.foreign_picture import UnusablePictureError, look_at

    try:
        look_at(body)
    except UnusablePictureError as error:
        raise invalid([FieldError("picture", f"{error}.")]) from None
    return {"picture": base64.b64encode(body).decode("ascii"), "across": across}


def _class_map(parts: Parts, job_id: str, which: str, arguments: Mapping[str, Any]) -> Response:
    tried = _tried(parts, job_id, which)
    shape = network_input_shape(tried.config, tried.facts)
    try:
        layers = layers_of(tried.config, shape, len(tried.facts.classes))
        map_stride(convolutional(layers, shape), shape)
    except NotConvertibleError as error:
        raise Problem(409, f"The network cannot take a larger picture: {error}.") from None
    return _asked(parts, "class_map", tried, arguments)


@router.get(
    "/shift-tolerance",
    response_model=dict[str, Any],
    responses={409: {}},
    summary="Accuracy on shifted pictures",
)
def shift_tolerance(parts: WithParts, job_id: str, checkpoint: Which = "best") -> Response:
    """Of up to 1,000 test pictures moved right and down by 0 to 4 pixels."""
    return _asked(parts, "shift_tolerance", _tried(parts, job_id, checkpoint), {})
