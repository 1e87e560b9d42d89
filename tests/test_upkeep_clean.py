"""`livetrain clean` removes what nothing needs, says how much, and leaves alone what may be at work."""

import os
import time
from contextlib import closing

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.command.table import size_words
from app.occupied import BACKUP, SERVER, hold
from app.store import jobs as job_rows
from app.store import processes
from app.store.database import writing
from app.upkeep.waste import ABANDONED_SECONDS, OLD_LOG_SECONDS
from ml.entries import Rewind, Status
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


def clean(folder, *options, code=0):
    done = CliRunner().invoke(app, ["clean", "--data-dir", str(folder), *options])
    assert done.exit_code == code, done.output
    return done.output


def trained(engine, folder, status="stopped", best=(), steps=(9, 18, 27, 36)):
    """A job with checkpoints that the log names; a status of None leaves it running."""
    job_id = new_job(engine)
    put(engine, job_id, Status("starting"), Status("running"))
    for step in steps:
        save(folder, job_id, step)
        log_it(engine, job_id, step, is_best=step in best)
    if status is not None:
        put(engine, job_id, Status(status))
    return job_id


def kept(folder, job_id):
    return {path.name for path in (folder / "checkpoints" / job_id).iterdir()}


def old(path, seconds):
    moment = time.time() - seconds - 1
    os.utime(path, (moment, moment))
    return path


