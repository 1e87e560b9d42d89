"""Whether the status tells the truth, all the time: the table of jobs against the processes themselves."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil

from app.jobs.states import ACTIVE
from app.store.processes import is_alive

LOOK_SECONDS = 0.1
Life = tuple[int, float]  # pid, and when it began


class Truth:
    """A thread that looks. `dead`, `frozen`: the longest that a status was wrong about either, in seconds."""

    def __init__(self, data_directory: Path) -> None:
        self.dead = self.frozen = 0.0
        self.wrong: list[str] = []
        self._address = f"file:{data_directory / 'livetrain.db'}?mode=ro"
        self._since: dict[tuple[str, str], float] = {}
        self._held: dict[str, set[Life]] = {}
        self._seen: dict[tuple[str, Life], int] = {}
        self._excused = 0
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="truth")

    def __enter__(self) -> "Truth":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()

    @contextmanager
    def excused(self) -> Iterator[None]:
        """While nobody is there who could notice, or nobody may write. Time counts from its end."""
        self._excused += 1
        try:
            yield
        finally:
            self._since = {}
            self._excused -= 1

    def _run(self) -> None:
        while not self._ending.wait(LOOK_SECONDS):
            try:
                with closing(sqlite3.connect(self._address, uri=True, timeout=1)) as connection:
                    jobs = connection.execute("SELECT id, status, reason FROM jobs").fetchall()
                    workers = connection.execute(
                        "SELECT job_id, pid, process_created_at FROM processes WHERE kind = 'worker'"
                    ).fetchall()
            except sqlite3.OperationalError:
                continue  # away, which is a fault that somebody does
            self._look(jobs, workers)

    def _look(self, jobs: list[tuple[str, str, str]], workers: list[tuple[str | None, int, float]]) -> None:
        moment = time.monotonic()
        untrue = set()
        for job_id, status, reason in jobs:
            lives = {(pid, began) for holder, pid, began in workers if holder == job_id}
            if status in ACTIVE:
                self._held[job_id] = lives or self._held.get(job_id, set())
                untrue |= {(job_id, kind) for kind in self._ailments(lives)}
            elif status == "interrupted" and reason == "worker_lost":
                self._outlived(job_id)
        known = self._since
        since_when = {key: known.get(key, moment) for key in untrue} if not self._excused else {}
        self._since = since_when
        for (_, kind), since in since_when.items():
            setattr(self, kind, max(getattr(self, kind), moment - since))

    def _ailments(self, lives: set[Life]) -> list[str]:
        living = [pid for pid, began in lives if is_alive(pid, began)]
        if not living:
            return ["dead"]
        try:
            stopped = all(psutil.Process(pid).status() == psutil.STATUS_STOPPED for pid in living)
        except psutil.NoSuchProcess:
            return ["dead"]
        return ["frozen"] if stopped else []

    def _outlived(self, job_id: str) -> None:
        """`interrupted` is written after the worker was ended; a killed process takes a moment to go."""
        for life in self._held.get(job_id, set()):
            if is_alive(*life):
                self._seen[job_id, life] = self._seen.get((job_id, life), 0) + 1
                if self._seen[job_id, life] == 3:
                    self.wrong.append(f"job {job_id} is interrupted while its worker {life[0]} lives")
