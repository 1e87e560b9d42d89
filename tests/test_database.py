"""Transactions and the watch over them."""

import sqlite3

import pytest
from sqlalchemy import text

from app.store.database import DatabaseAway, Watch, open_database, persistently, reading, writing
from tests.store import new_job, new_store, url_in


def test_a_watch_sees_commits_of_others_once(engine):
    watch = Watch(engine)
    assert watch.changed()
    assert not watch.changed()
    new_job(engine)
    assert watch.changed()
    assert not watch.changed()
    watch.close()


def test_a_watch_with_a_query_sleeps_through_what_does_not_concern_it(engine):
    watch = Watch(engine, "SELECT count(*) FROM jobs WHERE dataset = :name", name="moons")
    assert watch.changed()
    new_job(engine, dataset="circles")
    assert not watch.changed()
    new_job(engine, dataset="moons")
    assert watch.changed()
    assert not watch.changed()
    watch.close()


def test_a_second_writer_waits_and_then_reports_the_database_as_away(engine, tmp_path):
    impatient = open_database(url_in(tmp_path), busy_seconds=0.01)

    def write():
        with writing(impatient) as connection:
            connection.execute(text("DELETE FROM requests"))

    blocker = sqlite3.connect(tmp_path / "livetrain.db", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseAway):
        write()
    with reading(impatient) as connection:
        assert connection.execute(text("SELECT count(*) FROM jobs")).scalar_one() == 0, "readers never wait"
    blocker.execute("ROLLBACK")
    write()
    blocker.close()
    impatient.dispose()


def test_a_reader_sees_one_moment(engine):
    with reading(engine) as connection:
        count = text("SELECT count(*) FROM jobs")
        assert connection.execute(count).scalar_one() == 0
        new_job(engine)
        assert connection.execute(count).scalar_one() == 0
    with reading(engine) as connection:
        assert connection.execute(count).scalar_one() == 1


def test_connections_are_set_up_for_many_readers_and_one_writer(engine):
    with reading(engine) as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 1
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


def test_a_database_that_was_moved_is_away_and_no_other_one_is_made(tmp_path):
    new_store(tmp_path).dispose()
    path = tmp_path / "livetrain.db"
    path.rename(tmp_path / "elsewhere")
    engine = open_database(url_in(tmp_path))
    watch = Watch(engine)
    assert watch.changed(), "who looks closer learns that it is away"

    def read():
        with reading(engine) as connection:
            return connection.execute(text("SELECT count(*) FROM jobs")).scalar_one()

    with pytest.raises(DatabaseAway):
        read()
    assert not path.exists()
    (tmp_path / "elsewhere").rename(path)
    assert read() == 0
    assert watch.changed()
    assert not watch.changed()
    watch.close()
    engine.dispose()


def test_what_is_tried_persistently_returns_once_the_database_is_back(tmp_path):
    new_store(tmp_path).dispose()
    path = tmp_path / "livetrain.db"
    path.rename(tmp_path / "elsewhere")
    engine = open_database(url_in(tmp_path))
    pauses = []

    def count():
        with reading(engine) as connection:
            return connection.execute(text("SELECT count(*) FROM jobs")).scalar_one()

    def sleep(seconds):
        pauses.append(seconds)
        if len(pauses) == 3:
            (tmp_path / "elsewhere").rename(path)

    assert persistently(count, 0.5, sleep) == 0
    assert pauses == [0.5] * 3
    engine.dispose()
