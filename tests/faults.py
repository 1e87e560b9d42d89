"""Faults done to a running product, and what must hold after them: status, curve, nothing left behind."""

import os
import random
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from app.store import processes
from app.store.database import reading
from app.store.processes import Process
from ml.checkpoint_files import checkpoints_in, parse_name
from tests.product import TERMINAL, Product, eventually
from tests.store import new_store

# Everything that makes a curve hard to repeat, in a few seconds of training.
CONFIG = {
    "dataset": "digits",
    "architecture": "alexnet",
    "train_size": 400,
    "augment": True,
    "standardize": True,
    "dropout": 0.5,
    "batch_norm": True,
    "momentum": 0.9,
    "lr_schedule": "cosine",
    "learning_rate": 0.02,
    "batch_size": 16,
    "epochs": 14,
}
NOTICED_SECONDS = 5.0
FROZEN_SECONDS = 10.0
LEFT_SECONDS = 20.0  # a second supervisor starts, finds the first and leaves
PHASES = ("starting", "training", "evaluating", "writing a checkpoint", "paused")
TARGETS = ("worker", "supervisor", "server", "all")


def processes_of(product: Product, kind: str) -> list[Process]:
    """The rows of `kind`."""
    engine = new_store(product.data_directory)
    with reading(engine) as connection:
        found = processes.of_kind(connection, kind)
    engine.dispose()
    return found


def worker_of(product: Product, job_id: str) -> int | None:
    """The pid of the process that trains the job."""
    return next((row.pid for row in processes_of(product, "worker") if row.job_id == job_id), None)


def curve_of(product: Product, job_id: str) -> list[str]:
    """Every row of the job's CSV without its seconds, sorted: what two equal trainings share."""
    text = product.http.get(f"/api/jobs/{job_id}/metrics.csv").text
    return sorted(line.rpartition(",")[0] for line in text.splitlines()[1:])


def reach(product: Product, job_id: str, phase: str, random_: random.Random) -> None:
    """Return when the job is in `phase`, at a random moment of it."""
    if phase == "starting":
        product.wait(job_id, "starting", "running", seconds=60)
        return
    least = random_.randrange(20, 260)
    eventually(lambda: product.job(job_id)["step"] >= least, 60, f"step {least}", every=0.01)
    if phase == "evaluating":
        steps = product.job(job_id)["total_steps"] // CONFIG["epochs"]  # type: ignore[operator]
        eventually(lambda: product.job(job_id)["step"] % steps == 0, 60, "an epoch's end", every=0.001)
    elif phase == "writing a checkpoint":
        folder = checkpoints_in(product.data_directory, job_id)
        eventually(lambda: list(folder.glob("*.partial")), 60, "a checkpoint being written", every=0.0002)
    elif phase == "paused":
        product.http.post(f"/api/jobs/{job_id}/pause")
        product.wait(job_id, "paused", seconds=20)


def kill(product: Product, job_id: str, target: str) -> None:
    """SIGKILL to `target`."""
    worker = worker_of(product, job_id)
    supervisors = [row.pid for row in processes_of(product, "supervisor")]
    assert product.server is not None
    pids = {
        "worker": [worker],
        "supervisor": supervisors,
        "server": [product.server.pid],
        "all": [product.server.pid, *supervisors, worker],
    }[target]
    for pid in pids:
        if pid is not None and psutil.pid_exists(pid):
            os.kill(pid, signal.SIGKILL)
    if target in ("server", "all"):
        product.server.wait()
        product.start()


@dataclass
class Outcome:
    """What one fault led to."""

    phase: str
    target: str
    noticed_seconds: float | None
    status: str
    equal: bool


def disturbed(
    product: Product, expected: list[str], phase: str, target: str, random_: random.Random
) -> Outcome:
    """Train, kill `target` in `phase`, resume, and compare the curve with `expected`."""
    job_id = product.create(**CONFIG)["id"]
    reach(product, job_id, phase, random_)
    kill(product, job_id, target)
    noticed = None
    if target in ("worker", "all"):
        began = time.monotonic()
        ended = product.wait(job_id, *TERMINAL, seconds=40)
        noticed = time.monotonic() - began
        if ended["status"] == "interrupted":
            assert ended["reason"] == "worker_lost", ended
            product.http.post(f"/api/jobs/{job_id}/resume")
    elif phase == "paused":
        assert product.job(job_id)["status"] == "paused"
        product.http.post(f"/api/jobs/{job_id}/resume")
    final = eventually(
        lambda: job if (job := product.job(job_id))["status"] == "completed" else None, 120, "its completion"
    )
    return Outcome(phase, target, noticed, final["status"], curve_of(product, job_id) == expected)


def strangers(product: Product) -> list[str]:
    """Processes of the product that are neither its server nor in its table: one may be on its way out."""
    known = {row.pid for kind in ("worker", "supervisor") for row in processes_of(product, kind)}
    known |= {product.server.pid} if product.server else set()
    return [
        f"process {process.pid}: {' '.join(process.cmdline())}"
        for process in product.processes()
        if process.pid not in known
    ]


def remains(product: Product, workers: int = 2) -> list[str]:
    """What should not be there once nothing trains: processes, held slots, half-written files."""
    found = []
    eventually(lambda: product.http.get("/api/health").status_code == 200, 30, "health")
    eventually(
        lambda: [row.state for row in processes_of(product, "worker")] == ["idle"] * workers,
        60,
        "warm workers",
    )
    try:
        eventually(lambda: not strangers(product), LEFT_SECONDS, "whoever is not needed to have left")
    except AssertionError:
        found += strangers(product)
    for device in product.http.get("/api/devices").json():
        if device["job_ids"]:
            found.append(f"slot of {device['name']} held by {device['job_ids']}")
    for folder in (product.data_directory / "checkpoints").glob("*/*"):
        if parse_name(folder.name) is None:
            found.append(f"file {Path(*folder.parts[-2:])}")
    return found
