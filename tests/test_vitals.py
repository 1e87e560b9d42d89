"""Health by parts and the figures for Prometheus: true at the moment they are asked for, and documented."""

import json
import re
from pathlib import Path

import httpx2 as httpx
import orjson
import pytest
from prometheus_client.parser import text_string_to_metric_families as families
from websockets.sync.client import connect

from app.jobs import disk
from app.jobs.devices import Device
from app.store import devices, processes
from app.store.database import writing
from app.vitals.lag import BOUNDS, Lag
from ml.entries import Status
from tests.product import eventually
from tests.serving import client_on, server_on
from tests.store import FakeWorker, new_job, seem_supervised

DOCS = Path(__file__).parent.parent / "docs"
LABELS = r"\{[a-z]+\}"


@pytest.fixture
def client(tmp_path, engine):
    with client_on(tmp_path) as client:
        yield client


def figures(client, **headers):
    """Every sample by name and labels."""
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families(answer.text)
        for sample in family.samples
    }


def test_jobs_workers_and_slots_are_counted(client, engine):
    with writing(engine) as connection:
        devices.replace(connection, [Device("cpu", "cpu", "a CPU", 2, 8000, 2000, None)])
    running = new_job(engine)
    FakeWorker(engine, running).steps(1, 3)
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE jobs SET device = 'cpu'")
        processes.register(connection, "w", "worker", "busy")
        processes.enter(connection, "w", "busy", running)
    new_job(engine)
    found = figures(client)
    jobs = {key[1]: value for key, value in found.items() if key[0] == "livetrain_jobs"}
    assert (jobs["running"], jobs["queued"], jobs["completed"]) == (1, 1, 0)
    assert len(jobs) == 9
    assert (found["livetrain_workers", "busy"], found["livetrain_workers", "idle"]) == (1, 0)
    assert (found["livetrain_slots", "cpu"], found["livetrain_slots_used", "cpu"]) == (2, 1)
    assert found["livetrain_device_memory_used_bytes", "cpu"] == 2000
    assert ("livetrain_device_utilization", "cpu") not in found
    assert 0 <= found["livetrain_queue_wait_seconds",] < 60
    assert 0 <= found["livetrain_flush_lag_seconds",] < 60
    assert found["livetrain_disk_free_bytes",] > 0
    assert found["livetrain_database_bytes",] > 4096


def test_waiting_and_silence_grow_with_the_oldest(client, engine):
    waiting, silent = new_job(engine), new_job(engine)
    new_job(engine)
    FakeWorker(engine, silent)
    with writing(engine) as connection:
        connection.exec_driver_sql(
            "UPDATE jobs SET updated_at = '2026-01-01T00:00:00.000Z' WHERE id = ?", (silent,)
        )
        changed = "UPDATE entries SET text = json_replace(text, '$.at', ?) WHERE job_id = ?"
        connection.exec_driver_sql(changed, ("2026-01-02T00:00:00.000Z", waiting))
    found = figures(client)
    assert found["livetrain_flush_lag_seconds",] - found["livetrain_queue_wait_seconds",] == pytest.approx(
        86400, abs=60
    )


def test_parts_are_named_in_health_and_figures(client, engine, monkeypatch):
    found = figures(client)
    assert (found["livetrain_part_up", "database"], found["livetrain_part_up", "supervisor"]) == (1, 0)
    seem_supervised(engine)
    with writing(engine) as connection:
        processes.register(connection, "w", "worker", "warming")
    assert client.get("/api/health").json()["parts"]["workers"] == "warming"
    with writing(engine) as connection:
        processes.enter(connection, "w", "idle")
    monkeypatch.setattr(disk, "_usage", lambda _folder: (10**12, 5 * 10**8))
    assert client.get("/api/health").json()["parts"] == {
        "database": "ok",
        "supervisor": "ok",
        "workers": "ok",
        "disk": "low",
    }
    monkeypatch.setattr(disk, "_usage", lambda _folder: (10**12, 10**6))
    assert client.get("/api/health").json()["parts"]["disk"] == "full"
    assert figures(client)["livetrain_part_up", "disk"] == 0


