"""Rows of a range of steps are those of the whole log, whatever was rewound."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.jobs.folds import surviving
from app.jobs.rows import rows_of
from app.store import log
from app.store.database import reading
from ml.entries import Note, Rewind
from tests.store import FakeWorker, metrics, new_job, texts

DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("steps"), st.integers(1, 7)),
        st.tuples(st.just("back"), st.integers(0, 12)),
        st.tuples(st.just("other"), st.integers(0, 1)),
    ),
    max_size=25,
)


def naive(stored: list[str], split: str, least: int, greatest: int) -> dict[str, list[float]]:
    """The same by reading everything."""
    found: dict[str, list[float]] = {}
    for entry, _ in surviving(stored):
        if entry.split != split:
            continue
        within = (entry.columns["step"] >= least) & (entry.columns["step"] <= greatest)
        for name, column in entry.columns.items():
            found.setdefault(name, []).extend(column[within].tolist())
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DEEDS, st.integers(0, 40), st.integers(0, 40))
def test_a_range_holds_the_rows_that_the_whole_log_has_there(engine, deeds, least, width):
    job_id = new_job(engine)
    worker = FakeWorker(engine, job_id)
    at = 0
    for number, (deed, amount) in enumerate(deeds):
        if deed == "steps":
            worker.write(metrics("train", range(at + 1, at + amount + 1), [number + 0.5] * amount))
            at += amount
        elif deed == "back":
            at = max(0, at - amount)
            worker.write(Rewind(at if at else -1))
        else:
            worker.write(Note("info", ""), metrics("test", [at], [number]))
    for split in ("train", "test"):
        with reading(engine) as connection:
            found, _ = rows_of(connection, job_id, split, 0, least, least + width)
        wanted = naive(texts(engine, job_id), split, least, least + width)
        assert found.step.tolist() == wanted.get("step", [])
        every = found.chosen(np.arange(len(found)))
        assert {name: column.tolist() for name, column in every.items()} == (
            wanted or {name: [] for name in every}
        )


@pytest.fixture
def long_job(engine):
    """Two thousand entries of five steps."""
    worker = FakeWorker(engine, new_job(engine))
    entries = [metrics("train", range(at, at + 5), [at] * 5) for at in range(1, 10_001, 5)]
    for begin in range(0, len(entries), 500):
        worker.write(*entries[begin : begin + 500])
    return worker.job_id


def test_a_range_is_found_without_reading_the_log(engine, long_job, monkeypatch):
    seen = 0
    read = log.read

    def counted(*arguments, **options):
        nonlocal seen
        found = read(*arguments, **options)
        seen += len(found)
        return found

    monkeypatch.setattr(log, "read", counted)
    with reading(engine) as connection:
        found, _ = rows_of(connection, long_job, "train", 0, 5003, 5012)
    assert found.step.tolist() == list(range(5003, 5013))
    assert seen < 40, "of 2,000 entries"


def test_chosen_rows_have_all_their_columns(engine, long_job):
    with reading(engine) as connection:
        found, _ = rows_of(connection, long_job, "train", 0, 100, 9000)
        rows = np.array([0, 3, 4, 777, len(found) - 1])
        chosen = found.chosen(rows)
    assert chosen["step"].tolist() == [100, 103, 104, 877, 9000]
    for name, column in chosen.items():
        assert column.tolist() == found.column(name)[rows].tolist(), name
    assert set(chosen) == set(metrics("train", [1], [1]).columns)
