"""No secret in logs, addresses, pages, files or the environment of other processes."""

import logging
import os
import subprocess
import sys

import pytest

from app.jobs.crew import child_environment
from app.settings import Settings
from tests.product import Product, eventually
from tests.serving import client_on, cookie_name
from tests.store import new_job

TOKEN, VIEWER, WRONG = "steer-6f1c2b", "watch-90aa31", "wrong-77d0e4"
SECRETS = (TOKEN, VIEWER, WRONG)


@pytest.fixture
def client(tmp_path, engine):
    with client_on(tmp_path, token=TOKEN, viewer_token=VIEWER) as client:
        yield client


def told(text, secrets=SECRETS):
    return [secret for secret in secrets if secret in text]


def test_logs_hold_none_also_of_what_fails(client, engine, caplog, capfd, monkeypatch):
    caplog.set_level(logging.DEBUG)
    for secret in SECRETS:
        client.get("/login", params={"token": secret})
        client.post("/login", data={"token": secret})
        client.cookies.clear()
        bearer = {"authorization": f"Bearer {secret}"}
        client.get("/api/jobs", params={"token": secret}, headers=bearer)
        client.get("/api/jobs/nobody", headers=bearer)
        client.post("/api/jobs", content=b"{", headers=bearer)
    monkeypatch.setattr("app.routes.jobs.job_text", None)  # a fault nobody expected
    failed = client.get(f"/api/jobs/{new_job(engine)}", headers={"authorization": f"Bearer {TOKEN}"})
    assert failed.status_code == 500
    assert any("failed at /api/jobs/" in record.getMessage() for record in caplog.records)
    own = [record for record in caplog.records if not record.name.startswith("http")]  # not the caller's own
    formatter = logging.Formatter()
    assert told("\n".join(map(formatter.format, own))) == []
    assert told("".join(capfd.readouterr())) == []


def test_no_answer_holds_one_not_even_an_error(client, engine):
    job_id = new_job(engine)
    for secret in (TOKEN, VIEWER):
        bearer = {"authorization": f"Bearer {secret}"}
        for path in ("/", f"/jobs/{job_id}", "/nowhere", "/api/nowhere", f"/api/jobs/{job_id}",
                     f"/api/jobs/{job_id}/report.html", "/api/docs", "/api/openapi.json", "/api/health",
                     "/api/config/schema", "/api/jobs?limit=x"):  # fmt: skip
            answer = client.get(path, headers=bearer)
            assert told(answer.text + str(answer.headers)) == [], path
    for answer in (
        client.get("/login", params={"token": WRONG}),
        client.post("/login", data={"token": WRONG}),
        client.get("/api/jobs", headers={"authorization": f"Bearer {WRONG}"}),
    ):
        assert answer.status_code == 401
        assert told(answer.text + str(answer.headers)) == []


def test_after_the_log_in_link_no_address_and_no_cookie_holds_it(client):
    answer = client.get("/login", params={"token": TOKEN}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "same-origin", "no other site hears where somebody came from"
    assert told(str(answer.headers)) == []
    cookie = client.cookies[cookie_name(client)]
    assert cookie not in client.get("/").text


def test_settings_that_are_printed_do_not_show_them(tmp_path):
    assert told(repr(Settings(data_dir=tmp_path, token=TOKEN, viewer_token=VIEWER))) == []
    command = [sys.executable, "-m", "app.cli", "serve", "--viewer-token", TOKEN, "--data-dir", str(tmp_path)]
    environment = {**os.environ, "LIVETRAIN_TOKEN": TOKEN}
    refused = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
    assert refused.returncode == 2
    assert "choose another secret" in refused.stderr
    assert told(refused.stdout + refused.stderr) == []


def test_processes_that_are_started_are_not_told(monkeypatch):
    monkeypatch.setenv("LIVETRAIN_TOKEN", TOKEN)
    monkeypatch.setenv("livetrain_viewer_token", VIEWER)
    monkeypatch.setenv("LIVETRAIN_CPU_SLOTS", "3")
    environment = child_environment()
    assert told(str(environment)) == []
    assert environment["LIVETRAIN_CPU_SLOTS"] == "3"


def test_a_real_server_tells_its_supervisor_its_workers_and_its_files_nothing(tmp_path):
    secrets = {"LIVETRAIN_TOKEN": TOKEN, "LIVETRAIN_VIEWER_TOKEN": VIEWER}
    with Product(tmp_path / "data", **secrets) as product:
        eventually(lambda: product.http.get("/api/health").status_code == 200, 60, "health")
        eventually(lambda: len(product.processes()) >= 3, 60, "a supervisor and a worker")
        server = product.server
        assert server is not None
        for process in product.processes():
            if process.pid != server.pid:
                assert told(str(process.environ()), (TOKEN, VIEWER)) == [], process.cmdline()
            assert told(str(process.cmdline())) == []
        for path in product.data_directory.rglob("*"):
            if path.is_file():
                found = [secret for secret in (TOKEN, VIEWER) if secret.encode() in path.read_bytes()]
                assert found == [], path
