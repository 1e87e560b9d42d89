"""`make load`: one job on a core of its own, while server and crowd have the other one.

500 watchers, slow and stalled ones too, 200 calls a second, 50 jobs that wait. Alone and under load in
turn, so that a machine that slows down meanwhile counts for neither. The long form: `--minutes 30`.
"""

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import orjson
import psutil

from tests.accept.report import Report
from tests.faults import worker_of
from tests.product import Product, eventually

JOB = {"epochs": 1_000_000, "hidden_sizes": [32], "batch_size": 20}
WAITING = 50
CROWD = {"watchers": 500, "slow": 20, "stalled": 5, "calls-per-second": 200}
ROUND_SECONDS = 15.0
WARM_SECONDS = 5.0  # while a crowd connects
MEBIBYTE = 2**20


@dataclass
class Measured:
    """Steps a second alone and under load, the crowds' own figures, the server's memory in MiB after each."""

    alone: list[float] = field(default_factory=list)
    loaded: list[float] = field(default_factory=list)
    crowds: list[dict[str, float]] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Speed under load over speed alone."""
        return median(self.loaded) / median(self.alone)


def pin(product: Product, job_id: str) -> None:
    """The worker onto the first core, everybody else onto the others."""
    first, *others = sorted(os.sched_getaffinity(0))
    worker = worker_of(product, job_id)
    for process in product.processes():
        for thread in process.threads():
            os.sched_setaffinity(thread.id, [first] if process.pid == worker else others)


def step_of(product: Product, job_id: str) -> int:
    """Of the running job, from the database: the server has enough to do."""
    address = f"file:{product.data_directory / 'livetrain.db'}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        (text,) = connection.execute("SELECT progress FROM jobs WHERE id = ?", (job_id,)).fetchone()
    return int(orjson.loads(text)["step"])


def steps_per_second(product: Product, job_id: str, seconds: float) -> float:
    """Of the running job, by its own count and the clock."""
    before, began = step_of(product, job_id), time.perf_counter()
    time.sleep(seconds)
    after = step_of(product, job_id)
    return (after - before) / (time.perf_counter() - began)


def crowd_command(product: Product, job_id: str, seconds: float, scale: float) -> Sequence[str]:
    """A crowd of `scale` times the full one."""
    words = [sys.executable, "-m", "benchmarks.crowd", product.url, job_id, "--seconds", str(seconds)]
    words += ["--warm", str(WARM_SECONDS), "--after", str(last_seq(product, job_id))]
    for name, count in CROWD.items():
        words += [f"--{name}", str(max(1, round(count * scale)))]
    return words


def last_seq(product: Product, job_id: str) -> int:
    """Where the log ends now."""
    return int(product.http.get(f"/api/jobs/{job_id}/metrics?max_points=2").json()["last_seq"])


def measure(
    product: Product, seconds: float, scale: float = 1.0, round_seconds: float = ROUND_SECONDS
) -> Measured:
    """Rounds of alone and loaded for about `seconds`."""
    job_id = product.create(**JOB)["id"]
    product.wait(job_id, "running")
    for _ in range(WAITING):
        product.create(**JOB)
    eventually(lambda: product.job(job_id)["step"] > 500, 60, "500 steps")
    pin(product, job_id)
    others = sorted(os.sched_getaffinity(0))[1:]
    measured = Measured()
    assert product.server is not None
    server = psutil.Process(product.server.pid)
    began = time.monotonic()
    while not measured.loaded or time.monotonic() - began < seconds:
        measured.alone.append(steps_per_second(product, job_id, round_seconds))
        command = crowd_command(product, job_id, WARM_SECONDS + round_seconds + 1, scale)
        crowd = subprocess.Popen(command, stdout=subprocess.PIPE)
        os.sched_setaffinity(crowd.pid, others)
        time.sleep(WARM_SECONDS)
        measured.loaded.append(steps_per_second(product, job_id, round_seconds))
        output, _ = crowd.communicate(timeout=120)
        assert crowd.returncode == 0, command
        measured.crowds.append(orjson.loads(output))
        measured.memory.append(server.memory_info().rss / MEBIBYTE)
    return measured


def report_on(report: Report, measured: Measured) -> None:
    """The figures with their bounds."""
    report.at_least("speed under load / alone, a core each", measured.ratio, 0.95)
    report.at_least("steps a second alone, median", median(measured.alone), 1000)
    gaps = sum(crowd["gaps"] for crowd in measured.crowds)
    report.line("gaps that watchers saw", f"{gaps:.0f}", "0", not gaps)
    failed = sum(crowd["failed_calls"] for crowd in measured.crowds)
    report.line("calls that failed", f"{failed:.0f}", "0", not failed)
    rounds = len(measured.memory)
    course = [measured.memory[rounds * part // 5] for part in range(5)] + [measured.memory[-1]]
    growth = max(measured.memory) - course[1]  # by then caches and the pool of threads are filled
    report.at_most("server's memory, the most after the first fifth of the rounds", growth, 30, " MiB")
    print(f"        server_memory_mib, over {rounds} rounds: {' '.join(f'{one:.0f}' for one in course)}")
    for name in measured.crowds[0]:
        print(f"        {name}: {median(crowd[name] for crowd in measured.crowds):.4g}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--scale", type=float, default=1.0, help="of the full crowd")
    given = parser.parse_args()
    if len(os.sched_getaffinity(0)) < 2:
        parser.error("two cores are needed: one for the job, one for server and crowd")
    report = Report()
    with tempfile.TemporaryDirectory() as folder, Product(Path(folder) / "data") as product:
        report_on(report, measure(product.ready(), 60 * given.minutes, given.scale))
    report.close()


if __name__ == "__main__":
    main()
