"""The client as its document says: a training made, followed, measured; refusals with field and message."""

import re
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from app.client import Client, NoServer, Refused
from app.client.columns import columns_of
from ml.entries import Rewind, Status
from tests.product import Product, eventually, free_port
from tests.serving import server_on
from tests.store import FakeWorker, metrics, new_job

ROOT = Path(__file__).parent.parent


def examples() -> list[str]:
    """The programs in the document."""
    return re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "client.md").read_text("utf-8"), re.S)


def run(program: str, product: Product) -> str:
    """What it prints; its server is `product`."""
    program = program.replace("http://127.0.0.1:8000", product.url)
    program = program.replace("Client()", f'Client("{product.url}")')
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_documents_first_program_trains_and_measures(product: Product):
    *epochs, ended, last = run(examples()[0], product).splitlines()
    assert [line.split()[0] for line in epochs] == [str(epoch) for epoch in range(21)]
    job_id = product.http.get("/api/jobs?limit=1").json()["jobs"][0]["id"]
    job = product.job(job_id)
    assert ended == f"completed {job['best']['accuracy']}"
    assert last.split()[0] == str(job["total_steps"])


def test_the_documents_second_program_prints_every_field(product: Product):
    lines = run(examples()[1], product).splitlines()
    assert [line.split(":")[0] for line in lines] == ["learning_rate", "epoch"]
    assert "did you mean epochs?" in lines[1]


def test_a_job_is_steered_and_waited_for(product: Product):
    with Client(product.url) as client:
        job = client.create({"epochs": 1_000_000}, hidden_sizes=[64], batch_size=20)
        with pytest.raises(TimeoutError, match=r"after 0\.3 s"):
            client.wait(job["id"], timeout=0.3)
        product.wait(job["id"], "running")
        client.adjust(job["id"], learning_rate=0.01)
        eventually(lambda: client.job(job["id"])["config"]["learning_rate"] == 0.01, 20, "the new rate")
        client.stop(job["id"])
        ended = client.wait(job["id"], timeout=60)
        assert (ended["status"], ended["reason"]) == ("stopped", "requested")
        child = client.fork(job["id"], epochs=ended["epoch"])
        assert child["forked_from"]["job_id"] == job["id"]
        client.stop(child["id"])
        client.wait(child["id"], timeout=60)
        client.delete(child["id"])
        with pytest.raises(Refused) as refusal:
            client.job(child["id"])
        assert refusal.value.status == 404


def test_the_same_key_makes_one_job(product: Product):
    with Client(product.url) as client:
        made = [client.create(epochs=1, key="client-once")["id"] for _ in range(2)]
        assert made[0] == made[1]
        assert client.wait(made[0], timeout=60)["status"] == "completed"


def test_metrics_are_columns_and_hold_after_rewinds(tmp_path, engine):
    worker = FakeWorker(engine, new_job(engine))
    worker.steps(1, 18)
    worker.write(metrics("validation", [9], [float("nan")]), Rewind(9))
    worker.steps(10, 12)
    worker.write(Status("completed"))
    with server_on(tmp_path) as address, Client(f"http://{address}") as client:
        train = client.metrics(worker.job_id)
        validation = client.metrics(worker.job_id, "validation")
        watched = [entry for entry in client.watch(worker.job_id) if entry["type"] == "metrics"]
    assert train["step"].tolist() == list(range(1, 13))
    assert train["loss"].dtype == np.float64
    np.testing.assert_allclose(train["loss"], 1 / np.arange(1, 13), rtol=1e-6)
    assert np.isnan(validation["loss"]).tolist() == [True]
    assert set(validation) == {"step", "epoch", "loss", "accuracy"}
    assert watched[0]["columns"]["step"].tolist() == list(range(1, 19))


def test_what_is_not_finite_is_a_number(tmp_path):
    header = "split,step,epoch,loss,accuracy,learning_rate,train_seconds\r\n"
    found = columns_of(f"{header}train,1,1,Infinity,0.5,0.1,0.01\r\ntest,1,1,-Infinity,0.5,,\r\n", "train")
    assert found["loss"].tolist() == [float("inf")]


def test_a_wait_ends_with_a_job_that_ended_before(tmp_path, engine):
    worker = FakeWorker(engine, new_job(engine))
    waited = []
    with server_on(tmp_path) as address, Client(f"http://{address}") as client:
        waiting = threading.Thread(target=lambda: waited.append(client.wait(worker.job_id)))
        waiting.start()
        worker.write(Status("failed", "diverged", "no number"))
        waiting.join(20)
        assert not waiting.is_alive()
        assert client.wait(worker.job_id)["error"] == "no number"
    assert [job["status"] for job in waited] == ["failed"]


def test_a_token_opens_the_door(tmp_path, engine, monkeypatch):
    with server_on(tmp_path, token="secret") as address:
        monkeypatch.setenv("LIVETRAIN_TOKEN", "secret")
        with Client(f"http://{address}") as client:
            assert client.jobs() == []
        with Client(f"http://{address}/login?token=secret", "") as client:
            assert client.jobs() == []
        with Client(f"http://{address}", "wrong") as client, pytest.raises(Refused) as refusal:
            client.jobs()
        assert refusal.value.status == 401


def test_where_no_server_is_that_is_said():
    url = f"http://127.0.0.1:{free_port()}"
    with Client(url, "") as client, pytest.raises(NoServer, match="No server answers at"):
        client.jobs()
    with pytest.raises(ValueError, match="write http://host:port"):
        Client("box:8000")


def test_it_loads_neither_torch_nor_the_server():
    code = "import sys, app.client; print(sorted(n for n in sys.modules if n in %r))"
    heavy = ("torch", "fastapi", "sqlalchemy", "typer", "pydantic", "sklearn", "app.main", "app.settings")
    done = subprocess.run([sys.executable, "-c", code % (heavy,)], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "[]", done.stderr
