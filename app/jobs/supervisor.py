"""The supervisor: gives queued jobs to free device slots, keeps workers warm, writes the truth about deaths.

Its own process (`livetrain work`), one per data directory. Rule: everything it knows is in the database, so
it may die at any moment and the next one goes on.
"""

import logging
import time
from pathlib import Path

import orjson
from sqlalchemy import Connection, Engine, select

from app.bell import SUPERVISOR, WORKER, Bell, ring
from app.jobs.crew import Crew
from app.jobs.devices import cores, detect, threads_per_worker
from app.jobs.disk import Disk
from app.jobs.freshness import Freshness
from app.jobs.leaving import Leaving
from app.jobs.recovery import Recovery, end_job
from app.jobs.room import give_room, hold_all, warn_all
from app.jobs.roster import Roster
from app.jobs.slots import Waiting, assignments
from app.jobs.standstill import Standstill
from app.logs import of_job
from app.store import devices, processes
from app.store.database import DatabaseAway, reading, writing
from app.store.log import AppendRefused, append, lines
from app.store.processes import Process
from app.store.schema import jobs
from ml.config import TrainConfig
from ml.datasets.failures import DatasetFailure
from ml.datasets.registry import facts_of
from ml.entries import Status
from ml.threads import worthwhile_threads

LOOK_SECONDS = 0.5  # it looks at least this often, for deaths among others
REST_SECONDS = 0.02  # between two looks, however often it is rung
BEAT_SECONDS = 1.0
DEVICES_SECONDS = 2.0
DISK_SECONDS = 1.0
ABANDONED_SECONDS = 30.0  # without a server's heartbeat, when started to serve one
QUEUE_WINDOW = 200  # queued jobs looked at for one decision

log = logging.getLogger("livetrain.supervisor")


