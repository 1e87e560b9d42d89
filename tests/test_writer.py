"""The worker's pen while the database is away: nothing dropped, training goes on, then holds."""

import sqlite3

import pytest

from app.jobs.progress import Progress
from app.jobs.writer import Attempt, LogWriter
from app.store.database import open_database
from ml.entries import Note, Status
from tests.store import PLAN, new_job, new_store, parsed, put, url_in


class Clock:
    """Time that passes when told to, and when somebody sleeps."""

    def __init__(self):
        self.moment = 0.0
        self.on_sleep = lambda: None
        self.slept = 0

    def __call__(self):
        return self.moment

    def sleep(self, seconds):
        self.moment += seconds
        self.slept += 1
        self.on_sleep()


@pytest.fixture
def scene(tmp_path):
    engine = new_store(tmp_path)
    job_id = new_job(engine)
    put(engine, job_id, Status("starting"))
    impatient = open_database(url_in(tmp_path), busy_seconds=0.01)
    clock = Clock()
    writer = LogWriter(impatient, Attempt(job_id, 1), Progress(PLAN), clock=clock, sleep=clock.sleep)
    blocker = sqlite3.connect(tmp_path / "livetrain.db", isolation_level=None)
    yield writer, clock, blocker, lambda: parsed(engine, job_id)
    blocker.close()
    impatient.dispose()
    engine.dispose()


def test_entries_wait_while_the_database_is_locked_and_come_in_order(scene):
    writer, clock, blocker, log = scene
    blocker.execute("BEGIN IMMEDIATE")
    for number in range(5):
        writer.write(Note("info", str(number)))
        clock.moment += 1
    assert len(log()) == 2
    assert clock.slept == 0, "training goes on"
    blocker.execute("ROLLBACK")
    writer.write(Note("info", "5"))
    assert [entry["message"] for entry in log()[2:]] == ["0", "1", "2", "3", "4", "5"]


def test_a_locked_database_is_not_asked_at_every_entry(scene):
    writer, clock, blocker, log = scene
    blocker.execute("BEGIN IMMEDIATE")
    writer.write(Note("info", "first"))
    blocker.execute("ROLLBACK")
    writer.write(Note("info", "second"))
    assert len(log()) == 2, "the pause between tries is not over"
    clock.moment += 1
    writer.write(Note("info", "third"))
    assert [entry["message"] for entry in log()[2:]] == ["first", "second", "third"]


def test_training_holds_after_a_minute_without_the_database(scene):
    writer, clock, blocker, log = scene
    blocker.execute("BEGIN IMMEDIATE")
    writer.write(Note("info", "first"))
    clock.moment += 61

    def back_after_three_tries():
        if clock.slept == 3:
            blocker.execute("ROLLBACK")

    clock.on_sleep = back_after_three_tries
    writer.write(Note("info", "second"))
    assert clock.slept == 3
    assert [entry["message"] for entry in log()[2:]] == ["first", "second"]


def test_flush_returns_only_when_the_end_is_written(scene):
    writer, clock, blocker, log = scene
    blocker.execute("BEGIN IMMEDIATE")
    writer.write(Status("failed", reason="error", message="told"))
    clock.on_sleep = lambda: blocker.execute("ROLLBACK")
    writer.flush()
    assert log()[-1]["status"] == "failed"
