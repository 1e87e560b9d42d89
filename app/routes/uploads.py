"""Own data: upload a zip of class folders, delete what was uploaded. Rule: a data set in use stays."""

import shutil
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import Connection, select

from app.errors import Problem, invalid
from app.jobs.states import is_terminal, will_restart
from app.messages import FieldError
from app.openapi import LOCATED
from app.parts import WithParts
from app.responses import Json
from app.routes.datasets import dataset_json
from app.routes.query import known_query
from app.shapes.choices import Dataset
from app.store.database import writing
from app.store.schema import jobs
from app.uploads import Arrival, Upload, first_word
from ml.datasets import own
from ml.datasets.registry import NAMES

router = APIRouter(prefix="/api/datasets", tags=["data sets"], dependencies=[Depends(known_query)])

_FIELDS = Upload.model_json_schema()
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    **_FIELDS,
                    "properties": {
                        **_FIELDS["properties"],
                        "archive": {"type": "string", "format": "binary"},
                    },
                    "required": [*_FIELDS["required"], "archive"],
                }
            },
            "application/zip": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.post(
    "",
    status_code=202,
    response_model=Dataset,
    responses={202: LOCATED, 409: {}, 415: {}, 507: {}},
    summary="Upload a data set",
    openapi_extra=_BODY,
)
async def upload(
    request: Request,
    parts: WithParts,
    name: str | None = None,
    side: str | None = None,
    test_fraction: str | None = None,
    split_seed: str | None = None,
    flip_keeps_labels: str | None = None,
) -> Response:
    """A zip of class folders, as a form with the field `archive`, or as the body with the fields as query.

    202 once the archive was looked into; `GET /api/datasets/{name}` tells how far its unpacking is.
    """
    given = {
        "name": name,
        "side": side,
        "test_fraction": test_fraction,
        "split_seed": split_seed,
        "flip_keeps_labels": flip_keeps_labels,
    }
    query = {field: value for field, value in given.items() if value is not None}
    data = parts.settings.data_dir
    with Arrival(data) as arrival:
        wishes = await arrival.receive(request, query)
        process = arrival.unpack(wishes)
        word = await first_word(wishes.name, data, process)
    if word.get("state") == "failed":
        own.remove(own.root(data) / f"{own.ADVANCING}{wishes.name}")  # said here, nobody has to read it later
        raise invalid([FieldError(error["field"], error["message"]) for error in word["errors"]])
    location = f"{parts.settings.root_path}/api/datasets/{wishes.name}"
    return Json(dataset_json(parts, wishes.name), 202, {"Location": location})


@router.delete("/{name}", status_code=204, responses={409: {}}, summary="Delete an uploaded data set")
def delete(parts: WithParts, name: str) -> Response:
    """The pictures and their report; 409 while a job that has not ended uses them. Ends an unpacking."""
    data = parts.settings.data_dir
    if name in NAMES:
        raise Problem(409, f"{name} is built in; only uploaded data sets can be deleted.")
    if own.is_name(name) and own.progress(name, data) is not None:
        own.remove(own.root(data) / f"{own.ADVANCING}{name}")
    elif name in own.names(data):
        with writing(parts.engine) as connection:  # no job can be created meanwhile
            if users := _users(connection, name):
                called = ", ".join(users[:3]) + ("…" if len(users) > 3 else "")
                fix = (
                    "stop it, or wait for its end" if len(users) == 1 else "stop them, or wait for their end"
                )
                raise Problem(409, f"{name} is in use by {called}; {fix}.")
            gone = own.take_away(own.root(data) / name)
        shutil.rmtree(gone, ignore_errors=True)
    else:
        raise Problem(404, f"There is no uploaded data set {name}; GET /api/datasets lists all.")
    return Response(status_code=204)


def _users(connection: Connection, name: str) -> list[Any]:
    """The names of the jobs that use data set `name` and have not ended, or will start again."""
    query = select(jobs.c.name, jobs.c.status, jobs.c.reason, jobs.c.restarts_left).where(
        jobs.c.dataset == name
    )
    return [
        row.name
        for row in connection.execute(query)
        if not is_terminal(row.status) or will_restart(row.status, row.reason, row.restarts_left)
    ]
