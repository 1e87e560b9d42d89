"""The workers as processes: start, watch, end. Rule: a worker is ended with its whole process group."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

import app
from app.logs import LogFormat, is_routine
from app.settings import PREFIX, SECRETS
from app.store.processes import Process, started_at

KEPT_LOGS = 30
LOG_BYTES = 1_000_000  # a worker's log is cut when it grows beyond
QUOTED_LINES = 12
ENDING_SECONDS = 5.0  # a killed process gives back its memory before it is gone
LOOK_SECONDS = 0.01
_SECRETS = {f"{PREFIX}{name.upper()}" for name in SECRETS}


def child_environment() -> dict[str, str]:
    """The environment for our own child processes: they find this very package first, and no secret."""
    root = str(Path(app.__file__).parent.parent)
    paths = [root, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    kept = {name: value for name, value in os.environ.items() if name.upper() not in _SECRETS}
    return {**kept, "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths))}


class Crew:
    """Starts workers and knows how they ended."""

    def __init__(self, database_url: str, data_directory: Path, log_format: LogFormat = "text") -> None:
        self._database_url = database_url
        self._log_format = log_format
        self._data = data_directory
        self._logs = data_directory / "logs"
        self._children: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, worker_id: str) -> int:
        """Start a worker process, detached; returns its pid."""
        self._logs.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "app.jobs.worker", "--id", worker_id]
        command += ["--database-url", self._database_url, "--data-dir", str(self._data)]
        command += ["--log-format", self._log_format]
        with self._log(worker_id).open("ab") as log:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=child_environment(),
            )
        self._children[child.pid] = child
        return child.pid

    def _log(self, worker_id: str) -> Path:
        return self._logs / f"worker-{worker_id}.log"

    def is_alive(self, worker: Process) -> bool:
        """Whether the worker still runs: a child is asked, an adopted one found by pid and creation time.

        One elsewhere counts as running; it is its heartbeat that ends.
        """
        child = self._child(worker)
        return child.poll() is None if child is not None else worker.is_alive()

    def _child(self, worker: Process) -> subprocess.Popen[bytes] | None:
        return self._children.get(worker.pid) if worker.is_here else None

    def ask_to_leave(self, worker: Process) -> None:
        """SIGTERM: save and pause the job, then end."""
        if worker.is_here and self.is_alive(worker):
            with suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGTERM)

    def end(self, worker: Process) -> None:
        """Kill what is left of the worker's process group, unless its number means somebody else here."""
        if not worker.is_here:
            return
        if not self._is_somebody_else(worker):
            with suppress(ProcessLookupError):  # nobody is left
                os.killpg(worker.pid, signal.SIGKILL)
        child = self._children.pop(worker.pid, None)
        if child is not None:
            child.wait()
            return
        deadline = time.monotonic() + ENDING_SECONDS  # an adopted one cannot be waited for, only looked at
        while worker.is_alive() and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)

    def _is_somebody_else(self, worker: Process) -> bool:
        if worker.pid in self._children:
            return False
        try:
            return started_at(worker.pid) != worker.process_created_at
        except psutil.NoSuchProcess:
            return False

    def epitaph(self, worker: Process) -> str:
        """How the worker ended, with the last lines it wrote."""
        child = self._child(worker)
        code = child.poll() if child else None
        if code is not None and code < 0:
            how = f"killed by signal {-code} ({signal.Signals(-code).name})"
        else:
            how = f"exit code {code}" if code is not None else "it is gone"
        if code == 0:
            return "The worker process left."
        words = f"The worker process ended unexpectedly: {how}."
        tail = self._last_lines(worker.id)
        return f"{words} Its last words:\n{tail}" if tail else words

    def _last_lines(self, worker_id: str) -> str:
        try:
            text = self._log(worker_id).read_text(errors="replace")
        except OSError:
            return ""
        told = [line for line in text.strip().splitlines() if not is_routine(line)]
        return "\n".join(told[-QUOTED_LINES:])

    def tidy_logs(self, living: Iterable[str]) -> None:
        """Cut logs that grew too long; forget the oldest ones of workers that have ended."""
        kept = {self._log(worker_id) for worker_id in living}
        logs = sorted(self._logs.glob("worker-*.log"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in logs[KEPT_LOGS:]:
            if path not in kept:
                path.unlink(missing_ok=True)
        for path in logs[:KEPT_LOGS]:
            if path.stat().st_size > LOG_BYTES:
                os.truncate(path, 0)  # workers append, so they go on at the new end
