"""`livetrain jobs watch`: every entry once, in order, whatever befalls the server; leaving ends nothing."""

import json
import re
import signal
import subprocess
import threading
from contextlib import ExitStack, contextmanager

import pytest
import typer

from app.command.server import Server
from app.command.watch import Stream, watch_job
from app.store import jobs as job_rows
from app.store.database import writing
from ml.entries import Note, Rewind, Status
from tests.product import LIVETRAIN, Product, eventually, free_port
from tests.serving import server_on
from tests.store import FakeWorker, metrics, new_job


@pytest.fixture
def worker(engine):
    return FakeWorker(engine, new_job(engine))


@pytest.fixture
def server_at():
    """Makes callers of a server, and closes them."""
    with ExitStack() as callers:
        yield lambda address, token="": callers.enter_context(
            Server(f"http://{address}", token, is_local=True)
        )


class Said:
    """A terminal that only keeps what it is told."""

    def __init__(self):
        self.sentences = []

    def say(self, sentence):
        self.sentences.append(sentence)


def test_no_entry_is_lost_or_doubled_while_the_server_is_away(tmp_path, worker, server_at):
    port, said, found = free_port(), Said(), []
    stream = Stream(server_at(f"127.0.0.1:{port}"), worker.job_id, 0, "running")
    reading = threading.Thread(target=lambda: found.extend(stream.entries(said)))
    with server_on(tmp_path, port):
        reading.start()
        worker.steps(1, 9)
        eventually(lambda: stream.last_seq == 4, 10, "the first entries")
    worker.steps(10, 18)
    eventually(lambda: said.sentences, 10, "the loss to be said")
    with server_on(tmp_path, port):
        worker.steps(19, 27)
        worker.write(Status("completed"))
        reading.join(20)
    assert not reading.is_alive()
    assert [entry["seq"] for entry in found] == list(range(1, 8))
    assert ["lost" in said.sentences[0], said.sentences[1:]] == [True, ["Connected again."]]


def test_what_came_already_is_dropped_and_what_lacks_is_asked_for(monkeypatch, server_at):
    connections = [[[1, 2], [4]], [[2, 3], [4]]]
    asked = []

    @contextmanager
    def connect(address, **_):
        asked.append(address.rsplit("=", 1)[1])
        yield [json.dumps([_entry(seq) for seq in frame]) for frame in connections.pop(0)]

    def _entry(seq):
        return {"seq": seq, "type": "status", "status": "completed" if seq == 4 else "running"}

    monkeypatch.setattr("app.command.watch.connect", connect)
    found = Stream(server_at("nowhere"), "job", 0, "running").entries(Said())
    assert [entry["seq"] for entry in found] == [1, 2, 3, 4]
    assert asked == ["0", "2"]


def test_a_terminal_status_within_the_log_is_not_the_end(tmp_path, engine, worker, server_at):
    worker.write(Note("info", "before"), Status("stopped", "requested"))
    job_id = worker.job_id
    with server_on(tmp_path) as address:
        found = list(Stream(server_at(address), job_id, 3, "queued").entries(Said()))
    assert [entry["type"] for entry in found] == ["note", "status"]


def test_watch_shows_steps_rewinds_and_the_end(tmp_path, worker, capsys, server_at):
    worker.steps(1, 45)
    worker.write(metrics("validation", [45], [0.5], [0.75]), Rewind(18))
    worker.steps(19, 90)
    worker.write(Status("failed", "diverged", "The loss is not finite."))
    with server_on(tmp_path) as address, pytest.raises(typer.Exit) as ended:
        watch_job(server_at(address), worker.job_id, from_now=False)
    assert ended.value.exit_code == 1
    shown = capsys.readouterr()
    assert "epoch 5: validation loss 0.5000, accuracy 0.7500" in shown.out
    assert shown.out.endswith("failed: diverged: The loss is not finite.\n")
    assert "Back to step 18" in shown.err
    assert re.search(r"90/90", shown.err.rsplit("\r", 1)[-1])


def test_watch_from_now_leaves_out_what_was_before(tmp_path, worker, capsys, server_at):
    worker.write(metrics("test", [9], [0.5]))
    worker.write(Status("completed"))
    with server_on(tmp_path) as address:
        watch_job(server_at(address), worker.job_id, from_now=True)
    shown = capsys.readouterr().out
    assert "epoch" not in shown
    assert shown.endswith("completed\n")


def test_a_deleted_job_is_said(tmp_path, engine, worker, capsys, server_at):
    worker.steps(1, 9)
    with server_on(tmp_path) as address:
        failed = []

        def read():
            with pytest.raises(typer.Exit) as ended:
                list(stream.entries(Said()))
            failed.append(ended.value.exit_code)

        stream = Stream(server_at(address), worker.job_id, 0, "running")
        reading = threading.Thread(target=read)
        reading.start()
        eventually(lambda: stream.last_seq == 4, 10, "the first entries")
        with writing(engine) as connection:
            job_rows.remove(connection, worker.job_id)
        reading.join(20)
    assert failed == [1]
    assert "The job was deleted." in capsys.readouterr().err


def test_a_wrong_token_ends_at_once(tmp_path, worker, capsys, server_at):
    with server_on(tmp_path, token="secret") as address, pytest.raises(typer.Exit) as ended:
        list(Stream(server_at(address, "wrong"), worker.job_id, 0, "running").entries(Said()))
    assert ended.value.exit_code == 1
    assert "A token is needed" in capsys.readouterr().err


def test_a_watch_survives_the_servers_death_and_leaving_it_ends_nothing(own_product: Product, tmp_path):
    product = own_product
    job_id = product.create(epochs=1_000_000, hidden_sizes=[64], batch_size=20)["id"]
    product.wait(job_id, "running")
    out, err = (tmp_path / "out").open("wb+"), (tmp_path / "err").open("wb+")
    command = [LIVETRAIN, "jobs", "watch", job_id[:6], "--port", str(product.port)]
    watching = subprocess.Popen(command, stdout=out, stderr=err)

    def epochs():
        return [int(n) for n in re.findall(r"epoch (\d+): test", (tmp_path / "out").read_text())]

    eventually(lambda: len(epochs()) > 20, 30, "epochs")
    product.kill_server()
    product.start()
    product.ready()
    before = product.job(job_id)["epoch"]
    eventually(lambda: epochs()[-1] > before, 30, "later epochs")
    watching.send_signal(signal.SIGINT)
    assert watching.wait(10) == 130
    out.close(), err.close()
    shown = (tmp_path / "err").read_text()
    assert "The connection is lost; the job goes on." in shown
    assert "Connected again." in shown
    assert "Left. The job goes on" in shown
    assert "Traceback" not in shown
    assert epochs() == list(range(len(epochs())))
    assert product.job(job_id)["status"] == "running"