class Supervisor:
    """The loop. `until_idle`: end when no server is there and nothing is left to train."""

    def __init__(
        self, engine: Engine, crew: Crew, data_directory: Path, cpu_slots: int, *, until_idle: bool = False
    ) -> None:
        self._engine = engine
        self._data = data_directory
        self._cpu_slots = cpu_slots
        self._until_idle = until_idle
        self._id = processes.new_id()
        self._leaving = Leaving()
        self._bell = Bell(data_directory, SUPERVISOR, self._id)
        self._crew = crew
        self._roster = Roster(engine, crew)
        self._standstill = Standstill()
        self._recovery = Recovery(engine)
        self._disk = Disk(data_directory)
        self._server = Freshness()
        self._slots: dict[str, int] = {}
        self._beaten = self._detected = self._weighed = 0.0

    def leave(self) -> None:
        """Have `run` end after every job is saved and paused; the next supervisor lets them go on.

        Also from a signal handler.
        """
        self._leaving.set()
        self._bell.ring()

    def run(self) -> None:
        """Supervise until idle or asked to leave."""
        self._end_who_stands_still()  # seen from the first moment on: there may be one already
        while not self._leaving.is_set():
            try:
                if not self.look():
                    break
                self._standstill.forget()
            except DatabaseAway as away:
                log.warning("the database is away: %s", away.orig)
                self._end_who_stands_still()
            except OSError as trouble:  # no room for a log, or no file descriptor left: the next round may do
                log.warning("this look failed: %s", trouble)
            self._bell.wait(LOOK_SECONDS)
            time.sleep(REST_SECONDS)
        self._bell.close()
        if self._leaving.is_set():
            self._roster.shut_down(self._beat)
        try:
            with writing(self._engine) as connection:
                processes.remove(connection, [self._id])
        except DatabaseAway as away:
            log.warning("the database is away: %s", away.orig)

    def look(self) -> bool:
        """One round: heartbeat, devices, deaths, assignments, warm workers. False when all is done."""
        self._watch_the_disk()  # first: on a full one nothing else can be written
        self._beat()
        self._measure()
        with reading(self._engine) as connection:
            workers = processes.of_kind(connection, "worker")
            holders = devices.holders(connection)
            servers = processes.of_kind(connection, "server")
        living = self._roster.living(workers)
        active = {job_id for job_id, _, status in holders if status != "paused"}
        lost = active - {worker.job_id for worker in workers}
        for job_id in lost:
            self._end_job(job_id, "The worker process is gone.")
        if lost or len(living) < len(workers):
            return True  # rows changed; the next round decides on what is true then
        self._recovery.look(disk_is_full=self._disk.is_full)
        with reading(self._engine) as connection:
            queue = self._queue(connection)  # with those that go on by themselves at its front
        is_idle = not (queue or active or self._recovery.is_waiting)
        if self._until_idle and is_idle and self._is_abandoned(servers):
            self._roster.dismiss(living)
            return False
        used: dict[str, int] = {}
        for _, device, _ in holders:
            used[device or ""] = used.get(device or "", 0) + 1
        living = [worker for worker in living if worker.is_here]  # others nobody could end
        idle = [worker for worker in living if worker.state == "idle" and worker.job_id is None]
        startable = [] if self._disk.is_full else assignments(queue, self._slots, used)
        for (job_id, device), worker in zip(startable, idle, strict=False):
            self._assign(job_id, device, worker)
        if queue and not startable and not self._disk.is_full:
            with writing(self._engine) as connection:
                give_room(connection, queue, self._slots, holders)
        self._keep_warm(living, startable if not idle else [])
        return True

    def _end_who_stands_still(self) -> None:
        """Workers that may hold the database for ever; the next look finds them dead."""
        try:
            with reading(self._engine) as connection:
                workers = processes.of_kind(connection, "worker")
        except DatabaseAway:
            return
        for worker in self._standstill.lasting(workers):
            log.warning("worker %s (pid %d) stands still; ending it", worker.id, worker.pid)
            self._crew.end(worker)

    def _beat(self) -> None:
        moment = time.monotonic()
        if moment - self._beaten >= BEAT_SECONDS:
            with writing(self._engine) as connection:
                if not processes.beat(connection, self._id):
                    former = [row.id for row in processes.of_kind(connection, "supervisor")]
                    processes.remove(connection, former)  # the lock says they are gone
                    processes.register(connection, self._id, "supervisor", "working")
            self._beaten = moment

    def _watch_the_disk(self) -> None:
        moment = time.monotonic()
        if moment - self._weighed < DISK_SECONDS:
            return
        self._weighed = moment
        was_low = self._disk.is_low
        self._disk.look()
        if self._disk.is_full:
            with writing(self._engine) as connection:
                hold_all(connection, self._disk.full_message)
        elif self._disk.is_low and not was_low:
            with writing(self._engine) as connection:
                warn_all(connection, self._disk.low_message)

    def _measure(self) -> None:
        moment = time.monotonic()
        if moment - self._detected < DEVICES_SECONDS:
            return
        found = detect(self._cpu_slots)
        self._slots = {device.name: device.slots for device in found}
        with writing(self._engine) as connection:
            devices.replace(connection, found)
        self._detected = moment

    def _queue(self, connection: Connection) -> list[Waiting]:
        query = select(jobs.c.id, jobs.c.config).where(jobs.c.status == "queued")
        rows = connection.execute(query.order_by(jobs.c.queue_order).limit(QUEUE_WINDOW))
        return [Waiting(job_id, orjson.loads(config)["device"]) for job_id, config in rows]

    def _threads(self, text: str, before: int | None) -> int:
        """Threads of a job; a resumed one keeps those it had, on which its numbers depend."""
        config = TrainConfig.model_validate_json(text)
        facts = facts_of(config, self._data)
        if before is not None:
            return min(before, cores())
        return worthwhile_threads(config, facts, threads_per_worker(self._cpu_slots))

    def _assign(self, job_id: str, device: str, worker: Process) -> None:
        query = select(jobs.c.config, jobs.c.threads, jobs.c.attempt).where(jobs.c.id == job_id)
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return  # deleted meanwhile
        try:
            threads = self._threads(row.config, row.threads)
        except DatasetFailure as failure:  # uploaded once, and not there any more
            with writing(self._engine) as connection:
                end_job(connection, job_id, "failed", "data_error", f"{failure}.")
            return
        with writing(self._engine) as connection:
            current = processes.get(connection, worker.id)
            if current is None or current.state != "idle":
                return  # it took a question meanwhile
            started = lines(Status("starting"))
            try:
                append(connection, job_id, row.attempt, started, device=device, threads=threads)
            except AppendRefused:
                return  # stopped, paused or deleted meanwhile
            processes.enter(connection, worker.id, "busy", job_id)
        log.info("goes to worker %s on %s", worker.id, device, extra=of_job(job_id))
        ring(self._data, WORKER)

    def _keep_warm(self, living: list[Process], startable: list[tuple[str, str]]) -> None:
        warmth = self._roster.warmth
        if any(worker.state != "warming" for worker in living):
            warmth.succeeded()
        elif startable and warmth.is_hopeless:
            message = f"No worker could be started. {warmth.last_message}"
            with writing(self._engine) as connection:
                end_job(connection, startable[0][0], "failed", "start_failed", message)
            warmth.succeeded()
        # one more answers questions while all slots train
        self._roster.keep_warm(living, sum(self._slots.values()) + 1)

    def _end_job(self, job_id: str, message: str) -> None:
        log.warning("interrupted: %s", message, extra=of_job(job_id))
        with writing(self._engine) as connection:
            end_job(connection, job_id, "interrupted", "worker_lost", message)

    def _is_abandoned(self, servers: list[Process]) -> bool:
        newest = max((server.heartbeat_at for server in servers), default=None)
        return self._server.silent_seconds(newest) > ABANDONED_SECONDS
