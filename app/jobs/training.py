"""One job inside a worker, from its row to its terminal entry. Rule: however it ends, the log says so."""

import time
import traceback
from pathlib import Path

import torch
from sqlalchemy import Engine, select

from app.jobs.progress import Progress
from app.jobs.states import is_terminal
from app.jobs.writer import Attempt, LogWriter
from app.store.database import DatabaseAway, Watch, reading
from app.store.log import AppendRefused
from app.store.schema import jobs
from ml.config import TrainConfig
from ml.datasets.registry import describe
from ml.entries import Note, Status
from ml.failures import explain
from ml.plan import plan
from ml.train import train

BROKEN = ("error", "out_of_memory", "start_failed")  # a process is not trusted after these
ASK_SECONDS = 0.04  # a stop is seen this soon; asking more often would cost small models their speed


class JobControl:
    """Reads from the job's row whether a stop was asked for; between looks it costs a clock reading."""

    def __init__(self, engine: Engine, job_id: str) -> None:
        self._engine = engine
        self._status = select(jobs.c.status).where(jobs.c.id == job_id)
        self._watch = Watch(engine)
        self._next_look = 0.0
        self._stop = False

    def stop_requested(self) -> bool:
        """True once the job is `stopping`, or is no longer ours."""
        moment = time.monotonic()
        if moment >= self._next_look and not self._stop:
            self._next_look = moment + ASK_SECONDS
            self._stop = self._look()
        return self._stop

    def _look(self) -> bool:
        try:
            if not self._watch.changed():
                return False
            with reading(self._engine) as connection:
                status = connection.execute(self._status).scalar_one_or_none()
        except DatabaseAway:
            return False
        return status is None or status == "stopping" or is_terminal(status)

    def close(self) -> None:
        """Give the connection back."""
        self._watch.close()


def run_job(engine: Engine, job_id: str, data_directory: Path) -> bool:
    """Train the job and log it to its end; False when it failed and this process should be replaced."""
    with reading(engine) as connection:
        row = connection.execute(select(jobs).where(jobs.c.id == job_id)).one()
    config = TrainConfig.model_validate_json(row.config)
    torch.set_num_threads(row.threads)
    progress = Progress(plan(config, describe(config.dataset, data_directory)))
    writer = LogWriter(engine, Attempt(job_id, row.attempt), progress)
    control = JobControl(engine, job_id)
    try:
        return _train(config.model_copy(update={"device": row.device}), writer, control, data_directory)
    except AppendRefused:
        return False  # given up for dead, or deleted: another process speaks for this job now
    finally:
        control.close()


def _train(config: TrainConfig, writer: LogWriter, control: JobControl, data_directory: Path) -> bool:
    last: Status | None = None
    try:
        entries = train(config, control, data_directory)
        for entry in entries:
            if isinstance(entry, Status):
                last = entry
                facts = describe(config.dataset, data_directory)  # true sizes are known once data are loaded
                writer.progress.plan = plan(config, facts)
            writer.write(entry)
            if isinstance(entry, Note) and last is None and control.stop_requested():
                last = Status("stopped", reason="requested")  # still loading: nothing to wait for
                writer.write(last)
                break
    except AppendRefused:
        raise
    except Exception as error:  # noqa: BLE001 - the boundary: every failure becomes the log's last entry
        traceback.print_exc()
        reason, message = explain(error)
        last = Status("failed", reason=reason, message=message)
        writer.write(last)
    writer.flush()
    return last is not None and last.reason not in BROKEN
