"""Websockets asked for anything: they close with their code and a reason, or they send what there is."""

from urllib.parse import quote

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from app.routes.log import TYPES
from app.store import log
from app.store.database import reading
from tests.fuzz.examples import often
from tests.fuzz.world import write_whole_job
from tests.serving import server_on
from tests.store import new_store

ENDED, BAD_QUERY, UNKNOWN = 1000, 4400, 4404
TEXTS = st.text(st.characters(codec="utf-8"), max_size=60)
VALUES = {
    "after": st.integers(0, 20).map(str)
    | st.sampled_from(["-1", "1e3", "²", "٣", "9" * 15, "9" * 400, " 1", ""])
    | TEXTS,
    "types": st.lists(st.sampled_from(TYPES) | TEXTS, max_size=3).map(",".join) | TEXTS,
    "encoding": st.sampled_from(["plain", "typed", "Typed", ""]) | TEXTS,
    "frame_seconds": st.sampled_from(["0", "0.2", "5", "5.1", "nan", "inf", "-0", "1e-300", "1_0"]) | TEXTS,
}
QUERIES = st.lists(
    st.sampled_from(list(VALUES)).flatmap(lambda name: st.tuples(st.just(name), VALUES[name]))
    | st.tuples(TEXTS, TEXTS),
    max_size=4,
)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sockets")
    engine = new_store(folder)
    job_id = write_whole_job(engine)
    with reading(engine) as connection:
        last = log.last_seq(connection, job_id)
    with server_on(folder) as address:
        yield address, job_id, last
    engine.dispose()


def told(address: str) -> tuple[list[dict], int, str]:
    """The entries that come, and how the socket closes."""
    found = []
    with connect(address, max_size=None, compression=None) as socket:
        try:
            while True:
                found += orjson.loads(socket.recv(20))
        except ConnectionClosed:
            return found, socket.close_code, socket.close_reason


@often(30)
@given(QUERIES)
def test_a_stream_sends_what_was_asked_for_or_says_why_not(world, query):
    address, job_id, last = world
    asked = "&".join(f"{quote(name)}={quote(value)}" for name, value in query)
    entries, code, reason = told(f"ws://{address}/api/jobs/{job_id}/stream?{asked}")
    assert code in (ENDED, BAD_QUERY)
    if code == BAD_QUERY:
        assert reason
        assert not entries
    else:
        seqs = [entry["seq"] for entry in entries]
        assert seqs == sorted(set(seqs))
        assert not seqs or seqs[-1] <= last


@often(10)
@given(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=30).filter(
        lambda text: text not in (".", "..")
    )
)
def test_an_unknown_job_closes_with_its_code(world, name):
    address, *_ = world
    path = quote(name, safe="")
    if "/" in name:  # it makes another address
        with pytest.raises(InvalidStatus):
            told(f"ws://{address}/api/jobs/{path}/stream")
    else:
        _, code, _ = told(f"ws://{address}/api/jobs/{path}/stream")
        assert code == UNKNOWN
