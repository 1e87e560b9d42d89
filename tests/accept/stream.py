"""Promise 5: two clients, cuts, a killed server, and every step exactly once."""

import csv
import io
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.accept.report import Report
from tests.product import Product, eventually

CONFIG: dict[str, Any] = {
    "dataset": "digits", "architecture": "alexnet", "batch_size": 16, "epochs": 450, "seed": 3,
    "standardize": True, "augment": True, "dropout": 0.5, "batch_norm": True, "momentum": 0.9,
    "learning_rate": 0.01, "lr_schedule": "cosine",
}  # fmt: skip
COMPARED = ("step", "epoch", "loss", "accuracy", "learning_rate")
MODULE = [sys.executable, "-m"]


def _rows(text: str) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        target = found.setdefault(row["split"], {})
        for name, value in row.items():
            if name != "split" and value != "":
                target.setdefault(name, []).append(value)
    return found


def _same(left: dict[str, Any], right: dict[str, Any], names: tuple[str, ...]) -> bool:
    return all(
        [float(value) for value in left[split][name]] == [float(value) for value in right[split][name]]
        for split in ("train", "validation", "test")
        for name in names
        if name in right[split]
    )


def check(report: Report, product: Product, folder: Path) -> None:
    """Run the job and compare both clients with the reference and the CSV."""
    job_id = product.create(**CONFIG)["id"]
    clients = []
    for number, options in enumerate((["--typed", "--cuts", "3"], [])):
        output = folder / f"client{number}.json"
        command = [*MODULE, "tests.watcher", product.url, job_id, str(output), *options]
        clients.append((subprocess.Popen(command), output))
    eventually(lambda: (product.job(job_id)["step"] or 0) > 3000, 300, "3,000 steps", every=0.2)
    before = product.job(job_id)["step"]
    product.kill_server()
    time.sleep(2)
    product.start()
    after = product.job(job_id)["step"]
    report.holds(
        "training went on while the server was dead", after > before + 100, f"{after - before} steps"
    )
    job = product.wait(job_id, seconds=900)
    for process, _ in clients:
        process.wait(timeout=60)
    results = [json.loads(output.read_text()) for _, output in clients]
    reference_file = folder / "reference.json"
    threads = str(job["threads"])
    words = [json.dumps(CONFIG), str(product.data_directory), threads, str(reference_file)]
    subprocess.run([*MODULE, "tests.reference", *words], check=True)
    reference = json.loads(reference_file.read_text())
    rows = _rows(product.http.get(f"/api/jobs/{job_id}/metrics.csv").text)

    steps = len(reference["train"]["step"])
    report.at_least("steps of the job", steps, 5000)
    report.at_least("seconds of training", job["train_seconds"], 60, " s")
    report.line(
        "attempts, and statuses seen",
        f"{job['attempt']}, {' → '.join(results[0]['statuses'])}",
        "1, never interrupted",
        job["attempt"] == 1 and results[0]["statuses"] == ["queued", "starting", "running", "completed"],
    )
    for number, result in enumerate(results):
        report.holds(
            f"client {number} has every entry once ({result['connections']} connections)", result["gapless"]
        )
        report.holds(f"client {number} has every step once", result["steps_once"])
        report.holds(
            f"client {number} equals the in-process training", _same(result["columns"], reference, COMPARED)
        )
        report.holds(
            f"client {number} equals the CSV", _same(result["columns"], rows, (*COMPARED, "train_seconds"))
        )
