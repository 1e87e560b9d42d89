"""A real server to be called with anything, on which nothing trains: the queue only grows.

Beside it stands this process, which passes for a supervisor, and for a worker with an answer to everything.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
from sqlalchemy import Engine

from app.store import processes, requests
from app.store.database import reading, writing
from ml.datasets import own
from ml.entries import Change, Diagnosis, Note, Snapshot, Status
from tests.made_zip import colours, packed
from tests.product import Product, eventually
from tests.store import FakeWorker, metrics, new_job, new_store, seem_supervised

POLL_SECONDS = 0.002
BEAT_SECONDS = 1.0
DATASET = "mine"


class StandIn(threading.Thread):
    """Answers every question at once with an empty object, and beats."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(daemon=True)
        self._engine = engine
        self._ending = threading.Event()
        self._worker_id = processes.new_id()
        seem_supervised(engine)
        with writing(engine) as connection:
            processes.register(connection, self._worker_id, "worker", "idle")
        with reading(engine) as connection:
            self._ids = [
                row.id for kind in ("supervisor", "worker") for row in processes.of_kind(connection, kind)
            ]

    def run(self) -> None:
        """Until ended."""
        beaten = 0.0
        while not self._ending.wait(POLL_SECONDS):
            if time.monotonic() - beaten > BEAT_SECONDS:
                beaten = time.monotonic()
                with writing(self._engine) as connection:
                    for process_id in self._ids:
                        processes.beat(connection, process_id)
            with reading(self._engine) as connection:
                asked = requests.any_waiting(connection)
            if asked:
                self._answer()

    def _answer(self) -> None:
        with writing(self._engine) as connection:
            claimed = requests.claim(connection, self._worker_id)
            if claimed is not None:
                requests.answer(connection, claimed.key, orjson.dumps({}).decode(), None)
                processes.enter(connection, self._worker_id, "idle")

    def end(self) -> None:
        """Return once it does nothing any more."""
        self._ending.set()
        self.join()


def write_whole_job(engine: Engine, **config: object) -> str:
    """A completed job whose log has an entry of every kind that needs no file."""
    job_id = new_job(engine, **config)
    worker = FakeWorker(engine, job_id)
    worker.steps(1, 9)
    worker.write(
        metrics("validation", [0, 9], [0.7, float("nan")]),
        metrics("test", [0, 9], [0.7, 0.4]),
        Note("info", "half way"),
        Change(5, "learning_rate", 0.1, 0.05),
        Diagnosis("plateau", 5, "nothing moves", {"share": 0.1}, {"changes": {"learning_rate": 0.5}}),
        Snapshot("train_evaluation", 9, 1, "application/json", b'{"samples":9,"loss":0.4,"accuracy":0.5}'),
        Snapshot("boundary", 9, 1, "application/octet-stream", bytes(64 * 64)),
    )
    worker.steps(10, 90)
    worker.write(Status("completed"))
    return job_id


@dataclass(frozen=True, slots=True)
class World:
    """The server and what is there to be asked for."""

    product: Product
    job_ids: list[str]
    study_ids: list[str]

    @property
    def answers(self) -> dict[str, int]:
        """How many answers the server gave, by class of status, as it counts them itself."""
        lines = self.product.http.get("/metrics").text.splitlines()
        found = [line for line in lines if line.startswith("livetrain_answers_total{")]
        return {line.split('"')[1]: int(float(line.split()[-1])) for line in found}


@contextmanager
def world_in(folder: Path) -> Iterator[World]:
    """A server on `folder` with some jobs, a study and an uploaded data set."""
    engine = new_store(folder)
    stand_in = StandIn(engine)
    stand_in.start()
    try:
        with Product(folder, LIVETRAIN_SUPERVISE="false") as product:
            job_ids = [write_whole_job(engine) for _ in range(3)] + [new_job(engine) for _ in range(3)]
            body = {"kind": "sweep", "axes": {"learning_rate": [0.1, 0.2]}, "seeds": 2}
            studies = [product.http.post("/api/studies", json=body) for _ in range(4)]
            sent = {"params": {"name": DATASET}, "headers": {"content-type": "application/zip"}}
            uploaded = product.http.post("/api/datasets", content=packed(colours(4)), **sent)
            assert uploaded.status_code == 202, uploaded.text
            eventually(lambda: DATASET in own.names(folder), 60, "the upload")
            yield World(product, job_ids, [study.json()["id"] for study in studies])
    finally:
        stand_in.end()
        engine.dispose()
