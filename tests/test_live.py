"""The websockets on a real server: replay and live are one thing, and nothing is lost."""

import json
import threading
from concurrent.futures import CancelledError
from contextlib import suppress

import numpy as np
import pytest
from starlette.testclient import TestClient
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from app.main import create_app
from app.settings import Settings
from app.store import jobs as job_rows
from app.store.database import writing
from ml.entries import Note, Status
from tests.product import eventually
from tests.serving import server_on
from tests.store import FakeWorker, metrics, new_job, new_store

FRAME_BYTES = 512 * 1024


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("live")


@pytest.fixture(scope="module")
def engine(folder):
    engine = new_store(folder)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def address(folder, engine):
    with server_on(folder) as address:
        yield address


@pytest.fixture
def worker(engine):
    return FakeWorker(engine, new_job(engine))


def stream(address, job_id, query=""):
    return connect(f"ws://{address}/api/jobs/{job_id}/stream{query}", max_size=None)


def drain(socket):
    """Everything until the close: entries, frame sizes, close code."""
    entries, sizes = [], []
    while True:
        try:
            frame = socket.recv(timeout=20)
        except ConnectionClosed as closed:
            return entries, sizes, closed.rcvd.code if closed.rcvd else None
        sizes.append(len(frame.encode()))
        entries += json.loads(frame)


def seqs(entries):
    return [entry["seq"] for entry in entries]


def test_a_finished_job_is_replayed_and_closed(address, worker):
    worker.steps(1, 30)
    worker.write(Status("completed"))
    with stream(address, worker.job_id) as socket:
        entries, _, code = drain(socket)
    assert code == 1000
    assert seqs(entries) == [1, 2, 3, 4, 5]
    assert entries[3]["columns"]["step"] == list(range(1, 31))
    with stream(address, worker.job_id, "?after=5") as socket:
        assert drain(socket) == ([], [], 1000)


def test_watchers_that_come_at_any_time_see_every_entry_once(address, worker):
    results = {}

    def watch(name, after):
        with stream(address, worker.job_id, f"?after={after}&encoding=typed") as socket:
            results[name] = drain(socket)

    watchers = []
    for number in range(1, 201):
        worker.steps(number * 5 - 4, number * 5)
        if number in (1, 2, 50, 100):
            watchers.append(threading.Thread(target=watch, args=(number, number)))
            watchers[-1].start()
    worker.write(Status("completed"))
    for watcher in watchers:
        watcher.join()
    for after, (entries, _, code) in results.items():
        assert code == 1000
        assert seqs(entries) == list(range(after + 1, 205))


def test_reconnecting_after_the_last_seq_leaves_no_gap(address, worker):
    seen = []
    for round_ in range(4):
        with stream(address, worker.job_id, f"?after={seen[-1] if seen else 0}") as socket:
            worker.steps(round_ * 3 + 1, round_ * 3 + 3)
            seen += seqs(json.loads(socket.recv(timeout=10)))
    worker.write(Status("completed"))
    with stream(address, worker.job_id, f"?after={seen[-1]}") as socket:
        seen += seqs(drain(socket)[0])
    assert seen == list(range(1, 9))


def test_frames_and_entries_stay_within_their_limits(address, worker):
    noise = np.random.default_rng(0).random(30_000)
    worker.write(metrics("train", range(1, 30_001), noise), Status("completed"))
    with stream(address, worker.job_id) as socket:
        entries, sizes, _ = drain(socket)
    assert sum(sizes) > 2 * FRAME_BYTES
    assert max(sizes) <= FRAME_BYTES
    assert max(len(json.dumps(entry, separators=(",", ":"))) for entry in entries) <= 256 * 1024
    steps = [step for entry in entries if entry["type"] == "metrics" for step in entry["columns"]["step"]]
    assert steps == list(range(1, 30_001))


def test_a_filtered_stream_still_hears_the_end(address, worker):
    with stream(address, worker.job_id, "?types=note") as socket:
        worker.steps(1, 5)
        worker.write(Note("info", "hello"))
        worker.steps(6, 9)
        worker.write(Status("completed"))
        entries, _, code = drain(socket)
    assert [entry["type"] for entry in entries] == ["note"]
    assert code == 1000
    with stream(address, worker.job_id, "?types=note") as socket:
        assert seqs(drain(socket)[0]) == seqs(entries)


