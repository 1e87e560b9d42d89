"""What a person takes home from a job or a study. Rule: once downloaded it needs nothing of this server."""

import orjson
from fastapi import APIRouter, Depends, Request, Response

from app.errors import Problem
from app.exports.course import course
from app.exports.lineage import Lineage, lineage_of
from app.exports.report import job_report
from app.exports.script import script_of
from app.exports.study_report import study_report
from app.openapi import file
from app.parts import Parts, WithParts
from app.responses import Json
from app.routes.checked import known_job, known_study, refuse_without_data
from app.routes.files import address_of, download, page_file
from app.routes.query import known_query
from app.shapes.job import Script
from app.store import studies
from app.store.database import reading
from app.store.jobs import JobRow
from ml.config import WITHOUT_GRADIENTS
from ml.datasets.facts import DatasetFacts
from ml.plan import plan

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
    rounding: it makes the same changes at the same steps, and begins a fork as the job that it left.

    409 when the data set is not here any more, or the job trains nothing by gradients.
    """
    row, facts, found = _course(parts, job_id)
    source = script_of(row.name, facts, found.legs, found.limits)
    return Response(source, media_type="text/x-python", headers=download(f"livetrain-{row.id}.py"))


@router.get(
    "/jobs/{job_id}/script",
    response_model=Script,
    responses={409: {}},
    summary="What the script repeats, and what it cannot",
)
def script_facts(parts: WithParts, job_id: str) -> Response:
    """The changes and forks that `script.py` repeats at their steps, and sentences about what it cannot."""
    _row, facts, found = _course(parts, job_id)
    steps_per_epoch = plan(found.legs[-1].config, facts).steps_per_epoch
    later = course(found.legs, steps_per_epoch)[1:]
    return Json(
        {"repeats": [{"step": turn.step, "words": turn.words} for turn in later], "limits": found.limits}
    )


def _course(parts: Parts, job_id: str) -> tuple[JobRow, DatasetFacts, Lineage]:
    """The job, the facts of its data, and what led to it; 409 where there is nothing to write down."""
    row = known_job(parts, job_id)
    architecture = orjson.loads(row.config)["architecture"]
    if architecture in WITHOUT_GRADIENTS:
        raise Problem(409, f"A {architecture} job has no PyTorch training to write down.")
    facts = refuse_without_data(parts, row)
    with reading(parts.engine) as connection:
        return row, facts, lineage_of(connection, row, parts.settings.data_dir)


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
