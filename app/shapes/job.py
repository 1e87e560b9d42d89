"""Jobs and their checkpoints."""

from typing import Any

from app.jobs.states import Status
from app.shapes.shape import Number, Shape
from ml.entries import Reason


class Scores(Shape):
    """Of one evaluation; accuracy 0..1."""

    loss: Number
    accuracy: Number


class Latest(Shape):
    """The newest scores of each split; null where there are none."""

    train: Scores | None
    validation: Scores | None
    test: Scores | None


class Best(Scores):
    """The highest validation accuracy so far, with the test scores of that step."""

    epoch: int
    step: int
    test: Scores | None


class ForkedFrom(Shape):
    """The job and step that a fork goes on from."""

    job_id: str
    step: int


class Job(Shape):
    """One training with one config, as it is now."""

    id: str
    name: str
    status: Status
    reason: Reason | None
    will_restart: bool
    error: str | None
    config: dict[str, Any]
    original_config: dict[str, Any]
    adjustable: list[str]
    attempt: int
    device: str | None
    threads: int | None
    created_at: str
    started_at: str | None
    finished_at: str | None
    queue_position: int | None
    epoch: int
    step: int
    total_steps: int
    eta_seconds: float | None
    train_seconds: float
    images_per_second: float | None
    best: Best | None
    latest: Latest
    parent_id: str | None
    forked_from: ForkedFrom | None
    study_id: str | None
    data_fingerprint: str | None
    tags: list[str]
    notes: str


class JobList(Shape):
    """A page of jobs; `next_cursor` asks for the next one, null at the end."""

    jobs: list[Job]
    next_cursor: str | None


class Checkpoint(Shape):
    """One of a job's checkpoints; `attempt` 0 and no `at`: its parent's."""

    step: int
    epoch: int
    is_best: bool
    attempt: int
    at: str | None
    bytes: int
    url: str


class Checkpoints(Shape):
    """All of them, oldest first, and what they take together."""

    checkpoints: list[Checkpoint]
    bytes: int


class Turn(Shape):
    """What is new from a step on: a change, or a fork that goes on."""

    step: int
    words: str


class Script(Shape):
    """What a script repeats beside the config, and what it cannot, in sentences."""

    repeats: list[Turn]
    limits: list[str]