@pytest.mark.parametrize(
    ("query", "code"),
    [("?after=-1", 4400), ("?after=x", 4400), ("?after=99", 4400), ("?types=metric", 4400), ("?afte=1", 4400),
     ("?encoding=raw", 4400)],
)  # fmt: skip
def test_wrong_parameters_close_with_4400(address, worker, query, code):
    with stream(address, worker.job_id, query) as socket:
        assert drain(socket)[2] == code


def test_an_unknown_job_closes_with_4404(address):
    with stream(address, "nobody") as socket:
        assert drain(socket) == ([], [], 4404)


def test_a_job_deleted_while_watched_closes_with_4410(address, engine, worker):
    with stream(address, worker.job_id) as socket:
        assert seqs(json.loads(socket.recv(timeout=10))) == [1, 2, 3]
        with writing(engine) as connection:
            job_rows.remove(connection, worker.job_id)
        assert drain(socket)[2] == 4410


@pytest.mark.parametrize("path", ["/api/stream", "/api/jobs/nobody/stream"])
@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:1"])
def test_a_foreign_origin_is_refused_with_403(address, path, origin):
    with pytest.raises(InvalidStatus) as refused, connect(f"ws://{address}{path}", origin=origin):
        pass
    assert refused.value.response.status_code == 403
    assert b"may not call" in refused.value.response.body


def test_the_own_origin_is_welcome(address):
    with connect(f"ws://{address}/api/stream", origin=f"http://{address}") as socket:
        assert isinstance(json.loads(socket.recv(timeout=10)), list)


def test_the_list_of_jobs_streams_changes_and_deletions(address, engine):
    with connect(f"ws://{address}/api/stream") as socket:
        first = json.loads(socket.recv(timeout=10))
        assert [job["created_at"] for job in first] == sorted((j["created_at"] for j in first), reverse=True)
        looks = {}

        def until(condition):
            while not condition():
                looks.update({job["id"]: job for job in json.loads(socket.recv(timeout=10))})

        waiting = new_job(engine)
        until(lambda: waiting in looks)
        job_id = new_job(engine)
        until(lambda: job_id in looks)
        place = looks[job_id]["queue_position"]
        worker = FakeWorker(engine, waiting)
        until(lambda: looks[waiting]["status"] == "running" and looks[job_id]["queue_position"] == place - 1)
        worker.steps(1, 9)
        until(lambda: looks[waiting]["step"] == 9)
        worker.write(Status("completed"))
        until(lambda: looks[waiting]["status"] == "completed")
        with writing(engine) as connection:
            job_rows.remove(connection, waiting)
        until(lambda: looks[waiting] == {"id": waiting, "deleted": True})


def test_followers_leave_nothing_behind(folder):
    engine = new_store(folder)
    job_id = new_job(engine)

    app = create_app(Settings(data_dir=folder))
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        live = app.state.parts.live
        address = f"ws://127.0.0.1:8000/api/jobs/{job_id}/stream"
        with suppress(CancelledError), client.websocket_connect(address) as socket:
            socket.receive_text()  # on leaving, this client may cancel the call instead of waiting for it
            assert job_id in live._tails
        eventually(lambda: not live._tails and not live._read_up_to, 10, "the tail to be dropped")
    engine.dispose()


def test_the_first_list_of_jobs_keeps_frames_small_too(address, engine):
    for _ in range(8):
        job_id = new_job(engine)
        with writing(engine) as connection:
            job_rows.change(connection, job_id, notes="\N{SNOWMAN}" * 60_000)
    listed = 0
    with connect(f"ws://{address}/api/stream", max_size=None) as socket:
        while listed < 8:
            frame = socket.recv(timeout=10)
            assert len(frame.encode()) <= FRAME_BYTES
            listed += len(json.loads(frame))


def test_frames_as_rare_as_asked_for_leave_nothing_out(address, worker):
    with stream(address, worker.job_id, "?frame_seconds=0.3") as socket:
        for number in range(1, 31):
            worker.steps(number * 5 - 4, number * 5)
        worker.write(Status("completed"))
        entries, _, code = drain(socket)
    assert code == 1000
    assert [
        step for entry in entries if entry["type"] == "metrics" for step in entry["columns"]["step"]
    ] == list(range(1, 151))
    for wrong in ("-1", "6", "nan", "soon"):
        with stream(address, worker.job_id, f"?frame_seconds={wrong}") as socket:
            assert drain(socket) == ([], [], 4400)
