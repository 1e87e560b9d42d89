"""A worker that a signal stopped while it held the database: ended, or nobody could ever write again."""

import signal
import subprocess
import sys
import threading

import pytest

from app.jobs.crew import Crew
from app.jobs.standstill import PATIENCE_SECONDS, Standstill
from app.jobs.supervisor import Supervisor
from app.store import processes
from app.store.database import open_database, reading, writing
from tests.product import eventually
from tests.store import url_in

HOLDING = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
input()
"""


class Clock:
    moment = 0.0

    def __call__(self):
        return self.moment


@pytest.fixture
def stopped_worker(engine, tmp_path):
    """A worker by its row, which takes the lock and is stopped."""
    command = [sys.executable, "-c", "input()\n" + HOLDING, str(tmp_path / "livetrain.db")]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    with writing(engine) as connection:
        processes.register(connection, "w1", "worker", "idle", process.pid)
    assert process.stdin
    assert process.stdout
    process.stdin.write("\n")
    process.stdin.flush()
    assert process.stdout.readline() == "held\n"
    process.send_signal(signal.SIGSTOP)
    yield process
    process.kill()
    process.communicate()


def row_of_worker(engine):
    with reading(engine) as connection:
        (row,) = processes.of_kind(connection, "worker")
    return row


def test_only_who_stands_still_long_enough_is_told(engine, stopped_worker):
    clock = Clock()
    standstill = Standstill(clock)
    row = row_of_worker(engine)
    eventually(row.is_stopped, 10, "the signal")
    assert standstill.lasting([row]) == []
    clock.moment = PATIENCE_SECONDS - 0.1
    assert standstill.lasting([row]) == []
    clock.moment = PATIENCE_SECONDS
    assert standstill.lasting([row]) == [row]
    standstill.forget()
    assert standstill.lasting([row]) == [], "seen long ago, and somebody could write since"
    stopped_worker.send_signal(signal.SIGCONT)
    eventually(lambda: not row.is_stopped(), 10, "the signal")
    assert standstill.lasting([row]) == []


@pytest.mark.parametrize(
    ("patience", "busy"), [(0.1, 0.05), (0.0, 60.0)], ids=["after some looks", "before it waits to write"]
)
def test_a_supervisor_ends_the_worker_that_holds_the_database_and_goes_on(
    engine, tmp_path, stopped_worker, monkeypatch, patience, busy
):
    monkeypatch.setattr("app.jobs.standstill.PATIENCE_SECONDS", patience)
    impatient = open_database(url_in(tmp_path), busy_seconds=busy)
    supervisor = Supervisor(impatient, Crew(url_in(tmp_path), tmp_path), tmp_path, cpu_slots=1)
    monkeypatch.setattr(supervisor._roster, "keep_warm", lambda living, wanted: None)
    running = threading.Thread(target=supervisor.run)
    running.start()
    try:
        eventually(lambda: stopped_worker.poll() == -signal.SIGKILL, 20, "its end")

        def is_settled():
            with reading(engine) as connection:
                return processes.of_kind(connection, "worker") == []

        eventually(is_settled, 20, "its row to be settled")
    finally:
        supervisor.leave()
        running.join()
        impatient.dispose()