def made(path, seconds=0.0):
    """A file of 1000 bytes, last changed so long ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"0" * 1000)
    return old(path, seconds) if seconds else path


def test_a_tidy_folder_stays_as_it_is(engine, folder):
    job_id = trained(engine, folder, best=(18,))
    running = trained(engine, folder, None)
    assert "is without use" in clean(folder)
    assert kept(folder, job_id) == kept(folder, running) == {"1-9", "1-18", "1-27", "1-36"}


def test_what_the_log_does_not_name_goes(engine, folder):
    job_id = trained(engine, folder, None)
    put(engine, job_id, Rewind(18), Status("stopped"))
    save(folder, job_id, 45)
    made(folder / "checkpoints" / job_id / "1-45.partial" / "state.safetensors")
    said = clean(folder)
    assert kept(folder, job_id) == {"1-9", "1-18"}
    assert f"checkpoints/{job_id}/1-27" in said
    assert f"checkpoints/{job_id}/1-45.partial" in said


def test_a_dry_run_only_says(engine, folder):
    job_id = trained(engine, folder)
    save(folder, job_id, 45)
    size = sum(path.stat().st_size for path in (folder / "checkpoints" / job_id / "1-45").iterdir())
    said = clean(folder, "--dry-run")
    assert f"checkpoints/{job_id}/1-45" in said
    assert f"Would give {size_words(size)} back." in said
    assert "1-45" in kept(folder, job_id)
    assert f"Gave {size_words(size)} back." in clean(folder)
    assert "1-45" not in kept(folder, job_id)


def test_what_is_linked_elsewhere_gives_nothing_back(engine, folder):
    job_id = trained(engine, folder)
    save(folder, job_id, 45)
    for file in (folder / "checkpoints" / job_id / "1-45").iterdir():
        (folder / file.name).hardlink_to(file)
    assert "Gave 0 bytes back." in clean(folder)


@pytest.mark.parametrize("status", ["running", "paused", "queued"])
def test_jobs_that_have_not_ended_look_after_theirs_themselves(engine, folder, status):
    job_id = trained(engine, folder, None)
    save(folder, job_id, 45)  # its entry is about to come
    with writing(engine) as connection:
        job_rows.change(connection, job_id, status=status)
    clean(folder, "--checkpoints-of", "ended")
    assert kept(folder, job_id) == {"1-9", "1-18", "1-27", "1-36", "1-45"}


def test_a_job_whose_worker_has_not_let_go_is_left_alone(engine, folder):
    job_id = trained(engine, folder)
    save(folder, job_id, 45)
    with writing(engine) as connection:
        processes.register(connection, "busy", "worker", "busy")
        processes.enter(connection, "busy", "busy", job_id)
    clean(folder)
    assert "1-45" in kept(folder, job_id)


def test_of_ended_jobs_the_last_and_the_best_can_be_enough(engine, folder):
    with_best = trained(engine, folder, "completed", best=(9, 18))
    without = trained(engine, folder, "failed")
    running = trained(engine, folder, None)
    clean(folder, "--checkpoints-of", "ended")
    assert kept(folder, with_best) == {"1-18", "1-36"}
    assert kept(folder, without) == {"1-36"}
    assert kept(folder, running) == {"1-9", "1-18", "1-27", "1-36"}


def test_what_was_being_replaced_when_its_writer_died_stays(engine, folder):
    job_id = trained(engine, folder)
    checkpoints = folder / "checkpoints" / job_id
    (checkpoints / "1-36").rename(checkpoints / "1-36.replaced")
    made(checkpoints / "1-27.replaced" / "state.safetensors")
    clean(folder)
    assert kept(folder, job_id) == {"1-9", "1-18", "1-27", "1-36.replaced"}


def test_checkpoints_of_deleted_jobs_go_and_those_of_jobs_in_the_making_stay(engine, folder):
    deleted = trained(engine, folder)
    with writing(engine) as connection:
        job_rows.remove(connection, deleted)
    save(folder, "new-fork", 9, attempt=0)
    save(folder, "forgotten", 9)
    old(folder / "checkpoints" / "forgotten", ABANDONED_SECONDS)
    clean(folder)
    assert {path.name for path in (folder / "checkpoints").iterdir()} == {"new-fork"}


def test_half_made_files_of_processes_that_died_go(engine, folder):
    names = [
        "cache/.writing-abc/train_inputs.npy",
        "cifar10/.download-abc",
        "mnist/MNIST/raw/.download-abc",
        "cifar10/.unpacking-abc/data_batch_1",
    ]
    for name in names:
        path = made(folder / name, ABANDONED_SECONDS)
        if path.parent.name.startswith("."):
            old(path.parent, ABANDONED_SECONDS)
    fresh = [made(folder / "cifar10" / ".download-now"), made(folder / "cache" / "digits-0" / "meta.json")]
    clean(folder)
    assert not [name for name in names if (folder / name).exists()]
    assert all(path.exists() for path in fresh)


def test_old_logs_of_processes_that_ended_go(engine, folder):
    logs = folder / "logs"
    with writing(engine) as connection:
        processes.register(connection, "alive", "worker", "idle")
    for name in ("worker-alive", "worker-gone", "supervisor", "supervisor.old"):
        made(logs / f"{name}.log", OLD_LOG_SECONDS)
    made(logs / "worker-late.log")
    clean(folder)
    assert {path.name for path in logs.iterdir()} == {"worker-alive.log", "worker-late.log", "supervisor.log"}


def test_leftovers_of_a_killed_backup_or_restore_go_once_nobody_works_on_them(engine, folder):
    left = [made(folder / name) for name in ("backup.partial/x", "restore.partial/x", "livetrain.db.partial")]
    with closing(hold(folder / BACKUP)), closing(hold(folder / SERVER)):
        assert "is without use" in clean(folder)
    with closing(hold(folder / SERVER, shared=True)):  # a server works there: so nobody restores
        clean(folder)
    assert not [path for path in left if path.exists()]
    assert (folder / "livetrain.db").exists()


def test_without_a_database_nothing_is_removed(folder):
    save(folder, "job", 9)
    old(folder / "checkpoints" / "job", ABANDONED_SECONDS)
    assert "There is no database at" in clean(folder, code=1)
    assert kept(folder, "job") == {"1-9"}


def test_other_words_than_ended_are_refused(engine, folder):
    assert "ended" in clean(folder, "--checkpoints-of", "all", code=2)
