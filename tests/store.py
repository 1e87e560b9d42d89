"""A store without processes around it, and a worker that only writes: through the log, like the real one."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from sqlalchemy import Engine

from app.jobs.progress import Progress
from app.jobs.writer import Attempt, LogWriter
from app.store import jobs as job_rows
from app.store import log, processes
from app.store.database import open_database, reading, writing
from app.store.migrate import bring_up_to_date
from ml.config import TrainConfig
from ml.entries import Entry, Metrics, Split, Status
from ml.plan import Plan

PLAN = Plan(train_size=180, validation_size=20, batch_size=20, steps_per_epoch=9, total_steps=90)


def url_in(folder: Path) -> str:
    """The address of the database that a server on `folder` uses."""
    return f"sqlite:///{folder / 'livetrain.db'}"


def new_store(folder: Path) -> Engine:
    """An empty, current database in `folder`."""
    bring_up_to_date(url_in(folder))
    return open_database(url_in(folder))


def new_job(engine: Engine, **config: Any) -> str:
    """A queued job."""
    with writing(engine) as connection:
        return job_rows.create(connection, TrainConfig(**config), Progress(PLAN).to_json())


def put(engine: Engine, job_id: str, *entries: Entry, attempt: int = 1) -> int:
    """Append entries in one transaction, as server and supervisor do."""
    with writing(engine) as connection:
        made = [line for entry in entries for line in log.lines(entry)]
        return log.append(connection, job_id, attempt, made)


def texts(engine: Engine, job_id: str) -> list[str]:
    """The whole log."""
    with reading(engine) as connection:
        return [entry.text for entry in log.read(connection, job_id, 0, -1)]


def parsed(engine: Engine, job_id: str) -> list[dict[str, Any]]:
    """The whole log as data."""
    return [orjson.loads(text) for text in texts(engine, job_id)]


def row_of(engine: Engine, job_id: str) -> Any:
    """The job's row."""
    with reading(engine) as connection:
        return job_rows.get(connection, job_id)


def metrics(
    split: Split, steps: Sequence[int], losses: Sequence[float], accuracies: Sequence[float] | None = None
) -> Metrics:
    """Rows of one split; nine steps make an epoch, a step takes 10 ms."""
    step = np.array(steps, np.int32)
    columns: dict[str, Any] = {
        "step": step,
        "epoch": ((step + 8) // 9).astype(np.int32),
        "loss": np.array(losses, np.float32),
        "accuracy": np.array(accuracies if accuracies is not None else [0.5] * len(step), np.float32),
    }
    if split == "train":
        columns["learning_rate"] = np.full(len(step), 0.1)
        columns["train_seconds"] = step * 0.01
    return Metrics(split, columns)


@dataclass
class FakeWorker:
    """Takes a job without a supervisor and writes what it is told to."""

    engine: Engine
    job_id: str

    def __post_init__(self) -> None:
        put(self.engine, self.job_id, Status("starting"))
        self.writer = LogWriter(self.engine, Attempt(self.job_id, 1), Progress(PLAN))
        self.write(Status("running", device="cpu"))

    def write(self, *entries: Entry) -> None:
        """Append them one after the other."""
        for entry in entries:
            self.writer.write(entry)

    def steps(self, first: int, last: int) -> None:
        """Training rows, each with a loss of 1 / step."""
        numbers = range(first, last + 1)
        self.write(metrics("train", numbers, [1 / number for number in numbers]))


def seem_supervised(engine: Engine) -> None:
    """Let this very process pass for the supervisor."""
    with writing(engine) as connection:
        processes.register(connection, processes.new_id(), "supervisor", "working")


# How a job comes into each state; "paused" with and without a worker.
PATHS = {
    "queued": [],
    "starting": ["starting"],
    "running": ["starting", "running"],
    "paused with worker": ["starting", "running", "paused"],
    "paused": ["starting", "running", "paused"],
    "stopping": ["starting", "running", "stopping"],
    "completed": ["starting", "running", "completed"],
    "stopped": ["starting", "running", "stopping", "stopped"],
    "failed": ["starting", "running", "failed"],
    "interrupted": ["starting", "running", "interrupted"],
}
HAS_WORKER = {"starting", "running", "paused with worker", "stopping"}


def job_that_is(engine: Engine, state: str) -> str:
    """A job that is in `state`, a key of PATHS."""
    job_id = new_job(engine)
    for status in PATHS[state]:
        put(engine, job_id, Status(status))
    if state in HAS_WORKER:
        with writing(engine) as connection:
            processes.register(connection, "worker", "worker", "busy")
            processes.enter(connection, "worker", "busy", job_id)
    return job_id
