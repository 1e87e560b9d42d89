"""The supervisor: gives queued jobs to free device slots, keeps workers warm, writes the truth about deaths.

Its own process (`livetrain work`), one per data directory. Rule: everything it knows is in the database, so
it may die at any moment and the next one goes on.
"""

import logging
import time
from pathlib import Path

import orjson
import psutil
from sqlalchemy import Connection, Engine, select

from app.jobs.crew import Crew
from app.jobs.devices import detect, threads_per_worker
from app.jobs.freshness import Freshness
from app.jobs.slots import Waiting, assignments
from app.jobs.states import ACTIVE
from app.jobs.warmth import Warmth
from app.store import devices, processes, requests
from app.store.database import DatabaseAway, Watch, reading, writing
from app.store.log import AppendRefused, append, lines
from app.store.processes import Process
from app.store.schema import jobs
from ml.config import TrainConfig
from ml.datasets.registry import describe
from ml.entries import Reason, Status
from ml.threads import worthwhile_threads

POLL_SECONDS = 0.02
LOOK_SECONDS = 0.25  # deaths are looked for at least this often
BEAT_SECONDS = 1.0
DEVICES_SECONDS = 2.0
FROZEN_SECONDS = 8.0
ABANDONED_SECONDS = 30.0  # without a server's heartbeat, when started to serve one
QUEUE_WINDOW = 200  # queued jobs looked at for one decision

_CONCERNS = """
SELECT (SELECT count(*) || ' ' || coalesce(min(queue_order), 0) || ' ' || coalesce(max(number), 0)
        FROM jobs WHERE status = 'queued'),
       (SELECT count(*) FROM jobs WHERE status IN ('starting', 'running', 'stopping')),
       (SELECT group_concat(id || state || coalesce(job_id, '')) FROM processes WHERE kind = 'worker')
"""

log = logging.getLogger("livetrain.supervisor")


