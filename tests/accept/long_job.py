"""A job of a million steps, its log written in seconds. Rule: a real log, through the store's own append.

What is made up are the numbers: no network learns. Entries, columns, progress and row are those of a training
of 1,000 steps a second with a flush every 40 ms, as a worker writes them. `python -m tests.accept.long_job
FOLDER` makes one in a data directory, to look at.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import orjson
from sqlalchemy import Engine

from app.jobs.progress import Progress
from app.store import jobs as job_rows
from app.store import log
from app.store.database import writing
from ml.clock import iso
from ml.config import TrainConfig
from ml.datasets.registry import facts_of
from ml.entries import Entry, Metrics, Snapshot, Status
from ml.plan import plan
from tests.store import new_store

STEP_SECONDS = 0.001
FLUSH_ROWS = 40
EVALUATION_SECONDS = 0.005
BEGAN = 1_780_000_000.0  # seconds since 1970; any day
LINES = 2000  # in a transaction
NOISE = 0.35  # standard deviation of the logarithm of a step's loss
PEAK = 777_777  # a step whose loss stands out, to be found on the chart
PEAK_LOSS = 40.0
CONFIG = {"dataset": "circles", "points": 2000, "batch_size": 2, "hidden_sizes": [16], "seed": 0}


def _entries(config: TrainConfig) -> Iterator[tuple[Entry, float]]:
    """Everything a training of `config` would have written, each with its moment in seconds since 1970."""
    facts = plan(config, facts_of(config, Path()))
    generator = np.random.default_rng(config.seed)
    total, an_epoch = facts.total_steps, facts.steps_per_epoch
    step = np.arange(1, total + 1, dtype=np.int32)
    level = 0.05 + 0.65 * np.exp(-step / (total / 8))
    loss = (level * np.exp(generator.normal(0, NOISE, total))).astype(np.float32)
    loss[PEAK - 1 : PEAK] = PEAK_LOSS
    right = (generator.random((config.batch_size, total)) < 1 - 0.6 * level).mean(axis=0).astype(np.float32)
    epoch = ((step - 1) // an_epoch + 1).astype(np.int32)
    at = BEGAN
    yield Status("starting"), at
    yield Status("running", device="cpu"), at
    for first in range(0, total, an_epoch):
        for begin in range(first, min(first + an_epoch, total), FLUSH_ROWS):
            rows = slice(begin, min(begin + FLUSH_ROWS, first + an_epoch, total))
            at += STEP_SECONDS * (rows.stop - rows.start)
            columns = {"step": step[rows], "epoch": epoch[rows], "loss": loss[rows], "accuracy": right[rows]}
            columns["learning_rate"] = np.full(rows.stop - rows.start, config.learning_rate)
            columns["train_seconds"] = step[rows] * STEP_SECONDS
            yield Metrics("train", columns), at
        done = min(first + an_epoch, total)
        at += EVALUATION_SECONDS
        evaluated = {"step": step[done - 1 : done], "epoch": epoch[done - 1 : done]}
        for split, worse in (("validation", 1.1), ("test", 1.15)):
            scores = np.float32([level[done - 1] * worse]), np.float32([1 - 0.6 * level[done - 1] * worse])
            yield Metrics(split, {**evaluated, "loss": scores[0], "accuracy": scores[1]}), at
        if (first // an_epoch) % 10 == 0:
            content = orjson.dumps({"loss": float(level[done - 1]), "accuracy": float(1 - level[done - 1])})
            yield Snapshot("train_evaluation", done, int(epoch[done - 1]), "application/json", content), at
    yield Status("completed"), at


def write_job(engine: Engine, steps: int = 1_000_000, **fields: object) -> str:
    """A completed job of at least `steps` steps in whole epochs; its id."""
    config = TrainConfig.model_validate({**CONFIG, **fields})
    an_epoch = plan(config, facts_of(config, Path())).steps_per_epoch
    config = config.model_copy(update={"epochs": -(-steps // an_epoch)})
    progress = Progress(plan(config, facts_of(config, Path())))
    with writing(engine) as connection:
        job_id = job_rows.create(connection, config, progress.to_json())
        pending: list[log.Line] = []
        for entry, at in _entries(config):
            pending += log.lines(entry, iso(at))
            progress.apply(entry, at)
            if len(pending) >= LINES or isinstance(entry, Status):
                log.append(connection, job_id, 1, pending, orjson.dumps(progress.to_json()).decode())
                pending = []
    return job_id


def main() -> None:
    """Make one where somebody wants to look at it; a server on that folder shows it."""
    engine = new_store(Path(sys.argv[1]))
    steps = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    print(write_job(engine, steps))


if __name__ == "__main__":
    main()
