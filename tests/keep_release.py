"""Keeps what a release leaves in databases, for every later one's tests: `python -m tests.keep_release`.

Run it with the very code that is released, as the last step of a release whose schema is a new one. It trains
a few jobs, one in every state a job is found in, and writes `tests/data/schema_REVISION.sql`, the database as
SQL, and `schema_REVISION.json`, what that version's API said of it. Both are committed and never changed.
"""

import hashlib
import json
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from app.store.migrate import REVISIONS
from tests.product import Product, eventually
from tests.serving import client_on

DATA = Path(__file__).parent / "data"
MOST_BYTES = 150_000
SLOW = {"dataset": "digits", "hidden_sizes": [2048, 512], "batch_size": 1000, "epochs": 100_000}


def digest(text: str) -> str:
    """A fingerprint of what was answered."""
    return hashlib.sha256(text.encode()).hexdigest()


def answers(client: TestClient) -> dict[str, Any]:
    """What the API says about every job, long texts as digests."""
    jobs = client.get("/api/jobs?limit=500").json()["jobs"]
    return {
        "jobs": jobs,
        "logs": {
            job["id"]: digest(
                json.dumps(
                    client.get(f"/api/jobs/{job['id']}/log?limit=10000&encoding=typed").json()["entries"]
                )
            )
            for job in jobs
        },
        "csv": {job["id"]: digest(client.get(f"/api/jobs/{job['id']}/metrics.csv").text) for job in jobs},
    }


def fill(folder: Path) -> str:
    """Jobs that completed, were changed, stopped, resumed and forked, that lost their worker, and one that is
    deleted; returns its id."""
    with Product(folder) as product:
        product.ready()
        deleted = product.create(epochs=1)["id"]
        named = {"hidden_sizes": [8], "batch_size": 20, "epochs": 5, "name": "Circles, by name"}
        keyed = product.http.post("/api/jobs", json=named, headers={"Idempotency-Key": "kept"})
        circles = keyed.json()["id"]
        digits = product.create(
            dataset="digits", hidden_sizes=[16], standardize=True, dropout=0.1, epochs=3, momentum=0.9,
            lr_schedule="exponential", train_size=500, early_stopping_patience=2,
        )["id"]  # fmt: skip
        stopped = product.create(**SLOW)["id"]
        for job_id in (deleted, circles, digits):
            assert product.wait(job_id)["status"] == "completed"
        product.http.patch(f"/api/jobs/{digits}", json={"notes": "two\nlines", "tags": ["kept", "ü"]})
        assert product.http.delete(f"/api/jobs/{deleted}").status_code == 204
        eventually(lambda: product.job(stopped)["step"], 60, "a step")
        ask(product, stopped, "adjust", learning_rate=0.05)
        eventually(lambda: product.job(stopped)["config"]["learning_rate"] == 0.05, 60, "the change")
        ask(product, stopped, "stop")
        saved = product.wait(stopped, "stopped")["step"]
        ask(product, stopped, "resume")
        eventually(lambda: product.job(stopped)["step"] > saved, 60, "a further step")
        ask(product, stopped, "stop", save=False)
        product.wait(stopped, "stopped")
        ask(product, stopped, "resume")
        rewinds = f"/api/jobs/{stopped}/log?types=rewind"
        eventually(lambda: product.http.get(rewinds).json()["entries"], 60, "a rewind")
        ask(product, stopped, "stop")
        product.wait(stopped, "stopped")
        changes = {"epochs": 6, "learning_rate": 0.2}
        forked = ask(product, circles, "fork", changes=changes)["id"]
        assert product.wait(forked)["status"] == "completed"
        interrupted = product.create(**SLOW, seed=1)["id"]
        eventually(lambda: product.job(interrupted)["step"], 60, "a step")
        with sqlite3.connect(folder / "livetrain.db") as connection:
            query = "SELECT pid FROM processes WHERE job_id = ?"
            (pid,) = connection.execute(query, (interrupted,)).fetchone()
        connection.close()
        next(process for process in product.processes() if process.pid == pid).kill()
        product.wait(interrupted, "interrupted")
        ask(product, interrupted, "stop")  # it does not start again by itself, neither here nor in a test
    return str(deleted)


def ask(product: Product, job_id: str, action: str, **body: Any) -> dict[str, Any]:
    """Steer a job; what the server answers."""
    answer = product.http.post(f"/api/jobs/{job_id}/{action}", json=body)
    assert answer.is_success, answer.text
    return dict(answer.json())


def forget_the_machine(path: Path) -> None:
    """Take out what tells of the machine this ran on."""
    connection = sqlite3.connect(path)
    connection.execute("UPDATE devices SET title = 'CPU', memory_total = NULL, memory_used = NULL")
    columns = [row[1] for row in connection.execute("PRAGMA table_info(processes)")]
    if "place" in columns:
        connection.execute("UPDATE processes SET place = 'elsewhere'")
    connection.commit()
    connection.close()


def dump(path: Path) -> str:
    """The whole database as SQL."""
    connection = sqlite3.connect(path)
    text = "\n".join(connection.iterdump())
    connection.close()
    return text + "\n"


def main() -> None:
    """Fill, ask, write."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        deleted = fill(folder)
        with client_on(folder) as client:  # nobody trains here, so this one stays queued
            queued = client.post("/api/jobs", json={"dataset": "moons", "batch_size": 20, "epochs": 2})
            assert queued.status_code == 201
            paused = client.post("/api/jobs", json={"dataset": "moons", "epochs": 2})
            assert client.post(f"/api/jobs/{paused.json()['id']}/pause").json()["status"] == "paused"
            expected = {"deleted": deleted, **answers(client)}
        forget_the_machine(folder / "livetrain.db")
        text = dump(folder / "livetrain.db")
    assert name not in text
    assert len(text) < MOST_BYTES, f"{len(text)} bytes; train less"
    DATA.mkdir(exist_ok=True)
    stem = DATA / f"schema_{REVISIONS[-1]}"
    stem.with_suffix(".sql").write_text(text)
    stem.with_suffix(".json").write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
