"""The whole product as a user starts it: `livetrain serve`, a free port, a data directory of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import httpx2 as httpx
import orjson
import psutil
from websockets.sync.client import ClientConnection, connect

Found = TypeVar("Found")
LIVETRAIN = str(Path(sys.executable).parent / "livetrain")
TERMINAL = {"completed", "stopped", "failed", "interrupted"}


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(condition: Callable[[], Found], seconds: float, what: str, every: float = 0.02) -> Found:
    """The first truthy answer of `condition`; fails after `seconds`, saying `what` was waited for."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain for {what}; last seen: {found!r}")
        time.sleep(every)


class Product:
    """A running server with its supervisor and workers; ends all of them on leaving."""

    def __init__(self, data_directory: Path, **environment: str) -> None:
        self.data_directory = data_directory
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {**os.environ, **environment}
        self.server: subprocess.Popen[bytes] | None = None
        self.http = httpx.Client(base_url=self.url, timeout=30)

    def __enter__(self) -> "Product":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()
        self.end()

    def start(self) -> float:
        """Start the server; returns the seconds until it answers."""
        began = time.perf_counter()
        self.data_directory.mkdir(parents=True, exist_ok=True)
        log = (self.data_directory / "serve.out").open("ab")
        command = [LIVETRAIN, "serve", "--port", str(self.port), "--data-dir", str(self.data_directory)]
        self.server = subprocess.Popen(command, stdout=log, stderr=log, env=self.environment)
        log.close()
        eventually(self.answers, 60, "the server to answer", every=0.005)
        return time.perf_counter() - began

    def answers(self) -> bool:
        """Whether the server answers at all."""
        if self.server is not None and self.server.poll() is not None:
            raise AssertionError((self.data_directory / "serve.out").read_text()[-4000:])
        try:
            self.http.get("/api/health")
        except httpx.TransportError:
            return False
        return True

    def ready(self, seconds: float = 60) -> "Product":
        """Wait until every part is up and a worker is warm."""
        eventually(lambda: self.http.get("/api/health").status_code == 200, seconds, "health")
        eventually(
            lambda: self.http.get("/api/datasets/circles/preview").status_code == 200,
            seconds,
            "a warm worker",
        )
        return self

    def processes(self) -> list[psutil.Process]:
        """Every process that works on this data directory, the server's included."""
        found = []
        for process in psutil.process_iter(["cmdline"]):
            words = process.info["cmdline"] or []
            if process.pid != os.getpid() and any(str(self.data_directory) in word for word in words):
                found.append(process)
        return found

    def kill_server(self) -> None:
        """SIGKILL the server process only."""
        assert self.server
        self.server.send_signal(signal.SIGKILL)
        self.server.wait()

    def end(self) -> None:
        """End everything that works on this data directory."""
        for _ in range(5):
            alive = self.processes()
            for process in alive:
                try:
                    process.kill()
                except psutil.NoSuchProcess:
                    continue
            psutil.wait_procs(alive, timeout=5)
            if not alive:
                break
        if self.server is not None:
            self.server.wait(timeout=10)

    def create(self, **config: Any) -> dict[str, Any]:
        """Create a job; its answer."""
        response = self.http.post("/api/jobs", json=config)
        assert response.status_code == 201, response.text
        return dict(response.json())

    def job(self, job_id: str) -> dict[str, Any]:
        """The job as it stands."""
        return dict(self.http.get(f"/api/jobs/{job_id}").json())

    def wait(self, job_id: str, *statuses: str, seconds: float = 120) -> dict[str, Any]:
        """Wait until the job has one of `statuses`, a terminal one when none is named."""
        wanted = set(statuses) or TERMINAL
        return eventually(
            lambda: found if (found := self.job(job_id))["status"] in wanted else None,
            seconds,
            f"job {job_id} to be {' or '.join(sorted(wanted))}",
            every=0.1,
        )  # type: ignore[return-value]

    def stream(self, job_id: str, after: int = 0, query: str = "") -> ClientConnection:
        """A websocket on the job's log."""
        return connect(self.stream_address(job_id, after, query), max_size=None, compression=None)

    def stream_address(self, job_id: str, after: int = 0, query: str = "") -> str:
        """Where the job's log streams from."""
        return f"ws://127.0.0.1:{self.port}/api/jobs/{job_id}/stream?after={after}{query}"

    def entries(self, job_id: str) -> Iterator[dict[str, Any]]:
        """The job's log from its beginning to its terminal entry, through the websocket."""
        with self.stream(job_id) as socket_:
            for frame in socket_:
                yield from orjson.loads(frame)
