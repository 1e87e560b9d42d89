"""`livetrain jobs watch`: every entry once, in order, whatever befalls the server; leaving ends nothing."""

import re
import signal
import subprocess
from contextlib import ExitStack

import pytest
import typer

from app.client.address import Address
from app.client.errors import Refused
from app.client.stream import Stream
from app.command.server import Server
from app.command.watch import watch_job
from ml.entries import Rewind, Status
from tests.product import LIVETRAIN, Product, eventually
from tests.serving import server_on
from tests.store import FakeWorker, metrics, new_job


@pytest.fixture
def worker(engine):
    return FakeWorker(engine, new_job(engine))


@pytest.fixture
def server_at():
    """Makes callers of a server, and closes them."""
    with ExitStack() as callers:
        yield lambda address, token="": callers.enter_context(Server(Address(f"http://{address}", token)))


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


def test_what_the_stream_refuses_is_a_sentence(tmp_path, worker, capsys, server_at, monkeypatch):
    def refused(_stream):
        raise Refused(404, "The job was deleted.")

    monkeypatch.setattr(Stream, "entries", refused)
    with server_on(tmp_path) as address, pytest.raises(typer.Exit) as ended:
        watch_job(server_at(address), worker.job_id, from_now=False)
    assert ended.value.exit_code == 1
    assert "The job was deleted." in capsys.readouterr().err


def test_a_wrong_token_ends_at_once(tmp_path, worker, capsys, server_at):
    with server_on(tmp_path, token="secret") as address, pytest.raises(typer.Exit) as ended:
        watch_job(server_at(address, "wrong"), worker.job_id, from_now=False)
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
