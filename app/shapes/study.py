"""Studies."""

from typing import Any, Literal

from app.shapes.job import Job
from app.shapes.shape import Shape
from ml.entries import Split
from ml.studies import Kind

StudyStatus = Literal["running", "queued", "paused", "stopped", "interrupted", "completed", "empty"]


class StudySummary(Shape):
    """A study without its jobs and its table."""

    id: str
    name: str
    kind: Kind
    created_at: str
    definition: dict[str, Any]
    status: StudyStatus
    statuses: dict[str, int]
    job_count: int
    deleted: int


class StudyWithIds(StudySummary):
    """A study that was made or steered, with its jobs' ids."""

    job_ids: list[str]


class Span(Shape):
    """Seconds, from the least to the most it may take."""

    least_seconds: float
    most_seconds: float


class Table(Shape):
    """A row a rung or a combination of values; docs/api.md has their measures."""

    judged_by: Split
    rows: list[dict[str, Any]]


class Study(StudySummary):
    """A study with its jobs and the table derived from them."""

    ahead: int | None
    left: Span | None
    jobs: list[Job]
    table: Table


class StudyList(Shape):
    """All studies, newest first."""

    studies: list[StudySummary]


class Estimate(Shape):
    """What a study would take; `missing` is what starting it would fetch."""

    job_count: int
    estimate: Span | None
    missing: list[dict[str, Any]]


class ReadyStudy(Estimate):
    """A study of the practical, with the body that makes it."""

    id: str
    title: str
    question: str
    definition: dict[str, Any]
    problem: str | None


class Rung(Shape):
    """A step of the ladder and the one it stands on."""

    name: str
    title: str
    on: str | None


class ReadyStudies(Shape):
    """What can be started as it stands."""

    studies: list[ReadyStudy]
    rungs: list[Rung]
