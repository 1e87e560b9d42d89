"""A worker and a database that does not listen for a moment."""

import sqlite3
import threading

import pytest

from app.jobs import worker as module
from app.jobs.leaving import Leaving
from app.jobs.worker import Worker
from app.store import processes, requests
from app.store.database import open_database, reading, writing
from tests.store import new_store, url_in

LOCKED_SECONDS = 0.3


@pytest.fixture
def blocker(tmp_path):
    new_store(tmp_path).dispose()
    connection = sqlite3.connect(tmp_path / "livetrain.db", isolation_level=None, check_same_thread=False)
    yield connection
    connection.close()


def test_an_answer_waits_for_the_database_and_the_worker_is_free_again(tmp_path, monkeypatch, blocker):
    impatient = open_database(url_in(tmp_path), busy_seconds=0.01)
    with writing(impatient) as connection:
        processes.register(connection, "w1", "worker", "idle")
        requests.ask(connection, "key", "slow", {})

    def answer_while_somebody_locks(data_directory):
        blocker.execute("BEGIN IMMEDIATE")
        threading.Timer(LOCKED_SECONDS, lambda: blocker.execute("ROLLBACK")).start()
        return {"all": "well"}

    monkeypatch.setitem(module.ANSWERERS, "slow", answer_while_somebody_locks)
    worker = Worker(impatient, "w1", tmp_path, Leaving())
    assert worker._take()
    worker.close()
    with reading(impatient) as connection:
        found = requests.find_answer(connection, "key")
        own = processes.get(connection, "w1")
    assert found is not None
    assert found.answer == '{"all":"well"}'
    assert own is not None
    assert own.state == "idle", "it takes the next job or question"
    impatient.dispose()
