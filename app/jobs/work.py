"""The supervisor as a process: its lock, its log, its start beside a server. Rule: one per data directory."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.jobs.crew import Crew, child_environment
from app.jobs.supervisor import Supervisor
from app.logs import set_up
from app.occupied import SUPERVISOR, Occupied, hold
from app.settings import Settings
from app.store.database import open_database
from app.store.migrate import bring_up_to_date

LOG_BYTES = 1_000_000
BUSY_SECONDS = 2.0  # then it looks whether a worker that stands still holds the database


class AlreadySupervised(Exception):  # noqa: N818 - it names what was found
    """Another supervisor works in this data directory."""


@contextmanager
def _alone(data_directory: Path) -> Iterator[None]:
    try:
        lock = hold(data_directory / SUPERVISOR)
    except Occupied:
        raise AlreadySupervised(
            f"A supervisor already works in {data_directory}. One is enough: it shares the slots fairly."
        ) from None
    with lock:
        yield


def supervise(settings: Settings, *, until_idle: bool) -> None:
    """Run the supervisor in this process. Raises AlreadySupervised and WrongDatabase.

    SIGTERM and Ctrl-C let it save and pause its jobs and end; the next one lets them go on.
    """
    set_up(settings.log_format)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with _alone(settings.data_dir):
        bring_up_to_date(settings.database)
        engine = open_database(settings.database, busy_seconds=BUSY_SECONDS)
        crew = Crew(settings.database, settings.data_dir, settings.log_format)
        supervisor = Supervisor(engine, crew, settings.data_dir, settings.cpu_slots, until_idle=until_idle)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: supervisor.leave())
        supervisor.run()
        engine.dispose()


def start_detached(settings: Settings) -> subprocess.Popen[bytes]:
    """A supervisor of its own session that outlives this process and ends when nothing is left to do."""
    logs = settings.data_dir / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    path = logs / "supervisor.log"
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_suffix(".old.log"))
    command = [sys.executable, "-m", "app.cli", "work", "--until-idle"]
    command += ["--data-dir", str(settings.data_dir), "--database-url", settings.database]
    command += ["--cpu-slots", str(settings.cpu_slots), "--log-format", settings.log_format]
    with path.open("ab") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=child_environment(),
            cwd=os.fspath(settings.data_dir),
        )
