"""The server's heartbeat and its care for the supervisor, in a database that others share."""

import dataclasses
import errno
import os
import sqlite3
import threading
import time

import pytest
from sqlalchemy import insert

from app.attendance import Attendance
from app.presence import Presence
from app.settings import Settings
from app.store import processes
from app.store.database import open_database, reading, writing
from app.store.schema import processes as table
from tests.product import eventually
from tests.store import url_in


class Child:
    """A supervisor that was started, as its parent sees it."""

    pid = 1
    code = None

    def poll(self):
        return self.code


class Started(list):
    """Takes the place of starting real supervisors."""

    def __call__(self, settings):
        self.append(Child())
        return self[-1]


@pytest.fixture
def started(monkeypatch):
    started = Started()
    monkeypatch.setattr("app.presence.start_detached", started)
    return started


@pytest.fixture
def killed(monkeypatch):
    killed = []
    monkeypatch.setattr(os, "kill", lambda pid, _signal: killed.append(pid))
    return killed


class Observer(Attendance):
    """One to whom every process has been silent for longer, by what the test says."""

    further = 0.0

    def observe(self, rows):
        return [(row, silent + self.further) for row, silent in super().observe(rows)]


@pytest.fixture
def observer():
    return Observer()


@pytest.fixture
def presence(engine, tmp_path, observer, started):
    return Presence(engine, Settings(data_dir=tmp_path), observer, supervised=True)


def put_process(engine, kind, **values):
    """A row: this very process, or where `values` say so another one."""
    own = os.getpid()
    row = processes.Process(
        processes.new_id(),
        kind,
        own,
        processes.started_at(own),
        time.time(),
        "",
        None,
        processes.this_place(),
    )
    with writing(engine) as connection:
        connection.execute(insert(table).values(**dataclasses.asdict(dataclasses.replace(row, **values))))


def names(engine, kind):
    with reading(engine) as connection:
        return {row.place for row in processes.of_kind(connection, kind)}


def test_a_supervisor_elsewhere_is_enough(engine, presence, started, killed):
    put_process(engine, "supervisor", place="worker container", pid=7)
    presence.look()
    assert not started
    assert not killed


def test_one_elsewhere_that_fell_silent_is_replaced_and_its_pid_left_alone(
    engine, presence, observer, started, killed
):
    put_process(engine, "supervisor", place="worker container", pid=os.getpid())
    observer.further = 11.0
    presence.look()
    assert len(started) == 1
    assert not killed, "under this number lives somebody else here"


def test_one_here_that_fell_silent_is_ended_and_replaced(engine, presence, observer, started, killed):
    put_process(engine, "supervisor")
    observer.further = 11.0
    presence.look()
    assert len(started) == 1
    assert killed == [os.getpid()]


def test_one_elsewhere_that_was_dead_before_this_server_came_is_replaced_at_once(engine, presence, started):
    put_process(engine, "supervisor", place="worker container", heartbeat_at=time.time() - 3600)
    presence.look()
    assert len(started) == 1


def test_a_supervisor_that_was_refused_is_not_started_again_at_once(presence, started):
    presence.look()
    presence.look()
    assert len(started) == 1, "it needs a moment to say that it is there"
    started[0].code = 1
    presence.look()
    assert len(started) == 1, "somebody holds the lock"
    presence._not_before = time.monotonic()
    presence.look()
    assert len(started) == 2


@pytest.mark.parametrize("code", [0, -9])
def test_a_supervisor_that_ended_or_was_killed_is_replaced_at_once(presence, started, code):
    presence.look()
    started[0].code = code
    presence.look()
    assert len(started) == 2


def test_a_server_without_a_supervisor_of_its_own_only_says_that_it_is_there(engine, tmp_path, started):
    presence = Presence(engine, Settings(data_dir=tmp_path), Attendance(), supervised=False)
    presence.look()
    assert not started
    assert names(engine, "server") == {processes.this_place()}


def test_servers_that_are_gone_are_forgotten(engine, presence):
    put_process(engine, "server", place="ended long ago", heartbeat_at=time.time() - 3600)
    put_process(engine, "server", place="another container")
    put_process(engine, "server", pid=2**22 + 1)
    presence.look()
    assert names(engine, "server") == {"another container", processes.this_place()}
    with reading(engine) as connection:
        assert not [row for row in processes.of_kind(connection, "server") if row.pid == 2**22 + 1]


def test_a_server_that_was_forgotten_while_it_slept_is_back(engine, presence):
    presence.look()
    with writing(engine) as connection:
        processes.remove(connection, [row.id for row in processes.of_kind(connection, "server")])
    presence.look()
    assert names(engine, "server") == {processes.this_place()}


def test_a_round_that_finds_no_file_descriptor_is_followed_by_one_that_does(engine, presence, observer):
    rounds = []

    def exhausted_first(rows):
        rounds.append(rows)
        if len(rounds) == 1:
            raise OSError(errno.EMFILE, "Too many open files")
        return []

    observer.observe = exhausted_first
    presence.start()
    eventually(lambda: len(rounds) > 1, 20, "another round")
    presence.stop()


def test_a_server_starts_while_somebody_holds_the_database(engine, tmp_path, observer, started):
    impatient = open_database(url_in(tmp_path), busy_seconds=0.01)
    presence = Presence(impatient, Settings(data_dir=tmp_path), observer, supervised=True)
    blocker = sqlite3.connect(tmp_path / "livetrain.db", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    presence.start()
    assert names(engine, "server") == set()
    blocker.execute("ROLLBACK")
    blocker.close()
    eventually(lambda: names(engine, "server"), 20, "the server to say that it is there")
    presence.stop()
    impatient.dispose()


def test_a_dead_supervisor_is_replaced_before_a_heartbeat_can_be_written(engine, tmp_path, observer, started):
    put_process(engine, "supervisor", pid=2**22 + 1)
    patient = open_database(url_in(tmp_path), busy_seconds=60)
    presence = Presence(patient, Settings(data_dir=tmp_path), observer, supervised=True)
    blocker = sqlite3.connect(tmp_path / "livetrain.db", isolation_level=None, check_same_thread=False)
    blocker.execute("BEGIN IMMEDIATE")
    looking = threading.Thread(target=presence.look)
    looking.start()
    try:
        eventually(lambda: started, 20, "another supervisor")
    finally:
        blocker.close()
        looking.join()
        patient.dispose()
    assert len(started) == 1


def test_a_supervisor_is_started_also_while_the_database_is_locked(engine, tmp_path, observer, started):
    put_process(engine, "supervisor", pid=2**22 + 1)
    impatient = open_database(url_in(tmp_path), busy_seconds=0.01)
    presence = Presence(impatient, Settings(data_dir=tmp_path), observer, supervised=True)
    blocker = sqlite3.connect(tmp_path / "livetrain.db", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")  # as a worker does that a signal stopped then: who else would end it
    presence.start()
    eventually(lambda: started, 20, "another supervisor")
    presence.stop()
    blocker.close()
    impatient.dispose()
