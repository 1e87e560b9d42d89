"""A job's stream followed from Python: every entry once, in order, whatever befalls the server."""

import json
import threading
from contextlib import contextmanager

import pytest

from app.client.address import Address
from app.client.errors import Refused
from app.client.stream import Stream
from app.store import jobs as job_rows
from app.store.database import writing
from ml.entries import Note, Status
from tests.product import eventually, free_port
from tests.serving import server_on
from tests.store import FakeWorker, new_job


@pytest.fixture
def worker(engine):
    return FakeWorker(engine, new_job(engine))


def at(address, token=""):
    return Address(f"http://{address}", token)


def test_no_entry_is_lost_or_doubled_while_the_server_is_away(tmp_path, worker):
    port, links, found = free_port(), [], []
    stream = Stream(at(f"127.0.0.1:{port}"), worker.job_id, 0, "running", links.append)
    reading = threading.Thread(target=lambda: found.extend(stream.entries()))
    with server_on(tmp_path, port):
        reading.start()
        worker.steps(1, 9)
        eventually(lambda: stream.last_seq == 4, 10, "the first entries")
    worker.steps(10, 18)
    eventually(lambda: links, 10, "the loss to be said")
    with server_on(tmp_path, port):
        worker.steps(19, 27)
        worker.write(Status("completed"))
        reading.join(20)
    assert not reading.is_alive()
    assert [entry["seq"] for entry in found] == list(range(1, 8))
    assert links == [False, True]


def test_what_came_already_is_dropped_and_what_lacks_is_asked_for(monkeypatch):
    connections = [[[1, 2], [4]], [[2, 3], [4]]]
    asked = []

    @contextmanager
    def connect(address, **_):
        asked.append(address.rsplit("=", 1)[1])
        yield [json.dumps([_entry(seq) for seq in frame]) for frame in connections.pop(0)]

    def _entry(seq):
        return {"seq": seq, "type": "status", "status": "completed" if seq == 4 else "running"}

    monkeypatch.setattr("app.client.stream.connect", connect)
    found = Stream(at("nowhere"), "job", 0, "running").entries()
    assert [entry["seq"] for entry in found] == [1, 2, 3, 4]
    assert asked == ["0", "2"]


def test_a_terminal_status_within_the_log_is_not_the_end(tmp_path, worker):
    worker.write(Note("info", "before"), Status("stopped", "requested"))
    with server_on(tmp_path) as address:
        found = list(Stream(at(address), worker.job_id, 3, "queued").entries())
    assert [entry["type"] for entry in found] == ["note", "status"]


def test_a_deleted_job_is_said(tmp_path, engine, worker):
    worker.steps(1, 9)
    with server_on(tmp_path) as address:
        failed = []

        def read():
            with pytest.raises(Refused) as refusal:
                list(stream.entries())
            failed.append(refusal.value)

        stream = Stream(at(address), worker.job_id, 0, "running")
        reading = threading.Thread(target=read)
        reading.start()
        eventually(lambda: stream.last_seq == 4, 10, "the first entries")
        with writing(engine) as connection:
            job_rows.remove(connection, worker.job_id)
        reading.join(20)
    assert [(refusal.status, refusal.detail) for refusal in failed] == [(404, "The job was deleted.")]


@pytest.mark.parametrize(("token", "job", "status"), [("wrong", None, 401), ("secret", "nowhere", 404)])
def test_what_trying_again_would_not_help_is_refused(tmp_path, worker, token, job, status):
    with server_on(tmp_path, token="secret") as address, pytest.raises(Refused) as refusal:
        list(Stream(at(address, token), job or worker.job_id, 0, "running").entries())
    assert refusal.value.status == status
