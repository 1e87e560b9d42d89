"""One job inside a worker: however it ends, the log says so. The training itself is made up here."""

import pytest

from app.jobs import training
from app.jobs.leaving import Leaving
from app.jobs.training import run_job
from app.store.database import writing
from app.store.schema import jobs
from ml.datasets.failures import DatasetFailure
from ml.entries import Status
from tests.store import metrics, new_job, parsed, put, row_of


@pytest.fixture
def job_id(engine):
    job_id = new_job(engine, device="auto")
    put(engine, job_id, Status("starting"))
    with writing(engine) as connection:
        connection.execute(jobs.update().values(device="cpu", threads=1))
    return job_id


def run(engine, job_id, tmp_path, monkeypatch, script):
    """Run the job with `script(config, control)` in place of the training."""
    monkeypatch.setattr(training, "train", lambda config, control, *_rest: script(config, control))
    return run_job(engine, job_id, tmp_path, Leaving())


def ends(engine, job_id):
    row = row_of(engine, job_id)
    return row.status, row.reason


def test_a_completed_job_keeps_its_worker(engine, job_id, tmp_path, monkeypatch):
    def script(config, control):
        assert config.device == "cpu", "what auto meant was decided by the supervisor"
        yield Status("running", device="cpu")
        yield metrics("train", [1, 2], [1.0, 0.5])
        yield Status("completed")

    assert run(engine, job_id, tmp_path, monkeypatch, script)
    assert ends(engine, job_id) == ("completed", None)
    assert [entry["type"] for entry in parsed(engine, job_id)] == ["status"] * 3 + ["metrics", "status"]


@pytest.mark.parametrize(
    ("error", "reason", "words"),
    [
        (DatasetFailure("class cat is empty"), "data_error", "class cat is empty"),
        (MemoryError(), "out_of_memory", "smaller batch size"),
        (ZeroDivisionError("oh"), "error", "ZeroDivisionError: oh"),
    ],
)
def test_a_failure_becomes_the_last_entry(engine, job_id, tmp_path, monkeypatch, error, reason, words):
    def script(config, control):
        yield Status("running", device="cpu")
        raise error

    stays = run(engine, job_id, tmp_path, monkeypatch, script)
    assert stays == (reason == "data_error"), "a worker is replaced after what may have harmed it"
    assert ends(engine, job_id) == ("failed", reason)
    assert words in row_of(engine, job_id).error


def test_a_worker_that_was_given_up_says_nothing_more(engine, job_id, tmp_path, monkeypatch):
    def script(config, control):
        yield Status("running", device="cpu")
        put(engine, job_id, Status("interrupted", reason="worker_lost"))
        yield metrics("train", [1], [1.0])
        raise AssertionError("it goes on")

    assert not run(engine, job_id, tmp_path, monkeypatch, script)
    assert ends(engine, job_id) == ("interrupted", "worker_lost")
    assert parsed(engine, job_id)[-1]["status"] == "interrupted"


def test_a_data_set_that_was_removed_since_it_was_given_out_is_named(engine, tmp_path):
    job_id = new_job(engine, device="auto", dataset="flowers")
    put(engine, job_id, Status("starting"))
    with writing(engine) as connection:
        connection.execute(jobs.update().values(device="cpu", threads=1))
    assert run_job(engine, job_id, tmp_path, Leaving()), "the worker is as good as before"
    assert ends(engine, job_id) == ("failed", "data_error")
    assert row_of(engine, job_id).error.startswith("there is no data set flowers here; upload it")


def test_the_data_are_remembered_once_they_were_read(engine, job_id, tmp_path, monkeypatch):
    def script(config, control):
        assert row_of(engine, job_id).data_fingerprint is None
        yield Status("running", device="cpu", data_fingerprint="f" * 32)
        yield Status("paused")
        yield Status("running")
        yield Status("completed")

    run(engine, job_id, tmp_path, monkeypatch, script)
    assert row_of(engine, job_id).data_fingerprint == "f" * 32
    assert parsed(engine, job_id)[2]["data_fingerprint"] == "f" * 32
