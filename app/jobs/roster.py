"""The workers, rows and processes: warm, well, ended. Rule: a group is ended before the truth is written."""

import logging
import time
from collections.abc import Callable, Sequence

import psutil
from sqlalchemy import Engine

from app.jobs.crew import Crew
from app.jobs.freshness import Freshness
from app.jobs.recovery import end_job
from app.jobs.warmth import Warmth
from app.logs import of_job
from app.store import processes, requests
from app.store.database import DatabaseAway, reading, writing
from app.store.processes import Process

FROZEN_SECONDS = 8.0
GRACE_SECONDS = 50.0  # for saving and leaving; containers are given 60
POLL_SECONDS = 0.05
SHOWN_SECONDS = 4.0  # a worker that is found has this long to show a heartbeat, however old the last one is

log = logging.getLogger("livetrain.supervisor")


def _age(worker: Process) -> float:
    """How old its heartbeat seems when it is first seen; the clock may have been set since.

    So a worker that froze while no supervisor was there is not given the whole time once more.
    """
    age = time.time() - worker.heartbeat_at if worker.is_here else 0.0
    return min(max(age, 0.0), FROZEN_SECONDS - SHOWN_SECONDS)


class Roster:
    """Every worker that the database knows."""

    def __init__(self, engine: Engine, crew: Crew) -> None:
        self.warmth = Warmth()
        self.heartbeats: dict[str, Freshness] = {}
        self._engine = engine
        self._crew = crew

    def living(self, workers: Sequence[Process]) -> list[Process]:
        """Those that are well; the dead and the frozen are settled with their jobs."""
        return [worker for worker in workers if self._is_well(worker)]

    def _is_well(self, worker: Process) -> bool:
        beats = self.heartbeats.get(worker.id)
        if beats is None:
            beats = self.heartbeats[worker.id] = Freshness(already=_age(worker))
        silent = beats.silent_seconds(worker.heartbeat_at)
        frozen = silent > FROZEN_SECONDS and (worker.state != "warming" or not worker.is_here)
        if self._crew.is_alive(worker) and not frozen:
            return True
        message = (
            f"The worker process gave no sign of life for {FROZEN_SECONDS:g} s and was ended."
            if frozen
            else self._crew.epitaph(worker)
        )
        self.settle(worker, message)
        if worker.state == "warming":
            self.warmth.failed(message)
        return False

    def settle(self, worker: Process, message: str) -> None:
        """End what is left of the worker, then write what that means for its job and its askers."""
        self._crew.end(worker)
        with writing(self._engine) as connection:
            requests.abandon(connection, worker.id)
            if worker.job_id is not None:
                end_job(connection, worker.job_id, "interrupted", "worker_lost", message)
            processes.remove(connection, [worker.id])
        self.heartbeats.pop(worker.id, None)
        words = message.splitlines()[0]
        log.info("worker %s (pid %d) ended: %s", worker.id, worker.pid, words, extra=of_job(worker.job_id))

    def keep_warm(self, living: Sequence[Process], wanted: int) -> None:
        """Start as many workers as are missing, ever more slowly when they die before they are warm."""
        staying = [worker for worker in living if worker.state != "leaving"]
        for _ in range(wanted - len(staying)):
            if not self.warmth.may_start:
                return
            worker_id = processes.new_id()
            pid = self._crew.start(worker_id)
            try:
                with writing(self._engine) as connection:
                    processes.register(connection, worker_id, "worker", "warming", pid)
            except psutil.NoSuchProcess:
                self.warmth.failed("The worker process ended at once.")
        self._crew.tidy_logs(worker.id for worker in living)

    def dismiss(self, living: Sequence[Process]) -> None:
        """End workers that have nothing to do."""
        for worker in living:
            self._crew.end(worker)
        with writing(self._engine) as connection:
            processes.remove(connection, [worker.id for worker in living])

    def shut_down(self, beat: Callable[[], None]) -> None:
        """Ask all to save, pause and leave; end those that do not within the grace period.

        Workers elsewhere cannot be asked; the next supervisor sees whether they still give a sign of life.
        """
        deadline = time.monotonic() + GRACE_SECONDS
        asked: set[str] = set()
        while True:
            try:
                beat()
                with reading(self._engine) as connection:
                    workers = [row for row in processes.of_kind(connection, "worker") if row.is_here]
                for worker in workers:
                    if worker.id not in asked:
                        self._crew.ask_to_leave(worker)
                        asked.add(worker.id)
                    if not self._crew.is_alive(worker):
                        self.settle(worker, self._crew.epitaph(worker))
                    elif time.monotonic() > deadline:
                        self.settle(worker, f"It did not pause within {GRACE_SECONDS:g} s and was ended.")
                if not workers:
                    return
            except DatabaseAway as away:
                log.warning("the database is away: %s", away.orig)
                if time.monotonic() > deadline:
                    return
            time.sleep(POLL_SECONDS)
