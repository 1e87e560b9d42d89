"""An outline chooses the rows that the whole log would give, however it grew and was rewound."""

import re
import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from app.jobs import outline as outline_module
from app.jobs import outlines as outlines_module
from app.jobs.outline import Outline, UnevenError
from app.jobs.outlines import Outlines
from app.jobs.rows import rows_of
from app.routes import log as log_route
from app.sampling import chosen_rows
from app.store import log
from app.store.database import reading, writing
from app.store.schema import entries as table
from ml.entries import Note, Rewind, Status
from tests.serving import client_on
from tests.store import FakeWorker, metrics, new_job

VALUES = st.one_of(
    st.floats(-1e6, 1e6, width=32), st.sampled_from([0.0, 1.0, float("nan"), float("inf"), float("-inf")])
)
DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("steps"), st.lists(VALUES, min_size=1, max_size=40)),
        st.tuples(st.just("back"), st.integers(0, 60)),
        st.tuples(st.just("other"), st.just(0)),
        st.tuples(st.just("look"), st.just(0)),
    ),
    max_size=30,
)


def by_the_log(engine, job_id, max_points):
    with reading(engine) as connection:
        found, _ = rows_of(connection, job_id, "train")
    rows = chosen_rows(found.step, [found.column("loss"), found.column("accuracy")], max_points)
    return found.chosen(rows) | {"at": found.moments(rows)}, len(found)


def by_the_outline(engine, job_id, outline, max_points):
    with reading(engine) as connection:
        outline.catch_up(connection, job_id)
        rows = outline.rows(connection, job_id, max_points)
        return outline.columns(connection, job_id, rows, at=True), len(outline)


def asked(outlines, job, max_points, **more):
    """As the route does, which has the job's row."""
    with reading(outlines._engine) as connection:
        last_seq = log.last_seq(connection, job.job_id)
    return outlines.chosen(job.job_id, last_seq, max_points, **more)


def agree(found, wanted):
    assert found[1] == wanted[1]
    assert found[0].keys() == wanted[0].keys()
    for name, column in wanted[0].items():
        assert np.array_equal(found[0][name], column, equal_nan=True), name


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DEEDS, st.integers(2, 60), st.integers(1, 3))
@example([("steps", [0.0]), ("steps", [0.0] * 3), ("steps", [0.0])], 3, 1)  # few candidates
@example([("steps", [1.0, 2.0]), ("look", 0), ("back", 9), ("steps", [3.0, 0.0])], 2, 3)  # behind the first
def test_it_chooses_what_the_log_would(engine, deeds, max_points, first):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outline_module, "PAGE", 3)
        job_id = new_job(engine)
        worker = FakeWorker(engine, job_id)
        outline, step = Outline(), first - 1
        for deed, what in deeds:
            if deed == "steps":
                steps = range(step + 1, step + 1 + len(what))
                worker.write(metrics("train", steps, what, [abs(hash(one)) % 7 / 7 for one in what]))
                step += len(what)
            elif deed == "back":
                step = max(first - 1, step - what)
                worker.write(Rewind(step))
            elif deed == "other":
                worker.write(Note("info", ""), metrics("test", [step], [1.0]))
            else:
                agree(
                    by_the_outline(engine, job_id, outline, max_points),
                    by_the_log(engine, job_id, max_points),
                )
        agree(by_the_outline(engine, job_id, outline, max_points), by_the_log(engine, job_id, max_points))


@pytest.fixture
def long_job(engine):
    """A thousand entries of 40 noisy steps."""
    worker = FakeWorker(engine, new_job(engine))
    noise = np.random.default_rng(0).random((2, 40_000)).astype(np.float32)
    noise[0, [7, 12_345, 39_999]] = np.nan, np.inf, 9
    entries = [
        metrics("train", range(at + 1, at + 41), noise[0, at : at + 40], noise[1, at : at + 40])
        for at in range(0, 40_000, 40)
    ]
    for begin in range(0, len(entries), 200):
        worker.write(*entries[begin : begin + 200])
    return worker


@pytest.mark.parametrize("max_points", [2, 3, 100, 500, 4000, 39_999, 40_000, 100_000])
def test_of_a_long_log_too(engine, long_job, max_points):
    wanted = by_the_log(engine, long_job.job_id, max_points)
    agree(by_the_outline(engine, long_job.job_id, Outline(), max_points), wanted)


def test_what_is_known_is_not_read_again(engine, long_job, monkeypatch):
    outlines = Outlines(engine)
    asked(outlines, long_job, 100, at=False)
    read = []
    for name in ("read_on", "read_these"):
        real = getattr(log, name)
        monkeypatch.setattr(log, name, lambda *given, real=real: read.append(found := real(*given)) or found)
    long_job.write(metrics("train", [40_001], [0.5]))
    monkeypatch.setattr(outlines_module, "REST", 0.0)
    chosen = asked(outlines, long_job, 200, at=False)
    assert chosen.total == 40_001
    assert chosen.columns["step"][-1] == 40_001
    assert sum(map(len, read)) <= 1 + 400 + 3 + 100 + 2, "new, chosen, where ranges begin"
    assert asked(outlines, long_job, 200, at=False) is chosen, "nothing came since"


def test_an_answer_that_took_long_is_given_again_for_a_while(engine, long_job, monkeypatch):
    outlines = Outlines(engine)
    monkeypatch.setattr(outlines_module, "REST", 1e9)
    monkeypatch.setattr(outlines_module, "LONGEST_REST", 1e9)
    first = asked(outlines, long_job, 100, at=True)
    long_job.write(metrics("train", [40_001], [0.5]))
    assert asked(outlines, long_job, 100, at=True) is first
    assert asked(outlines, long_job, 100, at=False).total == 40_001, "another question"
    assert asked(outlines, long_job, 100, at=True, is_over=True).total == 40_001, "nothing may be missing"
    monkeypatch.setattr(outlines_module, "REST", 0.0)
    long_job.write(metrics("train", [40_002], [0.5]))
    asked(outlines, long_job, 50, at=True)
    long_job.write(metrics("train", [40_003], [0.5]))
    assert asked(outlines, long_job, 50, at=True).total == 40_003, "and not for longer than that"


