"""Is there such a job, can this config be trained here. Rule: asked before anything is stored."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from app.errors import Problem, invalid
from app.messages import FieldError
from app.parts import Parts
from app.store import devices, studies
from app.store import jobs as job_rows
from app.store.database import reading
from app.store.jobs import JobRow
from app.store.studies import StudyRow
from ml.checks import problems
from ml.config import TrainConfig
from ml.datasets import own
from ml.datasets.facts import DatasetFacts
from ml.datasets.failures import DatasetFailure
from ml.datasets.identity import refuse_others
from ml.datasets.registry import facts_of, names


def checked_facts(parts: Parts, config: TrainConfig) -> DatasetFacts:
    """The facts of the config's data set; 422 when the config cannot be as it is."""
    with reading(parts.engine) as connection:
        found = found_problems(parts, connection, config)
    if found:
        raise invalid(found)
    return facts_of(config, parts.settings.data_dir)


def found_problems(parts: Parts, connection: Connection, config: TrainConfig) -> list[FieldError]:
    """Why the config cannot be trained here; empty when it can."""
    there = names(parts.settings.data_dir)
    if config.dataset not in there:
        return [FieldError("dataset", _no_such_dataset(parts, config.dataset, there))]
    facts = facts_of(config, parts.settings.data_dir)
    found = problems(config, facts, devices.names(connection))
    return [FieldError(problem.field, problem.message, problem.start, problem.end) for problem in found]


def refuse_without_data(parts: Parts, row: JobRow) -> DatasetFacts:
    """The facts of the data a job learned from; 409 when they were deleted, or others have their name."""
    data = parts.settings.data_dir
    if row.dataset not in names(data):
        words = "is not here any more; upload it again under this name, or start a new job."
        raise Problem(409, f"The data set {row.dataset} that the job learned from {words}")
    try:
        facts = facts_of(TrainConfig.model_validate_json(row.config), data)
        refuse_others(facts, row.data_fingerprint)
    except DatasetFailure as failure:
        words = str(failure)
        raise Problem(409, f"{words[:1].upper()}{words[1:]}.") from None
    return facts


def refuse_without_any_data(parts: Parts, rows: Iterable[JobRow]) -> None:
    """The same for several jobs; those of the same data are asked about once."""
    for row in {(row.dataset, row.data_fingerprint): row for row in rows}.values():
        refuse_without_data(parts, row)


def _no_such_dataset(parts: Parts, name: str, there: Sequence[str]) -> str:
    progress = own.progress(name, parts.settings.data_dir)
    if progress is not None:
        return f"{name} is not ready: {progress['message'].rstrip('.')}."
    return f"there is no data set {name}; there are {', '.join(there)}."


def known_job(parts: Parts, job_id: str) -> JobRow:
    """The job's row; 404 for an unknown id."""
    with reading(parts.engine) as connection:
        row = job_rows.get(connection, job_id)
    if row is None:
        raise no_such_job(job_id)
    return row


def known_study(connection: Connection, study_id: str) -> StudyRow:
    """The study's row; 404 for an unknown id."""
    row = studies.get(connection, study_id)
    if row is None:
        raise Problem(404, f"There is no study {study_id}; GET /api/studies lists them.")
    return row


def no_such_job(job_id: str) -> Problem:
    """404 for a job."""
    return Problem(404, f"There is no job {job_id}; GET /api/jobs lists them.")
