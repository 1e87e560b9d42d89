"""`livetrain serve` as a process: light, quick, polite, and not needed for training to go on."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx2 as httpx
import psutil
import pytest

from tests.product import LIVETRAIN, Product, eventually, free_port
from tests.store import new_store

ROOT = Path(__file__).parent.parent
LONG = {"epochs": 1_000_000, "hidden_sizes": [16], "batch_size": 20}


def test_a_port_in_use_is_said_in_words(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [LIVETRAIN, "serve", "--port", port, "--data-dir", str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_newer_database_is_said_in_words(tmp_path):
    new_store(tmp_path).dispose()
    connection = sqlite3.connect(tmp_path / "livetrain.db")
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    for command in ("serve", "work"):
        options = ["--data-dir", str(tmp_path), *(["--port", str(free_port())] if command == "serve" else [])]
        done = subprocess.run([LIVETRAIN, command, *options], capture_output=True, text=True, timeout=60)
        assert done.returncode == 1
        assert "newer Livetrain" in done.stderr


def test_beyond_loopback_a_log_in_link_is_printed_once_a_start(tmp_path):
    port = free_port()
    command = [LIVETRAIN, "serve", "--host", "0.0.0.0", "--port", str(port), "--data-dir", str(tmp_path)]
    log = tmp_path / "out"
    with log.open("wb") as out:
        server = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        link = eventually(lambda: re.search(r"http://\S+/login\?token=(\S+)", log.read_text()), 30, "a link")
        token = link.group(1)
        assert log.read_text().count(token) == 1
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            assert client.get("/api/jobs").status_code == 401
            bearer = {"authorization": f"Bearer {token}"}
            assert client.get("/api/jobs", headers=bearer).status_code == 200
        others = [p for p in psutil.process_iter(["cmdline"]) if str(tmp_path) in str(p.info["cmdline"])]
        assert others
        assert not [process for process in others if token in " ".join(process.cmdline())]
        server.kill()
        server.wait()
        with log.open("ab") as out:
            server = subprocess.Popen(command, stdout=out, stderr=out)
        eventually(lambda: log.read_text().count(token) == 2, 30, "the same link again")
    finally:
        _end(server, tmp_path)


def _end(server, folder):
    server.kill()
    server.wait()
    for process in psutil.process_iter(["cmdline"]):
        if process.pid != os.getpid() and str(folder) in str(process.info["cmdline"]):
            process.kill()


def test_the_server_is_light_and_starts_quickly_again(own_product: Product):
    product = own_product
    product.server.send_signal(signal.SIGINT)
    assert product.server.wait(timeout=10) == 0
    assert "Trainings go on" in (product.data_directory / "serve.out").read_text()
    product.start()
    process = psutil.Process(product.server.pid)
    computed = process.cpu_times()
    assert computed.user + computed.system < 3, "seconds of computing, however long the machine made it wait"
    product.ready()
    for path in ("/", "/api/jobs", "/api/datasets", "/api/openapi.json", "/static/vendor/plotly.min.js"):
        assert product.http.get(path).status_code == 200
    product.http.post("/api/inspect", json={"dataset": "digits", "architecture": "alexnet"})
    assert process.memory_info().rss < 150e6
    loaded = {Path(each.path).parts for each in process.memory_maps()}
    assert not [parts for parts in loaded if {"torch", "sklearn", "scipy"} & set(parts)]


def test_head_is_get_without_a_body(product: Product):
    job_id = product.create(dataset="circles", epochs=1)["id"]
    product.wait(job_id)
    job = f"/api/jobs/{job_id}"
    saved = product.http.get(f"{job}/checkpoints").json()["checkpoints"][-1]["url"]
    pages = ("/", "/login", "/api/health", "/api/jobs", "/metrics", "/static/js/lab.js", "/nowhere")
    for path in (*pages, f"{job}/script.py", f"{job}/metrics.csv", saved):
        looked, read = product.http.head(path), product.http.get(path)
        assert (looked.status_code, looked.content) == (read.status_code, b""), path
        assert looked.headers.get("content-type") == read.headers.get("content-type")
    long = product.create(dataset="circles", epochs=1000)["id"]
    product.wait(long)
    assert product.http.head(f"/api/jobs/{long}/metrics.csv").status_code == 200, (
        "and it is not made for nobody"
    )
    assert "Traceback" not in (product.data_directory / "serve.out").read_text()
    assert product.http.head("/").headers["content-length"] == str(len(product.http.get("/").content))


def test_training_goes_on_while_the_server_is_killed(own_product: Product):
    product = own_product
    job_id = product.create(**LONG)["id"]
    product.wait(job_id, "running")
    before = eventually(lambda: product.job(job_id)["step"], 20, "the first steps")
    product.kill_server()
    product.start()
    job = eventually(lambda: found if (found := product.job(job_id))["step"] > before else None, 20, "steps")
    assert (job["status"], job["attempt"]) == ("running", 1)
    product.http.post(f"/api/jobs/{job_id}/stop")
    product.wait(job_id, "stopped")
    entries = list(product.entries(job_id))
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    trained = [e["columns"]["step"] for e in entries if e["type"] == "metrics" and e["split"] == "train"]
    steps = [step for column in trained for step in column]
    assert steps == list(range(1, len(steps) + 1))


@pytest.mark.parametrize("command", ["serve", "work", "jobs", "backup", "restore", "clean"])
def test_help_loads_no_torch(command):
    code = (
        "import sys; sys.argv = ['livetrain', sys.argv[1], '--help']\n"
        "from app.cli import main\n"
        "try: main()\n"
        "except SystemExit: print('torch' in sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, command], capture_output=True, text=True, cwd=ROOT)
    assert done.stderr.strip() == "False"


def test_a_server_that_does_not_supervise_leaves_it_to_work(tmp_path):
    folder = tmp_path / "data"
    with Product(folder, LIVETRAIN_SUPERVISE="false") as product:
        down = product.http.get("/api/health")
        assert (down.status_code, down.json()["supervisor"]) == (503, "down")
        with (tmp_path / "work.out").open("wb") as out:
            work = subprocess.Popen([LIVETRAIN, "work", "--data-dir", str(folder)], stdout=out, stderr=out)
        try:
            product.ready()
            supervisors = [process for process in product.processes() if "work" in process.cmdline()]
            assert [process.pid for process in supervisors] == [work.pid]
            work.kill()
            work.wait()
            eventually(lambda: product.http.get("/api/health").status_code == 503, 10, "it to be missed")
            assert not [process for process in product.processes() if "work" in process.cmdline()]
        finally:
            work.kill()
            work.wait()
