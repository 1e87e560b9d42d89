"""A picture of a data folder while somebody writes: what its log names is there, whole and no later."""

import os
import shutil
import sqlite3
import threading
from contextlib import closing

import pytest

from app.upkeep import picture as picture_module
from app.upkeep.links import Links
from app.upkeep.picture import take
from ml.checkpoint_files import FACTS, STATE, WEIGHTS, Name, keep_only, read_facts
from ml.entries import Note, Rewind, Status
from tests.checkpoints import log_it, save
from tests.store import new_job, new_store, put


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def engine(folder):
    engine = new_store(folder)
    yield engine
    engine.dispose()


@pytest.fixture
def job_id(engine):
    job_id = new_job(engine)
    put(engine, job_id, Status("starting"), Status("running"))
    return job_id


def taken(folder, target, report=lambda done, total: None):
    target.mkdir()
    return take(folder / "livetrain.db", folder / "checkpoints", target, report)


def test_only_what_the_log_names_is_in_the_picture(folder, engine, job_id, tmp_path):
    for step in (9, 18, 27):
        save(folder, job_id, step)
        log_it(engine, job_id, step)
    put(engine, job_id, Rewind(18))
    save(folder, job_id, 36)  # its entry did not come yet
    save(folder, "deleted", 9)
    found = taken(folder, tmp_path / "picture")
    assert list(found.checkpoints) == [(job_id, "1-9"), (job_id, "1-18")]
    assert (found.jobs, found.missing) == (1, [])
    (linked,) = {(path / WEIGHTS).stat().st_nlink for path in found.checkpoints.values()}
    assert linked == 2, "linked, not copied"


def test_a_last_checkpoint_whose_files_are_gone_is_told(folder, engine, job_id, tmp_path):
    for step in (9, 18):
        save(folder, job_id, step)
        log_it(engine, job_id, step)
    shutil.rmtree(folder / "checkpoints" / job_id / "1-18")
    found = taken(folder, tmp_path / "picture")
    assert list(found.checkpoints) == [(job_id, "1-9")]
    assert found.missing == [(job_id, "1-18")]


def test_a_worker_that_never_rests_cannot_spoil_the_picture(folder, engine, job_id, tmp_path):
    """Saves, logs and removes as fast as it can, while pictures are taken one after the other."""
    resting = threading.Event()
    steps = []

    def work():
        step = 0
        while not resting.is_set():
            step += 9
            save(folder, job_id, step)
            log_it(engine, job_id, step)
            keep_only(folder / "checkpoints" / job_id, {Name(step, 1)})
            steps.append(step)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        while len(steps) < 5:
            resting.wait(0.01)
        for number in range(5):
            found = taken(folder, tmp_path / str(number))
            assert found.missing == []
            last = list(found.checkpoints.values())[-1]
            step = int(last.name.split("-")[1])
            assert (last / WEIGHTS).read_bytes().endswith(str(step).encode())
            assert read_facts(last.parent, Name(step, 1))["step"] == step
            with closing(sqlite3.connect(found.database)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                query = "SELECT last_seq, (SELECT count(*) FROM entries) FROM jobs"
                last_seq, entries = connection.execute(query).fetchone()
            assert last_seq == entries
    finally:
        resting.set()
        worker.join()


def test_the_copy_is_one_file_of_one_moment(folder, engine, job_id, tmp_path, monkeypatch):
    monkeypatch.setattr(picture_module, "PAGES", 1)
    for step in range(9, 900, 9):
        log_it(engine, job_id, step)
    reports = []

    def report(done, total):
        put(engine, job_id, Note("info", "meanwhile"))  # after every page, somebody writes
        reports.append((done, total))

    found = taken(folder, tmp_path / "picture", report)
    assert len(reports) > 5
    assert reports[-1][0] == reports[-1][1]
    assert [path.name for path in (tmp_path / "picture").iterdir() if path.is_file()] == ["livetrain.db"]
    with closing(sqlite3.connect(found.database)) as connection:
        assert connection.execute("SELECT count(*) FROM entries WHERE type = 'note'").fetchone() == (0,)


def test_what_is_saved_and_logged_after_the_first_look_is_linked(
    folder, engine, job_id, tmp_path, monkeypatch
):
    look = Links.look

    def slowly(links):
        found = look(links)
        if not (folder / "checkpoints").exists():  # right after the first look
            save(folder, job_id, 9)
            log_it(engine, job_id, 9)
        return found

    monkeypatch.setattr(Links, "look", slowly)
    assert list(taken(folder, tmp_path / "picture").checkpoints) == [(job_id, "1-9")]


def test_without_hard_links_files_are_copied(folder, tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    save(folder, "job", 9)
    links = Links(folder / "checkpoints", tmp_path / "links")
    assert links.look() == {("job", "1-9")}
    assert links.look() == set()
    copied = links.folder(("job", "1-9"))
    assert {path.name for path in copied.iterdir()} == {FACTS, STATE, WEIGHTS}
    assert read_facts(copied.parent, Name(9, 1))["step"] == 9


def test_a_half_removed_checkpoint_is_none(folder, tmp_path):
    save(folder, "job", 9)
    (folder / "checkpoints" / "job" / "1-9" / STATE).unlink()
    (folder / "checkpoints" / "stray").write_text("no folder")
    links = Links(folder / "checkpoints", tmp_path / "links")
    assert links.look() == set()
    assert ("job", "1-9") not in links