class Supervisor:
    """The loop. `until_idle`: end when no server is there and nothing is left to train."""

    def __init__(
        self, engine: Engine, crew: Crew, data_directory: Path, cpu_slots: int, *, until_idle: bool = False
    ) -> None:
        self._engine = engine
        self._crew = crew
        self._data = data_directory
        self._cpu_slots = cpu_slots
        self._until_idle = until_idle
        self._id = processes.new_id()
        self._warmth = Warmth()
        self._heartbeats: dict[str, Freshness] = {}
        self._server = Freshness()
        self._slots: dict[str, int] = {}
        self._looked = self._beaten = self._detected = 0.0

    def run(self) -> None:
        """Supervise until idle (or for ever)."""
        with writing(self._engine) as connection:
            former = [row.id for row in processes.of_kind(connection, "supervisor")]
            processes.remove(connection, former)  # the lock says they are gone
            processes.register(connection, self._id, "supervisor", "working")
        watch = Watch(self._engine, _CONCERNS)
        while True:
            try:
                if watch.changed() or time.monotonic() - self._looked > LOOK_SECONDS:
                    self._looked = time.monotonic()
                    if not self.look():
                        break
            except DatabaseAway as away:
                log.warning("the database is away: %s", away.orig)
            time.sleep(POLL_SECONDS)
        watch.close()

    def look(self) -> bool:
        """One round: heartbeat, devices, deaths, assignments, warm workers. False when all is done."""
        self._report()
        with reading(self._engine) as connection:
            workers = processes.of_kind(connection, "worker")
            active = connection.execute(
                select(jobs.c.id, jobs.c.device).where(jobs.c.status.in_(sorted(ACTIVE)))
            ).all()
            queue = self._queue(connection)
            servers = processes.of_kind(connection, "server")
        living = [worker for worker in workers if self._is_well(worker)]
        lost = {job_id for job_id, _ in active} - {worker.job_id for worker in workers}
        for job_id in lost:
            self._end_job(job_id, "interrupted", "worker_lost", "The worker process is gone.")
        if lost or len(living) < len(workers):
            return True  # rows changed; the next round decides on what is true then
        if self._until_idle and not queue and not active and self._is_abandoned(servers):
            self._dismiss(living)
            return False
        used: dict[str, int] = {}
        for _, device in active:
            used[device] = used.get(device, 0) + 1
        idle = [worker for worker in living if worker.state == "idle" and worker.job_id is None]
        startable = assignments(queue, self._slots, used)
        for (job_id, device), worker in zip(startable, idle, strict=False):
            self._assign(job_id, device, worker)
        self._keep_warm(living, startable if not idle else [])
        return True

    def _report(self) -> None:
        moment = time.monotonic()
        if moment - self._beaten >= BEAT_SECONDS:
            with writing(self._engine) as connection:
                processes.beat(connection, self._id)
            self._beaten = moment
        if moment - self._detected >= DEVICES_SECONDS:
            found = detect(self._cpu_slots)
            self._slots = {device.name: device.slots for device in found}
            with writing(self._engine) as connection:
                devices.replace(connection, found)
            self._detected = moment

    def _queue(self, connection: Connection) -> list[Waiting]:
        query = select(jobs.c.id, jobs.c.config).where(jobs.c.status == "queued")
        rows = connection.execute(query.order_by(jobs.c.queue_order).limit(QUEUE_WINDOW))
        return [Waiting(job_id, orjson.loads(config)["device"]) for job_id, config in rows]

    def _is_well(self, worker: Process) -> bool:
        """False when the worker was found dead or frozen; its row and its job are settled then."""
        beats = self._heartbeats.setdefault(worker.id, Freshness())
        frozen = beats.silent_seconds(worker.heartbeat_at) > FROZEN_SECONDS and worker.state != "warming"
        if self._crew.is_alive(worker) and not frozen:
            return True
        message = (
            f"The worker process gave no sign of life for {FROZEN_SECONDS:g} s and was ended."
            if frozen
            else self._crew.epitaph(worker)
        )
        self._crew.end(worker)  # before the truth is written: nobody may write after it
        if worker.state == "warming":
            self._warmth.failed(message)
        with writing(self._engine) as connection:
            requests.abandon(connection, worker.id)
            if worker.job_id is not None:
                _end_job(connection, worker.job_id, "interrupted", "worker_lost", message)
            processes.remove(connection, [worker.id])
        del self._heartbeats[worker.id]
        log.info("worker %s (pid %d) ended: %s", worker.id, worker.pid, message.splitlines()[0])
        return False

    def _threads(self, text: str) -> int:
        config = TrainConfig.model_validate_json(text)
        facts = describe(config.dataset, self._data)
        return worthwhile_threads(config, facts, threads_per_worker(self._cpu_slots))

    def _assign(self, job_id: str, device: str, worker: Process) -> None:
        with reading(self._engine) as connection:
            config = connection.execute(select(jobs.c.config).where(jobs.c.id == job_id)).scalar_one_or_none()
        if config is None:
            return  # deleted meanwhile
        threads = self._threads(config)
        with writing(self._engine) as connection:
            current = processes.get(connection, worker.id)
            if current is None or current.state != "idle":
                return  # it took a question meanwhile
            attempt = connection.execute(
                select(jobs.c.attempt).where(jobs.c.id == job_id)
            ).scalar_one_or_none()
            if attempt is None:
                return  # deleted meanwhile
            try:
                append(connection, job_id, attempt, lines(Status("starting")), device=device, threads=threads)
            except AppendRefused:
                return  # stopped meanwhile
            processes.enter(connection, worker.id, "busy", job_id)

    def _keep_warm(self, living: list[Process], startable: list[tuple[str, str]]) -> None:
        if any(worker.state != "warming" for worker in living):
            self._warmth.succeeded()
        elif startable and self._warmth.is_hopeless:
            message = f"No worker could be started. {self._warmth.last_message}"
            self._end_job(startable[0][0], "failed", "start_failed", message)
            self._warmth.succeeded()
        wanted = sum(self._slots.values()) + 1  # one more answers questions while all slots train
        staying = [worker for worker in living if worker.state != "leaving"]
        for _ in range(wanted - len(staying)):
            if not self._warmth.may_start:
                return
            worker_id = processes.new_id()
            pid = self._crew.start(worker_id)
            try:
                with writing(self._engine) as connection:
                    processes.register(connection, worker_id, "worker", "warming", pid)
            except psutil.NoSuchProcess:
                self._warmth.failed("The worker process ended at once.")
        self._crew.tidy_logs(worker.id for worker in living)

    def _end_job(self, job_id: str, status: str, reason: Reason, message: str) -> None:
        with writing(self._engine) as connection:
            _end_job(connection, job_id, status, reason, message)

    def _is_abandoned(self, servers: list[Process]) -> bool:
        newest = max((server.heartbeat_at for server in servers), default=None)
        return self._server.silent_seconds(newest) > ABANDONED_SECONDS

    def _dismiss(self, living: list[Process]) -> None:
        for worker in living:
            self._crew.end(worker)
        with writing(self._engine) as connection:
            processes.remove(connection, [self._id, *(worker.id for worker in living)])


def _end_job(connection: Connection, job_id: str, status: str, reason: Reason, message: str) -> None:
    """Write the terminal entry that the worker cannot write any more, unless it did."""
    attempt = connection.execute(select(jobs.c.attempt).where(jobs.c.id == job_id)).scalar_one_or_none()
    if attempt is None:
        return
    try:
        append(connection, job_id, attempt, lines(Status(status, reason=reason, message=message)))
    except AppendRefused:
        return  # it ended by itself before the worker did
