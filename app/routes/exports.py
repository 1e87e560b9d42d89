"""What a person takes home from a job or a study. Rule: once downloaded it needs nothing of this server."""

import orjson
from fastapi import APIRouter, Depends, Request, Response

from app.errors import Problem
from app.exports.report import job_report
from app.exports.script import script_of
from app.exports.study_report import study_report
from app.jobs.saved import changes_of
from app.openapi import file
from app.parts import WithParts
from app.routes.checked import known_job, known_study, refuse_without_data
from app.routes.files import address_of, download, page_file
from app.routes.query import known_query
from app.store import log, studies
from app.store.database import reading
from app.store.jobs import JobRow
from ml.config import WITHOUT_GRADIENTS, TrainConfig
from ml.datasets.registry import facts_of
from ml.entries import Change

router = APIRouter(prefix="/api", tags=["exports"], dependencies=[Depends(known_query)])
PAGE = file("text/html", is_text=True)


@router.get(
    "/jobs/{job_id}/script.py",
    response_class=Response,
    responses={200: file("text/x-python", is_text=True), 409: {}},
    summary="The training as a plain PyTorch script",
)
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
    return Response(source, media_type="text/x-python", headers=download(f"livetrain-{row.id}.py"))


@router.get(
    "/jobs/{job_id}/report.html",
    response_class=Response,
    responses={200: PAGE},
    summary="The job on one page",
)
def report(parts: WithParts, request: Request, job_id: str) -> Response:
    """One file that needs neither a server nor a network: config, outcome, curves, changes, diagnoses, notes,
    the layer sheet, the last confusion matrix and filters, and a call that repeats it."""
    row = known_job(parts, job_id)
    facts, lack = None, ""
    try:
        facts = refuse_without_data(parts, row)
    except Problem as problem:
        lack = problem.detail
    with reading(parts.engine) as connection:
        page = job_report(connection, row, facts, lack, address_of(request))
    return page_file(page, f"livetrain-{row.id}.html")


@router.get(
    "/studies/{study_id}/report.html",
    response_class=Response,
    responses={200: PAGE},
    summary="The study on one page",
)
def report_of_study(parts: WithParts, request: Request, study_id: str) -> Response:
    """One file that needs neither a server nor a network: question, answer, table and plots as they stand."""
    with reading(parts.engine) as connection:
        row = known_study(connection, study_id)
        jobs = studies.jobs_of(connection, study_id)
        page = study_report(connection, row, jobs, parts.outcomes, address_of(request))
    return page_file(page, f"livetrain-study-{row.id}.html")


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
