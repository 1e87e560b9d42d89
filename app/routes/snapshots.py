"""Pictures of a job's inside, by the seq of the entry that announced them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from app.errors import Problem
from app.openapi import file
from app.parts import WithParts
from app.routes.checked import known_job
from app.routes.log import LARGEST_SEQ
from app.routes.query import known_query
from app.store.database import reading
from app.store.snapshots import content

router = APIRouter(prefix="/api/jobs/{job_id}", tags=["log"], dependencies=[Depends(known_query)])
FOR_EVER = {"Cache-Control": "private, max-age=31536000, immutable"}


@router.get(
    "/snapshots/{seq}",
    response_class=Response,
    responses={200: file("*/*")},
    summary="The content of a snapshot",
)
def one(parts: WithParts, job_id: str, seq: Annotated[int, Path(ge=1, le=LARGEST_SEQ)]) -> Response:
    """In the media type that its entry names; it never changes."""
    known_job(parts, job_id)
    with reading(parts.engine) as connection:
        found = content(connection, job_id, seq)
    if found is None:
        raise Problem(
            404, f"Entry {seq} of this job is no snapshot; the log's entries of that type have one."
        )
    media_type, body = found
    return Response(body, media_type=media_type, headers=FOR_EVER)
