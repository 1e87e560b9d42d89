"""What the API says of a job, as types. Rule: as docs/api.md has it; further fields may come with it."""

from typing import Any, Literal, TypedDict

from app.jobs.states import Status

Split = Literal["train", "validation", "test"]
Entry = dict[str, Any]  # `seq`, `at`, `type`, `attempt`, and the fields of its type


class Scores(TypedDict):
    """A loss and an accuracy (0..1); what is no finite number comes by name: "NaN", "Infinity"."""

    loss: float | str
    accuracy: float | str


class Best(Scores):
    """The epoch with the highest validation accuracy, and its test scores."""

    epoch: int
    step: int
    test: Scores | None


class Latest(TypedDict):
    """The newest scores of each split; None where there is none."""

    train: Scores | None
    validation: Scores | None
    test: Scores | None


class Origin(TypedDict):
    """Where a fork went on from."""

    job_id: str
    step: int


class Job(TypedDict):
    """One training with one config, as it stands. Times are ISO 8601 in UTC."""

    id: str
    name: str
    status: Status
    reason: str | None
    error: str | None
    will_restart: bool
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
    forked_from: Origin | None
    study_id: str | None
    tags: list[str]
    notes: str
