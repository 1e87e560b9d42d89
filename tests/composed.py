"""The product as `docker compose` runs it: two containers of one image, a free port, a project of its own."""

import json
import os
import re
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx2 as httpx
import orjson
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import connect

from app.settings import PREFIX, Settings
from ml.columns import decode, plain
from tests.product import TERMINAL, eventually, free_port

ROOT = Path(__file__).parent.parent
PROJECT = "livetrain-check"
LOGIN_LINK = re.compile(r"http://localhost:(\d+)/login\?token=(\S+)")
TAIL = 3000  # characters of a failed command's words


class Composed:
    """One project of compose; `override` is a further compose file for this check alone."""

    def __init__(self, override: Path | None) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        files = [ROOT / "compose.yaml", *([override] if override else [])]
        self._command = ["docker", "compose", "--project-name", PROJECT, "--project-directory", str(ROOT)]
        self._command += [word for file in files for word in ("--file", str(file))]
        defaults = {
            f"{PREFIX}{name.upper()}": "" for name in Settings.model_fields
        }  # also against a .env file
        self.environment = {**os.environ, **defaults, "LIVETRAIN_PORT": str(self.port)}
        self.http = httpx.Client(base_url=self.url, timeout=30, trust_env=False)

    def run(self, *words: str, feed: Any = None) -> str:
        """`docker compose WORDS`; its output. Raises RuntimeError with its last words when it fails."""
        done = subprocess.run(
            [*self._command, *words], stdin=feed, capture_output=True, text=True, env=self.environment
        )
        if done.returncode != 0:
            raise RuntimeError(f"docker compose {' '.join(words)}: {(done.stdout + done.stderr)[-TAIL:]}")
        return done.stdout

    def timed(self, *words: str) -> float:
        """The seconds that `docker compose WORDS` took."""
        began = time.monotonic()
        self.run(*words)
        return time.monotonic() - began

    def inspect(self, service: str) -> dict[str, Any]:
        """What the engine knows of the service's container."""
        container = self.run("ps", "--all", "--quiet", service).strip()
        found = subprocess.run(["docker", "inspect", container], capture_output=True, check=True)
        return dict(json.loads(found.stdout)[0])

    def image_bytes(self) -> int:
        """The size of the image that the worker runs."""
        words = ["docker", "image", "inspect", "--format", "{{.Size}}", self.inspect("worker")["Image"]]
        return int(subprocess.run(words, capture_output=True, check=True).stdout)

    def login_link(self) -> re.Match[str] | None:
        """The last log-in link in the server's log: the port and the token it names."""
        return next(reversed(list(LOGIN_LINK.finditer(self.run("logs", "--no-log-prefix", "web")))), None)

    def use_token(self, token: str) -> None:
        """Show `token` with every call from now on."""
        self.http.headers["authorization"] = f"Bearer {token}"

    def create(self, **config: Any) -> str:
        """Create a job; its id."""
        response = self.http.post("/api/jobs", json=config)
        assert response.status_code == 201, response.text
        return str(response.json()["id"])

    def job(self, job_id: str) -> dict[str, Any]:
        """The job as it stands; empty while the server is away."""
        try:
            response = self.http.get(f"/api/jobs/{job_id}")
        except httpx.TransportError:
            return {}
        return dict(response.json()) if response.status_code == 200 else {}

    def step(self, job_id: str) -> int:
        """The job's last step so far."""
        return int(self.job(job_id).get("step") or 0)

    def wait(self, job_id: str, *statuses: str, seconds: float) -> dict[str, Any]:
        """Wait until the job has one of `statuses`, a terminal one when none is named."""
        wanted = set(statuses) or TERMINAL
        return eventually(
            lambda: found if (found := self.job(job_id)).get("status") in wanted else {},
            seconds,
            f"job {job_id} to be {' or '.join(sorted(wanted))}",
            every=0.2,
        )

    def steps(self, job_id: str) -> list[int]:
        """The training steps in the job's CSV file."""
        lines = self.http.get(f"/api/jobs/{job_id}/metrics.csv").text.splitlines()[1:]
        return [int(line.split(",")[1]) for line in lines if line.startswith("train,")]


class Follower(threading.Thread):
    """A client that follows one job's log to its end, and connects again whenever the server goes away."""

    def __init__(self, stack: Composed, job_id: str) -> None:
        super().__init__(daemon=True)
        self._address = f"ws://localhost:{stack.port}/api/jobs/{job_id}/stream"
        self._headers = {"Authorization": stack.http.headers["authorization"]}
        self.seqs: list[int] = []
        self.steps: list[int] = []
        self.statuses: list[str] = []
        self.connections = 0
        self.start()

    def run(self) -> None:
        """Follow."""
        while not (self.statuses and self.statuses[-1] in TERMINAL):
            after = self.seqs[-1] if self.seqs else 0
            try:
                with connect(
                    f"{self._address}?after={after}",
                    additional_headers=self._headers,
                    max_size=None,
                    proxy=None,
                ) as socket:
                    self.connections += 1
                    for frame in socket:
                        self._take(orjson.loads(frame))
            except (ConnectionClosed, InvalidHandshake, OSError, EOFError):
                time.sleep(0.1)  # away; a client tries again

    def _take(self, entries: Sequence[dict[str, Any]]) -> None:
        for entry in entries:
            self.seqs.append(entry["seq"])
            if entry["type"] == "status":
                self.statuses.append(entry["status"])
            elif entry["type"] == "rewind":
                self.steps = [step for step in self.steps if step <= entry["to_step"]]
            elif entry["type"] == "metrics" and entry["split"] == "train":
                column = entry["columns"]["step"]
                self.steps += plain(decode(column)) if isinstance(column, dict) else column
