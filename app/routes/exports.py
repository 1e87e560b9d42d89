"""What a person takes home from a job. Rule: it needs nothing of this server once it is downloaded."""

import orjson
from fastapi import APIRouter, Depends, Response

from app.errors import Problem
from app.exports.script import script_of
from app.jobs.saved import changes_of
from app.parts import WithParts
from app.routes.checked import known_job, refuse_without_data
from app.routes.query import known_query
from app.store import log
from app.store.database import reading
from app.store.jobs import JobRow
from ml.config import WITHOUT_GRADIENTS, TrainConfig
from ml.datasets.registry import facts_of
from ml.entries import Change

router = APIRouter(prefix="/api/jobs/{job_id}", tags=["exports"], dependencies=[Depends(known_query)])


@router.get("/script.py", summary="The training as a plain PyTorch script")
def script(parts: WithParts, job_id: str) -> Response:
    """It imports nothing of this project. Its losses equal the job's, on the same kind of device, up to
    rounding. Forks and changes made while the job trained are remarks in it, not repeated.

    409 when the data set is not here any more, or the job trains nothing by gradients.
    """
    row = known_job(parts, job_id)
    config = TrainConfig.model_validate_json(row.original_config)
    if config.architecture in WITHOUT_GRADIENTS:
        raise Problem(409, f"A {config.architecture} job has no PyTorch training to write down.")
    refuse_without_data(parts, row)
    with reading(parts.engine) as connection:
        stored = log.read(connection, job_id, 0, -1, ["change", "rewind"])
    remarks = [*_origin(row), *map(_remark, changes_of(entry.text for entry in stored))]
    source = script_of(row.name, config, facts_of(config, parts.settings.data_dir), remarks)
    disposition = f'attachment; filename="livetrain-{row.id}.py"'
    return Response(source, media_type="text/x-python", headers={"Content-Disposition": disposition})


def _origin(row: JobRow) -> list[str]:
    if row.forked_from is None:
        return []
    parent = orjson.loads(row.forked_from)
    return [
        f"The job was a fork: it went on from step {parent['step']} of job {parent['job_id']}.",
        "This script trains its config from the first step.",
    ]


def _remark(change: Change) -> str:
    words = f"From step {change.step} the job's {change.field} was {change.after}, before {change.before}"
    return f"{words}; the script does not repeat that."
