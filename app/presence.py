"""The server's sign of life, and its care for the supervisor. Rule: a dead one is replaced in seconds."""

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterable
from contextlib import suppress

from sqlalchemy import Engine

from app.attendance import Attendance
from app.jobs.standstill import Standstill
from app.jobs.work import start_detached
from app.settings import Settings
from app.store import processes
from app.store.database import DatabaseAway, reading, writing

BEAT_SECONDS = 1.0
FROZEN_SECONDS = 10.0  # without a heartbeat; its workers go on, the next supervisor adopts them
STARTING_SECONDS = 10.0  # a supervisor that was just started needs a moment to say so
FORGOTTEN_SECONDS = 60.0  # servers elsewhere leave no other trace when they end

log = logging.getLogger("livetrain")


class Presence:
    """A thread that writes the heartbeat; with `supervised` it also keeps a supervisor at work."""

    def __init__(
        self, engine: Engine, settings: Settings, supervisors: Attendance, *, supervised: bool
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._supervised = supervised
        self._id = processes.new_id()
        self._supervisors = supervisors
        self._servers = Attendance()
        self._standstill = Standstill()
        self._children: list[subprocess.Popen[bytes]] = []  # one that ends may still be there beside its heir
        self._not_before = float("-inf")
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="presence", daemon=True)

    def start(self) -> None:
        """Say that the server is there."""
        try:
            with writing(self._engine) as connection:
                processes.register(connection, self._id, "server", "serving")
        except DatabaseAway as away:
            log.warning("the database is away: %s", away.orig)  # the first round that finds it says so
        self._thread.start()

    def stop(self) -> None:
        """End the thread; the row stays, so that workers keep warm for a server that comes back soon."""
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                self.look()
            except DatabaseAway as away:
                log.warning("the database is away: %s", away.orig)
                self._look_without_writing()
            except OSError as trouble:  # no file descriptor or no room left; the next round may do
                log.warning("this look failed: %s", trouble)
            if self._ending.wait(BEAT_SECONDS):
                return

    def look(self) -> None:
        """One round: the heartbeat, servers that are gone, the supervisor."""
        self._reap()
        if self._supervised:
            with suppress(OSError):  # no file descriptor or no room for another process: what follows may do
                self._replace_the_dead()
        with writing(self._engine) as connection:
            if not processes.beat(connection, self._id):  # forgotten by another server while this one slept
                processes.register(connection, self._id, "server", "serving")
            servers = processes.of_kind(connection, "server")
            there = {row.id for row, silent in self._servers.observe(servers) if silent < FORGOTTEN_SECONDS}
            processes.remove(connection, [row.id for row in servers if row.id not in there])
        self._standstill.forget()
        with reading(self._engine) as connection:
            supervisors = self._supervisors.observe(processes.of_kind(connection, "supervisor"))
        if self._supervised and not any(silent < FROZEN_SECONDS for _, silent in supervisors):
            self._replace([row for row, _ in supervisors if row.is_here])

    def _replace_the_dead(self) -> None:
        """Before anything is written: a worker that stands still may hold the database, and only a supervisor
        ends it. Silence proves nothing yet, for nobody may be able to write a heartbeat."""
        with reading(self._engine) as connection:
            supervisors = processes.of_kind(connection, "supervisor")
        if not any(row.is_alive() for row in supervisors):
            self._replace([])

    def _look_without_writing(self) -> None:
        """A supervisor that may hold the database for ever; the next look finds it dead."""
        try:
            with reading(self._engine) as connection:
                supervisors = processes.of_kind(connection, "supervisor")
        except DatabaseAway:
            return
        if self._supervised:
            self._end(self._standstill.lasting(supervisors), "stands still")

    def _end(self, supervisors: Iterable[processes.Process], why: str) -> None:
        for row in supervisors:
            log.warning("the supervisor, pid %d, %s; ending it", row.pid, why)
            with suppress(ProcessLookupError):
                os.kill(row.pid, signal.SIGKILL)

    def _reap(self) -> None:
        codes = {child: child.poll() for child in self._children}
        self._children = [child for child, code in codes.items() if code is None]
        if any(code is not None and code <= 0 for code in codes.values()):
            self._not_before = float("-inf")  # it was idle or killed, not refused: another may start at once

    def _replace(self, frozen: list[processes.Process]) -> None:
        """Start a supervisor; whether one elsewhere is gone for good, its lock decides."""
        self._end(frozen, f"gave no sign of life for {FROZEN_SECONDS:g} s")
        if time.monotonic() < self._not_before:
            return
        child = start_detached(self._settings)
        self._not_before = time.monotonic() + STARTING_SECONDS
        self._children.append(child)
        log.info("started a supervisor, pid %d", child.pid)
