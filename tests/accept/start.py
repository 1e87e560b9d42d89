"""Promise 1: a fresh clone serves and passes its tests; the second start is quick and light."""

import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil

from tests.accept.report import Report
from tests.product import Product, eventually, free_port

ROOT = Path(__file__).parent.parent.parent
HEAVY = ("libtorch", "/torch/", "/sklearn/")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def fresh_clone(report: Report, folder: Path, with_tests: bool) -> None:
    """`make run` in a clone with nothing installed, and `make test` in the same."""
    clone = folder / "clone"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "VIRTUAL"))
    }
    port = free_port()
    began = time.monotonic()
    log = (folder / "make-run.log").open("wb")
    serving = subprocess.Popen(
        ["make", "run", f"PORT={port}"],
        cwd=clone,
        stdout=log,
        stderr=log,
        start_new_session=True,
        env=environment,
    )
    try:
        eventually(
            lambda: _answers(f"http://127.0.0.1:{port}/"), 1200, "make run to serve the page", every=0.2
        )
        report.holds("make run serves the page", True, f"after {time.monotonic() - began:.0f} s, all set up")
    finally:
        os.killpg(serving.pid, signal.SIGTERM)
        serving.wait(timeout=30)
        Product(clone / "livetrain-data").end()
    if with_tests:
        began = time.monotonic()
        with (folder / "make-test.log").open("wb") as tests_log:
            done = subprocess.run(
                ["make", "test"], cwd=clone, stdout=tests_log, stderr=tests_log, env=environment, check=False
            )
        lines = (folder / "make-test.log").read_text().strip().splitlines()
        report.holds(
            "make test passes",
            done.returncode == 0,
            f"{lines[-1].strip('= ')} ({time.monotonic() - began:.0f} s)",
        )
    shutil.rmtree(clone, ignore_errors=True)


def second_start(report: Report, folder: Path) -> None:
    """Start, end, start again on the same data: seconds, memory and what is loaded."""
    with Product(folder / "second") as product:
        product.ready()
        product.kill_server()
        seconds = product.start()
        product.http.get("/")
        assert product.server
        process = psutil.Process(product.server.pid)
        report.at_most("second start", seconds, 2, " s")
        report.at_most("server's memory", process.memory_info().rss / 2**20, 150, " MB")
        loaded = [entry.path for entry in process.memory_maps() if any(word in entry.path for word in HEAVY)]
        report.holds("neither torch nor scikit-learn in the server", not loaded)
