"""Rows of the log that a bad disk tore: what they said is lost, nothing else is, nothing fails."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from app.store.database import reading, writing
from app.store.schema import entries
from app.store.torn import MANY, all_stored, stored, whole_metrics
from tests.fuzz.examples import often
from tests.fuzz.refusals import assert_well_refused
from tests.fuzz.world import write_whole_job
from tests.serving import client_on
from tests.store import new_store

READERS = (
    "",
    "/log",
    "/log?types=metrics",
    "/log?encoding=typed&limit=3",
    "/metrics",
    "/metrics?split=validation",
    "/metrics.csv",
    "/metrics?from_step=5&to_step=40&average_over=3&at=true",
    "/metrics?after=4&split=test",
    "/checkpoints",
    "/report.html",
    "/script.py",
    "/snapshots/9",
    "/snapshots/10",
)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("torn")
    engine = new_store(folder)
    with client_on(folder) as client:
        yield client, engine
    engine.dispose()


def rows_of(engine, job_id):
    with reading(engine) as connection:
        query = select(entries.c.seq, entries.c.type, entries.c.text).where(entries.c.job_id == job_id)
        return connection.execute(query.order_by(entries.c.seq)).all()


@st.composite
def torn(draw, whole: str):
    """What may be left of a text."""
    how = draw(st.sampled_from(["cut", "hole", "turned", "other", "swapped", "bytes"]))
    at, length = draw(st.integers(0, len(whole) - 1)), draw(st.integers(1, 12))
    if how == "cut":
        return whole[:at]
    if how == "hole":
        return whole[:at] + "\0" * length + whole[at + length :]
    if how == "turned":
        return whole[:at] + draw(st.text(max_size=3)) + whole[at + length :]
    if how == "swapped":
        return whole.replace(
            *draw(st.sampled_from([('"f4"', '"i4"'), ("==", "="), (":1", ':"1"'), ("]", "}"), ("A", "!")]))
        )
    if how == "bytes":
        return b"\xff" + whole.encode()[at:]
    return draw(
        st.sampled_from(["", "{}", "[]", "null", "7", '{"type":"metrics"}', '{"seq":1,"type":"status"}'])
    )


@often(20)
@given(st.data())
def test_torn_rows_are_lost_and_nothing_else(world, data):
    client, engine = world
    job_id = write_whole_job(engine)
    before = rows_of(engine, job_id)
    hit = data.draw(st.lists(st.sampled_from(before), min_size=1, max_size=3, unique_by=lambda row: row.seq))
    for row in hit:
        content = data.draw(torn(row.text))
        where = (entries.c.job_id == job_id, entries.c.seq == row.seq)
        with writing(engine) as connection:
            if isinstance(content, bytes):
                command = "UPDATE entries SET text = CAST(:raw AS TEXT) WHERE job_id = :job AND seq = :seq"
                connection.execute(text(command), {"raw": content, "job": job_id, "seq": row.seq})
            else:
                connection.execute(update(entries).where(*where).values(text=content))
    for path in READERS:
        assert_well_refused(client.get(f"/api/jobs/{job_id}{path}"))
    told = client.get(f"/api/jobs/{job_id}/log?limit=1000&encoding=typed").json()["entries"]
    assert [entry["seq"] for entry in told] == [row.seq for row in before]
    untouched = {row.seq for row in before} - {row.seq for row in hit}
    assert [entry for entry in told if entry["seq"] in untouched] == [
        orjson.loads(row.text) for row in before if row.seq in untouched
    ]
    with client.websocket_connect(f"ws://127.0.0.1:8000/api/jobs/{job_id}/stream") as socket:
        streamed = []
        while len(streamed) < len(before):
            streamed += orjson.loads(socket.receive_text())
    assert [entry["seq"] for entry in streamed] == [row.seq for row in before]
    assert client.delete(f"/api/jobs/{job_id}").status_code == 204


@often(60)
@given(st.data())
def test_many_rows_are_read_as_each_alone(world, data):
    client, engine = world
    job_id = write_whole_job(engine)
    found = [tuple(row) for row in rows_of(engine, job_id) if row.type == "metrics" and '"train"' in row.text]
    client.delete(f"/api/jobs/{job_id}")
    many = (found * MANY)[:MANY]
    assert len(list(whole_metrics(many))) == MANY, "these are looked at all at once"
    at = data.draw(st.integers(0, MANY - 1))
    seq, kind, whole = many[at]
    many[at] = (seq, kind, data.draw(torn(whole)))
    assert all_stored(many) == [stored(*row) for row in many]


@pytest.mark.parametrize("kind", ["change", "diagnosis"])
def test_a_field_that_there_is_not_is_torn_too(world, kind):
    client, engine = world
    job_id = write_whole_job(engine)
    row = next(row for row in rows_of(engine, job_id) if row.type == kind and '"learning_rate"' in row.text)
    assert stored(row.seq, kind, row.text).type == kind
    assert stored(row.seq, kind, row.text.replace('"learning_rate"', '"earning_rate"')).type == "note"
    client.delete(f"/api/jobs/{job_id}")


def test_a_lost_entry_says_which_it_was(world):
    client, engine = world
    job_id = write_whole_job(engine)
    row = rows_of(engine, job_id)[3]
    lost = stored(row.seq, row.type, row.text[:60])
    assert lost.type == "note"
    assert lost.fields["at"] == orjson.loads(row.text)["at"]
    assert (
        lost.fields["message"]
        == f"Entry 4 of this log, of type {row.type}, cannot be read any more; what it said is lost."
    )
    whole = stored(row.seq, row.type, row.text)
    assert whole.fields == orjson.loads(row.text)
    client.delete(f"/api/jobs/{job_id}")
