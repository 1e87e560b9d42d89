"""Promise 6: a killed worker is noticed, its slot is free, the queue goes on; stop acts at once."""

import time
from typing import Any

import psutil

from tests.accept.report import Report
from tests.product import Product, eventually

LONG: dict[str, Any] = {"epochs": 1_000_000, "hidden_sizes": [16], "batch_size": 20}
CONVOLUTIONS: dict[str, Any] = {
    "dataset": "digits",
    "architecture": "alexnet",
    "batch_size": 512,
    "epochs": 10_000,
}


def _worker_of(product: Product, job_id: str) -> psutil.Process:
    """The busiest worker process: with one slot it is the one that trains."""
    workers = [p for p in product.processes() if any("worker" in word for word in p.cmdline())]
    for process in workers:
        process.cpu_percent()
    time.sleep(0.5)
    return max(workers, key=lambda process: process.cpu_percent())


def check(report: Report, product: Product) -> None:
    """Kill, queue, stop."""
    first = product.create(**LONG)["id"]
    product.wait(first, "running")
    second = product.create(**LONG, name="next in the queue")["id"]
    assert product.job(second)["queue_position"] == 1
    worker = _worker_of(product, first)
    began = time.monotonic()
    worker.kill()
    job = product.wait(first, "interrupted", seconds=20)
    report.at_most("killed worker's job is interrupted after", time.monotonic() - began, 5, " s")
    report.holds("its reason", job["reason"] == "worker_lost", job["reason"])
    product.wait(second, "running", seconds=20)
    report.at_most("the next job runs after", time.monotonic() - began, 10, " s")
    devices = product.http.get("/api/devices").json()
    (held_by,) = [device["job_ids"] for device in devices if device["name"] == "cpu"]
    report.holds("the slot is the next job's", held_by == [second])

    for what, job_id in (("small steps", second), ("large steps", product.create(**CONVOLUTIONS)["id"])):
        product.wait(job_id, "running", seconds=60)
        eventually(lambda job_id=job_id: (product.job(job_id)["step"] or 0) > 3, 60, "steps")
        began = time.monotonic()
        product.http.post(f"/api/jobs/{job_id}/stop")
        job = product.wait(job_id, "stopped", seconds=20)
        report.at_most(f"stop acts within ({what})", time.monotonic() - began, 1, " s")
    assert job["reason"] == "requested"
