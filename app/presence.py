"""The server's sign of life, and its care for the supervisor. Rule: a dead one is replaced in seconds."""

import logging
import os
import signal
import subprocess
import threading
import time
from contextlib import suppress

from sqlalchemy import Engine

from app.jobs.freshness import Freshness
from app.jobs.work import start_detached
from app.settings import Settings
from app.store import processes
from app.store.database import DatabaseAway, reading, writing

BEAT_SECONDS = 1.0
FROZEN_SECONDS = 10.0  # without a heartbeat; its workers go on, the next supervisor adopts them
STARTING_SECONDS = 10.0  # a supervisor that was just started needs a moment to say so

log = logging.getLogger("livetrain")


class Presence:
    """A thread that writes the heartbeat; with `supervised` it also keeps a supervisor at work."""

    def __init__(self, engine: Engine, settings: Settings, *, supervised: bool) -> None:
        self._engine = engine
        self._settings = settings
        self._supervised = supervised
        self._id = processes.new_id()
        self._watched = Freshness()
        self._child: subprocess.Popen[bytes] | None = None
        self._started_at = float("-inf")
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="presence", daemon=True)

    def start(self) -> None:
        """Say that the server is there."""
        with writing(self._engine) as connection:
            gone = [row.id for row in processes.of_kind(connection, "server") if not row.is_alive()]
            processes.remove(connection, gone)
            processes.register(connection, self._id, "server", "serving")
        self._thread.start()

    def stop(self) -> None:
        """End the thread; the row stays, so that workers keep warm for a server that comes back soon."""
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                self._look()
            except DatabaseAway as away:
                log.warning("the database is away: %s", away.orig)
            if self._ending.wait(BEAT_SECONDS):
                return

    def _look(self) -> None:
        with writing(self._engine) as connection:
            processes.beat(connection, self._id)
        if not self._supervised:
            return
        if self._child is not None and self._child.poll() is not None:
            self._child = None
        with reading(self._engine) as connection:
            supervisors = [row for row in processes.of_kind(connection, "supervisor") if row.is_alive()]
        silent = self._watched.silent_seconds(max((row.heartbeat_at for row in supervisors), default=None))
        if supervisors and silent < FROZEN_SECONDS:
            return
        for frozen in supervisors:
            log.warning(
                "the supervisor, pid %d, gave no sign of life for %d s; ending it", frozen.pid, silent
            )
            with suppress(ProcessLookupError):
                os.kill(frozen.pid, signal.SIGKILL)
        if self._child is not None and time.monotonic() - self._started_at < STARTING_SECONDS:
            return
        self._started_at = time.monotonic()
        self._child = start_detached(self._settings)
        log.info("started a supervisor, pid %d", self._child.pid)
