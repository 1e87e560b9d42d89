"""The log: gapless, fenced, exact."""

import threading

import numpy as np
import pytest

from app.store import log
from app.store.database import reading, writing
from app.store.log import AppendRefused
from ml.columns import decode
from ml.entries import Note, Status
from tests.store import FakeWorker, metrics, new_job, parsed, put, row_of, texts


def test_creation_writes_row_and_first_entry(engine):
    job_id = new_job(engine, hidden_sizes=[16])
    (entry,) = parsed(engine, job_id)
    assert entry["seq"] == 1
    assert (entry["type"], entry["status"], entry["attempt"]) == ("status", "queued", 1)
    row = row_of(engine, job_id)
    assert (row.status, row.last_seq, row.queue_position) == ("queued", 1, 1)
    assert row.name == "circles · mlp 16"


def test_appends_of_several_writers_leave_no_gap(engine):
    job_id = new_job(engine)
    put(engine, job_id, Status("starting"))

    def write(name: str) -> None:
        for number in range(50):
            put(engine, job_id, Note("info", f"{name} {number}"), Note("info", "and"))

    writers = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    entries = parsed(engine, job_id)
    assert [entry["seq"] for entry in entries] == list(range(1, 2 + 4 * 50 * 2 + 1))
    of_a = [entry["message"] for entry in entries if entry.get("message", "").startswith("a ")]
    assert of_a == [f"a {number}" for number in range(50)]


def test_append_of_an_old_attempt_is_refused(engine):
    job_id = new_job(engine)
    with pytest.raises(AppendRefused):
        put(engine, job_id, Note("info", "late"), attempt=2)
    assert len(texts(engine, job_id)) == 1


def test_append_after_the_end_is_refused(engine):
    job_id = new_job(engine)
    worker = FakeWorker(engine, job_id)
    put(engine, job_id, Status("interrupted", reason="worker_lost"))
    with pytest.raises(AppendRefused):
        worker.steps(1, 3)
    with pytest.raises(AppendRefused):
        worker.write(Status("completed"))
    assert parsed(engine, job_id)[-1]["status"] == "interrupted"
    row = row_of(engine, job_id)
    assert (row.status, row.reason) == ("interrupted", "worker_lost")


def test_append_to_an_unknown_job_is_refused(engine):
    with pytest.raises(AppendRefused):
        put(engine, "nobody", Note("info", "hello"))


def test_running_after_a_stop_request_is_left_out(engine):
    job_id = new_job(engine)
    put(engine, job_id, Status("starting"))
    put(engine, job_id, Status("stopping", reason="requested"))
    put(engine, job_id, Status("running", device="cpu"))
    put(engine, job_id, Status("running", device="cpu"), Status("stopped", reason="requested"))
    assert [entry["status"] for entry in parsed(engine, job_id)] == [
        "queued",
        "starting",
        "stopping",
        "stopped",
    ]
    assert [entry["seq"] for entry in parsed(engine, job_id)] == [1, 2, 3, 4]


def test_a_transition_that_is_not_in_the_table_is_refused(engine):
    job_id = new_job(engine)
    with pytest.raises(AppendRefused, match="queued, it cannot become running"):
        put(engine, job_id, Status("running"))


def test_non_finite_values_survive_bit_for_bit(engine):
    job_id = new_job(engine)
    losses = [1.5, np.nan, np.inf, -np.inf]
    FakeWorker(engine, job_id).write(metrics("train", range(1, 5), losses))
    (entry,) = [entry for entry in parsed(engine, job_id) if entry["type"] == "metrics"]
    assert np.array_equal(decode(entry["columns"]["loss"]), np.float32(losses), equal_nan=True)
    constant = metrics("train", range(1, 4), [np.nan] * 3)
    put(engine, job_id, constant)
    assert parsed(engine, job_id)[-1]["columns"]["loss"]["constant"] == "NaN"


def test_a_long_entry_is_cut_into_several_of_allowed_size(engine):
    job_id = new_job(engine)
    worker = FakeWorker(engine, job_id)
    worker.write(metrics("train", range(1, 9001), np.random.default_rng(0).random(9000)))
    entries = [entry for entry in parsed(engine, job_id) if entry["type"] == "metrics"]
    assert len(entries) == 5
    steps = np.concatenate([decode(entry["columns"]["step"]) for entry in entries])
    assert np.array_equal(steps, np.arange(1, 9001))
    put(engine, job_id, Note("error", "x" * 1_000_000))
    assert max(len(text) for text in texts(engine, job_id)) < 256 * 1024


def test_read_filters_by_type_and_split(engine):
    job_id = new_job(engine)
    worker = FakeWorker(engine, job_id)
    worker.steps(1, 3)
    worker.write(metrics("validation", [3], [0.4]), Note("info", "there"))
    with reading(engine) as connection:
        assert [e.type for e in log.read(connection, job_id, 0, 99, ["note"])] == ["note"]
        assert len(log.read(connection, job_id, 0, 99, split="validation")) == 1
        assert [e.seq for e in log.read(connection, job_id, 2, 2)] == [3, 4]


def test_a_failed_transaction_leaves_nothing(engine):
    job_id = new_job(engine)

    def fail_half_way():
        with writing(engine) as connection:
            log.append(connection, job_id, 1, log.lines(Note("info", "half")))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert len(texts(engine, job_id)) == 1
    assert row_of(engine, job_id).last_seq == 1