def test_while_the_database_is_away_the_rest_is_told(client, tmp_path):
    (tmp_path / "livetrain.db").rename(tmp_path / "moved.db")
    found = figures(client)
    assert found["livetrain_part_up", "database"] == 0
    assert ("livetrain_jobs", "queued") not in found
    assert found["livetrain_disk_total_bytes",] > 0
    health = client.get("/api/health")
    assert (health.status_code, health.json()["parts"]["database"]) == (503, "down")


def test_answers_are_counted_by_class(client):
    before = figures(client)
    client.get("/api/jobs")
    client.get("/api/jobs/nobody")
    after = figures(client)
    grown = {key[1]: after[key] - before[key] for key in after if key[0] == "livetrain_answers_total"}
    assert grown == {"1xx": 0, "2xx": 2, "3xx": 0, "4xx": 1, "5xx": 0}


def test_a_watcher_is_counted_and_how_late_its_news_came(tmp_path, engine):
    job_id = new_job(engine)
    worker = FakeWorker(engine, job_id)
    with server_on(tmp_path) as address, httpx.Client(base_url=f"http://{address}") as client:
        with connect(f"ws://{address}/api/jobs/{job_id}/stream", compression=None) as socket:
            socket.recv(10)
            eventually(lambda: figures(client)["livetrain_watchers", "job"] == 1, 10, "the watcher")
            worker.steps(1, 3)
            assert orjson.loads(socket.recv(10))[-1]["type"] == "metrics"
            count = ("livetrain_stream_lag_seconds_count",)
            found = eventually(lambda: it if (it := figures(client))[count] else None, 10, "a lag")
            assert found["livetrain_stream_lag_seconds_sum",] >= 0
            worker.write(Status("completed"))
        eventually(lambda: figures(client)["livetrain_watchers", "job"] == 0, 10, "its leaving")


def test_lags_fall_into_their_buckets():
    lag = Lag()
    for seconds in (-1.0, 0.02, 0.03, 99.0):
        lag.count(seconds)
    assert lag.buckets == [("0.02", 2), *((str(bound), 3) for bound in BOUNDS[1:]), ("+Inf", 4)]
    assert lag.seconds == pytest.approx(99.05)


def test_figures_need_the_token_where_there_is_one(tmp_path):
    with client_on(tmp_path, token="a secret") as client:
        refused = client.get("/metrics", follow_redirects=False)
        assert refused.status_code == 401
        assert refused.headers["content-type"] == "application/problem+json"
        assert figures(client, authorization="Bearer a secret")


def test_every_figure_is_documented_and_the_board_shows_only_those_there_are(client, engine):
    with writing(engine) as connection:
        devices.replace(connection, [Device("cpu", "cpu", "a CPU", 2, 8000, 2000, 0.5)])
    there = {name for name, *_ in figures(client)}
    names = {name for name in there if name.startswith("livetrain_")}
    shown = {re.sub("_(bucket|count|sum)$", "", name) for name in names}
    text = (DOCS / "operations.md").read_text()
    assert not [name for name in shown if not re.search(rf"`{name}(?:{LABELS})?`", text)]
    board = json.loads((DOCS / "grafana" / "livetrain.json").read_text())
    asked = {
        name
        for panel in board["panels"]
        for target in panel["targets"]
        for name in re.findall(r"[a-z]+(?:_[a-z]+)+(?=[\s{)\[/]|$)", re.sub(r"\{[^}]*\}", "", target["expr"]))
    }
    assert not asked - there - {"histogram_quantile"}
    assert {"livetrain_jobs", "livetrain_stream_lag_seconds_bucket", "livetrain_watchers"} <= asked
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