def test_only_short_answers_to_few_questions_are_remembered(engine, long_job):
    outlines = Outlines(engine)
    for max_points in (2, 3, 4, 5, 2, 6):
        asked(outlines, long_job, max_points, at=False)
    asked(outlines, long_job, 12_000, at=False)
    (kept,) = outlines._kept.values()
    assert [max_points for max_points, _ in kept.given] == [3, 4, 5, 6]


@pytest.mark.parametrize(
    "query",
    ["", "max_points=500", "max_points=500&at=true", "max_points=500&encoding=typed", "max_points=39999",
     "max_points=500&from_step=100", "max_points=500&to_step=30000", "max_points=500&after=900",
     "max_points=500&average_over=7", "split=test"],
)  # fmt: skip
def test_the_api_answers_with_it_or_without_alike(tmp_path, engine, long_job, monkeypatch, query):
    address = f"/api/jobs/{long_job.job_id}/metrics?{query}"
    read = []
    monkeypatch.setattr(log_route, "rows_of", lambda *given: read.append(given) or rows_of(*given))
    with client_on(tmp_path) as client:
        with_it = client.get(address).json()
        times = len(read)
        monkeypatch.setattr(outlines_module, "LEAST_ENTRIES", 10**9)
        without = client.get(address).json()
    assert with_it == without
    is_part = {"from_step", "to_step", "after", "average_over", "split"} & set(re.findall(r"\w+(?==)", query))
    assert (times, len(read)) == ((1, 2) if is_part else (0, 1)), "how often the log was read whole"


@pytest.mark.parametrize(("status", "total"), [("running", 40_000), ("paused", 40_001)])
def test_only_while_it_trains_an_answer_is_given_again(
    tmp_path, engine, long_job, monkeypatch, status, total
):
    monkeypatch.setattr(outlines_module, "REST", 1e9)
    monkeypatch.setattr(outlines_module, "LONGEST_REST", 1e9)
    if status != "running":
        long_job.write(Status(status))
    with client_on(tmp_path) as client:
        address = f"/api/jobs/{long_job.job_id}/metrics?max_points=100"
        assert client.get(address).json()["total_points"] == 40_000
        long_job.write(metrics("train", [40_001], [0.5]))
        assert client.get(address).json()["total_points"] == total


def test_an_entry_that_is_torn_later_has_the_log_read(engine, long_job):
    outlines = Outlines(engine)
    assert asked(outlines, long_job, 100, at=False)
    with writing(engine) as connection:
        connection.execute(update(table).where(table.c.job_id == long_job.job_id).values(text="{"))
    assert asked(outlines, long_job, 200, at=False) is None


def test_an_outline_that_was_interrupted_is_made_anew(engine, long_job, monkeypatch):
    outlines, real = Outlines(engine), Outline._append

    def half(*given):
        real(*given)
        raise OSError("the disk is gone")

    asked(outlines, long_job, 100, at=False)
    long_job.write(metrics("train", [40_001], [0.5]))
    monkeypatch.setattr(Outline, "_append", half)
    with pytest.raises(OSError, match="disk"):
        asked(outlines, long_job, 200, at=False)
    monkeypatch.undo()
    assert asked(outlines, long_job, 200, at=False).total == 40_001


def test_a_short_log_and_one_with_a_hole_are_read(engine, long_job):
    short = FakeWorker(engine, new_job(engine))
    short.write(metrics("train", [1], [0.5]))
    outlines = Outlines(engine)
    assert asked(outlines, short, 100, at=False) is None
    long_job.write(metrics("train", [40_002], [0.5]))
    assert asked(outlines, long_job, 100, at=False) is None
    with reading(engine) as connection, pytest.raises(UnevenError):
        Outline().catch_up(connection, long_job.job_id)


@pytest.mark.parametrize(("entries", "at_once"), [(outlines_module.LEAST_ENTRIES, 1), (10, 2)])
def test_of_whole_logs_that_are_long_one_is_read_at_a_time(engine, entries, at_once):
    outlines, inside, seen = Outlines(engine), threading.Semaphore(2), []
    first_is_in, second_came = threading.Event(), threading.Event()

    def read(number):
        with outlines.reading_whole(entries):
            inside.acquire()
            seen.append(2 - inside._value)
            if number == 0:
                first_is_in.set()
                second_came.wait(0.2 if at_once == 1 else 20)
            else:
                second_came.set()
            inside.release()

    first = threading.Thread(target=read, args=(0,))
    first.start()
    first_is_in.wait()
    read(1)
    first.join()
    assert max(seen) == at_once


def test_together_they_take_a_bounded_memory(engine, long_job):
    outlines = Outlines(engine, most_bytes=100_000)
    assert asked(outlines, long_job, 100, at=False)
    other = FakeWorker(engine, new_job(engine))
    other.write(*[metrics("train", range(at, at + 40), [0.5] * 40) for at in range(1, 20_001, 40)])
    assert asked(outlines, other, 100, at=False)
    held = {job_id: kept.outline is not None for job_id, kept in outlines._kept.items()}
    assert held == {long_job.job_id: False, other.job_id: True}, "the one asked for longest ago went"
    assert asked(outlines, long_job, 100, at=False).total == 40_000
    assert asked(Outlines(engine, most_bytes=10), long_job, 100, at=False), "the last one stays"
