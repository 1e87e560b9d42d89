"""One job inside a worker: however it ends, the log says so. The training itself is made up here."""

import pytest

from app.jobs import training
from app.jobs.training import JobControl, run_job
from app.store.database import writing
from app.store.schema import jobs
from ml.datasets.failures import DatasetFailure
from ml.entries import Note, Status
from tests.store import metrics, new_job, new_store, parsed, put, row_of


@pytest.fixture
def engine(tmp_path):
    engine = new_store(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def job_id(engine):
    job_id = new_job(engine, device="auto")
    put(engine, job_id, Status("starting"))
    with writing(engine) as connection:
        connection.execute(jobs.update().values(device="cpu", threads=1))
    return job_id


def run(engine, job_id, tmp_path, monkeypatch, script):
    """Run the job with `script(config, control)` in place of the training."""
    monkeypatch.setattr(training, "train", lambda config, control, _data: script(config, control))
    return run_job(engine, job_id, tmp_path)


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


def test_a_stop_while_data_load_ends_at_once(engine, job_id, tmp_path, monkeypatch):
    closed = []

    def script(config, control):
        try:
            yield Note("info", "decoding")
            put(engine, job_id, Status("stopping", reason="requested"))
            control._next_look = 0.0
            yield Note("info", "decoding further")
            raise AssertionError("nobody waits for this")
        finally:
            closed.append(True)

    assert run(engine, job_id, tmp_path, monkeypatch, script)
    assert ends(engine, job_id) == ("stopped", "requested")
    assert closed


def test_a_worker_that_was_given_up_says_nothing_more(engine, job_id, tmp_path, monkeypatch):
    def script(config, control):
        yield Status("running", device="cpu")
        put(engine, job_id, Status("interrupted", reason="worker_lost"))
        yield metrics("train", [1], [1.0])
        raise AssertionError("it goes on")

    assert not run(engine, job_id, tmp_path, monkeypatch, script)
    assert ends(engine, job_id) == ("interrupted", "worker_lost")
    assert parsed(engine, job_id)[-1]["status"] == "interrupted"


def test_control_looks_at_most_every_forty_milliseconds(engine, job_id, monkeypatch):
    moment = [100.0]
    monkeypatch.setattr(training.time, "monotonic", lambda: moment[0])
    control = JobControl(engine, job_id)
    assert not control.stop_requested()
    put(engine, job_id, Status("stopping", reason="requested"))
    moment[0] += 0.03
    assert not control.stop_requested()
    moment[0] += 0.02
    assert control.stop_requested()
    control.close()
