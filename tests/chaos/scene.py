"""A product under chaos: the job that trains, the processes behind it, and waiting for what must come."""

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import httpx2 as httpx
import psutil

from app.store.processes import is_alive
from tests import faults
from tests.chaos.truth import Truth
from tests.faults import processes_of
from tests.product import Product, eventually

Found = TypeVar("Found")
CONFIG: dict[str, Any] = {**faults.CONFIG, "epochs": 50}
SLOTS = 2  # so that a job computes with one thread on two cores
WORKERS = SLOTS + 1
SETTLED_SECONDS = 120.0


class Wrong(AssertionError):  # noqa: N818 - it names what was found
    """Something that must hold does not."""


class Over(Exception):  # noqa: N818 - it names what was found
    """The job has completed before the fault could find its worker."""


class Scene:
    """What a fault gets to see and to break."""

    def __init__(self, product: Product, random_: random.Random, clock: Path, disk: Path | None) -> None:
        self.product = product
        self.random = random_
        self.clock = clock  # the file that moves the product's clock
        self.disk = disk  # the small disk that the data folder lies on, where one could be mounted
        self.truth = Truth(product.data_directory)
        self.job_id = ""

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response | None:
        """The server's answer; None while it is away."""
        try:
            return self.product.http.request(method, path, **options)
        except httpx.TransportError:
            return None

    def job(self) -> dict[str, Any]:
        """The job as the API tells it, as soon as it does."""
        return self.until(self._told, 60, "the job's state")

    def _told(self) -> dict[str, Any] | None:
        answer = self.ask("GET", f"/api/jobs/{self.job_id}")
        return dict(answer.json()) if answer is not None and answer.status_code == 200 else None

    def until(self, condition: Callable[[], Found | None], seconds: float, what: str) -> Found:
        """The first truthy answer of `condition`."""
        found = eventually(condition, seconds, what, every=0.05)
        assert found is not None
        return found

    def until_status(self, *statuses: str, seconds: float = 60) -> dict[str, Any]:
        """The job, once it has one of `statuses`; or has completed, for it may be faster than the fault."""
        wanted = {*statuses, "completed"}
        return self.until(
            lambda: job if (job := self.job())["status"] in wanted else None, seconds, " or ".join(statuses)
        )

    def is_healthy(self) -> bool:
        """Whether server, database and supervisor say so."""
        answer = self.ask("GET", "/api/health")
        return answer is not None and answer.status_code == 200

    def worker(self) -> psutil.Process:
        """The process that trains the job; raises `Over` when none does any more."""

        def found() -> int | None:
            pid = faults.worker_of(self.product, self.job_id)
            if pid is None and (self._told() or {}).get("status") == "completed":
                raise Over
            return pid

        return psutil.Process(self.until(found, 60, "the job's worker"))

    def spare_worker(self) -> psutil.Process:
        """A warm worker without a job."""

        def found() -> int | None:
            rows = [row for row in processes_of(self.product, "worker") if row.is_alive()]
            return next((row.pid for row in rows if row.state == "idle" and row.job_id is None), None)

        return psutil.Process(self.until(found, 60, "a warm worker"))

    def supervisor(self) -> psutil.Process:
        """The supervisor at work."""

        def found() -> int | None:
            rows = [row for row in processes_of(self.product, "supervisor") if row.is_alive()]
            return rows[0].pid if rows else None

        return psutil.Process(self.until(found, 60, "a supervisor"))

    def server(self) -> psutil.Process:
        """The server."""
        assert self.product.server is not None
        return psutil.Process(self.product.server.pid)

    def start_server(self) -> None:
        """Start it again, the one before is gone."""
        assert self.product.server is not None
        self.product.server.wait(timeout=30)
        self.product.start()

    def freeze(self, *processes: psutil.Process, seconds: float) -> None:
        """Stop them for so long."""
        for process in processes:
            os.kill(process.pid, signal.SIGSTOP)
        self.hold(seconds)
        for process in processes:
            if process.is_running():
                os.kill(process.pid, signal.SIGCONT)

    def hold(self, seconds: float) -> None:
        """Let the fault last; that it takes time is the fault itself."""
        time.sleep(seconds)

    def moment(self, least: float, most: float) -> float:
        """A random number of seconds."""
        return self.random.uniform(least, most)

    def is_gone(self, process: psutil.Process, started: float) -> bool:
        """Whether the process that began at `started` has ended."""
        return not is_alive(process.pid, started)

    def settle(self) -> dict[str, Any]:
        """The job once it trains again and all is well, or it has completed; what was ended is resumed."""
        return self.until(self._settled, SETTLED_SECONDS, "the job to go on")

    def _settled(self) -> dict[str, Any] | None:
        job = self._told()
        if job is None:
            return None
        if job["status"] == "failed":
            raise Wrong(f"the job failed: {job['reason']}: {job['error']}")
        if job["status"] in ("interrupted", "stopped"):
            self.ask("POST", f"/api/jobs/{self.job_id}/resume")
            return None
        trains = job["status"] == "running" and self.is_healthy() and self._has_worker()
        return job if trains or job["status"] == "completed" else None

    def _has_worker(self) -> bool:
        """Whether who is said to train the job lives."""
        rows = processes_of(self.product, "worker")
        return any(row.job_id == self.job_id and row.is_alive() and not row.is_stopped() for row in rows)
