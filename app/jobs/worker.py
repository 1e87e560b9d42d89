"""A worker process: warm, it waits for a job, trains it, and writes its log. Rule: the log is its only voice.

It knows the database, the data directory and its own id; jobs and questions reach it through the database,
so it outlives the server and the supervisor. Started as `python -m app.jobs.worker`.
"""

import argparse
import faulthandler
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import orjson
from sqlalchemy import Connection, Engine

from app.bell import SUPERVISOR, WORKER, Bell, ring
from app.jobs.answers import ANSWERERS
from app.jobs.freshness import Freshness
from app.jobs.leaving import Leaving
from app.jobs.training import run_job
from app.logs import LogFormat, about, set_up
from app.store import processes, requests
from app.store.attempts import let_go
from app.store.database import DatabaseAway, open_database, persistently, reading, writing
from ml.allocator import keep_pages
from ml.failures import explain
from ml.warm_up import warm_up

POLL_SECONDS = 0.05
LOOK_SECONDS = 0.5  # it looks at least this often
BEAT_SECONDS = 1.0
BUSY_SECONDS = 0.05  # a locked database must not hold the training; the writer tries again
ORPHAN_SECONDS = 30.0  # without a supervisor's heartbeat
UNKNOWN_SECONDS = 5.0  # without a row: the supervisor that started us died before writing it
JOBS_BEFORE_RENEWAL = 50  # a fresh process now and then bounds what libraries leak


class GivenUp(Exception):  # noqa: N818 - it names what happened
    """Nobody expects anything from this worker any more; it ends."""


class Worker:
    """The loop of one worker."""

    def __init__(self, engine: Engine, worker_id: str, data_directory: Path, leaving: Leaving) -> None:
        self._leaving = leaving
        self._engine = engine
        self._id = worker_id
        self._data = data_directory
        self._supervisor = Freshness()
        self._jobs_done = 0
        self._bell = Bell(data_directory, WORKER, worker_id)

    def announce(self) -> None:
        """Say that this worker is warm. Raises GivenUp when no supervisor knows it."""
        deadline = time.monotonic() + UNKNOWN_SECONDS
        while time.monotonic() < deadline:
            if persistently(self._is_known, POLL_SECONDS):
                self._enter("idle")
                return
            time.sleep(POLL_SECONDS)
        raise GivenUp

    def _is_known(self) -> bool:
        with reading(self._engine) as connection:
            return processes.get(connection, self._id) is not None

    def work(self) -> None:
        """Take jobs and questions until given up, renewed, asked to leave, or a job failed."""
        while not self._leaving.is_set():
            try:
                if not self._take():
                    return
            except DatabaseAway:
                time.sleep(POLL_SECONDS)  # locked for a moment
                continue
            self._bell.wait(LOOK_SECONDS)

    def leave(self) -> None:
        """Have `work` end after the job at hand is saved and paused; also from a signal handler."""
        self._leaving.set()
        self._bell.ring()

    def close(self) -> None:
        """Take what waking it needs away."""
        self._bell.close()

    def _enter(self, state: str) -> None:
        """Say what this worker does now."""
        self._say(lambda connection: processes.enter(connection, self._id, state))

    def _say(self, write: Callable[[Connection], object]) -> None:
        """Do `write` as soon as the database listens, and wake the supervisor, who wants to know."""

        def written() -> None:
            with writing(self._engine) as connection:
                write(connection)

        persistently(written, POLL_SECONDS)
        ring(self._data, SUPERVISOR)

    def _take(self) -> bool:
        """One look at the database; False when this worker should be replaced."""
        with reading(self._engine) as connection:
            own = processes.get(connection, self._id)
            supervisors = processes.of_kind(connection, "supervisor")
            asked = requests.any_waiting(connection)
        if own is None:
            raise GivenUp
        if own.state == "leaving":
            return False
        newest = max((supervisor.heartbeat_at for supervisor in supervisors), default=None)
        if own.job_id is not None:
            with about(own.job_id):
                succeeded = run_job(self._engine, own.job_id, self._data, self._leaving)
            self._jobs_done += 1
            renew = not succeeded or self._jobs_done >= JOBS_BEFORE_RENEWAL or self._leaving.is_set()
            state, job_id = "leaving" if renew else "idle", own.job_id
            self._say(lambda connection: let_go(connection, self._id, state, job_id))
            return not renew
        if self._supervisor.silent_seconds(newest) > ORPHAN_SECONDS:
            return False
        if asked:
            self._answer()
        return True

    def _answer(self) -> None:
        with writing(self._engine) as connection:
            claimed = requests.claim(connection, self._id)
        if claimed is None:
            return
        text, error = None, None
        try:
            answer = ANSWERERS[claimed.kind](data_directory=self._data, **claimed.arguments)
            text = orjson.dumps(answer).decode()
        except Exception as failure:  # noqa: BLE001 - the asker is told; the worker stays warm
            error = explain(failure)[1]

        def told(connection: Connection) -> None:
            requests.answer(connection, claimed.key, text, error)
            processes.enter(connection, self._id, "idle")

        self._say(told)


def keep_beating(engine: Engine, worker_id: str) -> None:
    """Write the heartbeat once a second; it ends with the process."""
    while True:
        try:
            with writing(engine) as connection:
                processes.beat(connection, worker_id)
        except DatabaseAway:
            pass  # a heartbeat that comes late is as good; the supervisor cannot see it now either
        time.sleep(BEAT_SECONDS)


def main() -> None:
    """Warm up, then work until nobody needs this worker; SIGTERM saves and pauses the job it trains."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--id", required=True)
    parser.add_argument("--database-url", required=True)
    parser.add_argument("--data-dir", required=True, type=Path)
    parser.add_argument("--log-format", choices=get_args(LogFormat), default="text")
    options = parser.parse_args()
    faulthandler.enable()
    set_up(options.log_format)
    leaving = Leaving()
    signal.signal(signal.SIGTERM, lambda _number, _frame: leaving.set())

    keep_pages()
    engine = open_database(options.database_url, busy_seconds=BUSY_SECONDS)
    beating = threading.Thread(target=keep_beating, args=(engine, options.id), daemon=True)
    beating.start()
    warm_up()
    worker = Worker(engine, options.id, options.data_dir, leaving)
    signal.signal(signal.SIGTERM, lambda _number, _frame: worker.leave())
    try:
        worker.announce()
        worker.work()
    except GivenUp:
        return
    finally:
        worker.close()


if __name__ == "__main__":
    main()
