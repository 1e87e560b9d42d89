"""What can be chosen, over HTTP; previews come from a worker, here a made-up one."""

import threading
import time

import orjson
import pytest
from sqlalchemy import update

from app.asking import seconds_of
from app.jobs.devices import Device
from app.store import devices, processes, requests
from app.store.database import reading, writing
from app.store.schema import processes as table
from ml.config import TrainConfig
from ml.datasets.registry import NAMES
from ml.entries import Status
from ml.models.zoo import ARCHITECTURES
from tests.serving import client_on
from tests.store import FakeWorker, new_job, put, seem_supervised


@pytest.fixture
def client(tmp_path, engine):
    with client_on(tmp_path) as client:
        yield client


class AnsweringThread(threading.Thread):
    """Answers one question as a worker does."""

    def __init__(self, engine, answer=None, error=None):
        super().__init__()
        self.engine, self.answer, self.error = engine, answer, error
        self.asked = None
        with writing(engine) as connection:
            self.worker_id = processes.new_id()
            processes.register(connection, self.worker_id, "worker", "idle")
        self.start()

    def run(self):
        deadline = time.monotonic() + 10
        while self.asked is None and time.monotonic() < deadline:
            with writing(self.engine) as connection:
                self.asked = requests.claim(connection, self.worker_id)
                if self.asked is not None:
                    text = None if self.answer is None else orjson.dumps(self.answer).decode()
                    requests.answer(connection, self.asked.key, text, self.error)
            time.sleep(0.01)


def test_the_schema_is_the_configs_own(client):
    schema = client.get("/api/config/schema").json()
    assert schema == orjson.loads(orjson.dumps(TrainConfig.model_json_schema()))
    assert schema["properties"]["learning_rate"]["default"] == 0.1


def test_architectures_name_their_fields(client):
    found = client.get("/api/architectures").json()
    assert [each["name"] for each in found] == list(ARCHITECTURES)
    assert all(set(each["fields"]) <= set(TrainConfig.model_fields) for each in found)


def test_inspect_is_the_practicals_sheet(client):
    body = {"dataset": "cifar10", "architecture": "alexnet"}
    sheet = client.post("/api/inspect", json=body).json()
    assert sheet["parameters"] == 1_191_170
    rows = {row["name"]: row for row in sheet["layers"]}
    assert rows["conv1"]["output_shape"] == [32, 32, 32]
    assert (rows["pool3"]["receptive_field"], rows["fc4"]["weights"]) == (36, 1_024_000)
    assert {"steps_per_epoch", "memory_estimate_bytes"} <= set(sheet)


def test_rows_tell_how_they_follow_and_what_they_cost(client):
    sheet = client.post("/api/inspect", json={"dataset": "cifar10", "architecture": "alexnet"}).json()
    rows = {row["name"]: row for row in sheet["layers"]}
    assert rows["conv1"]["size_formula"] == "⌊(32 + 2·2 − 5) / 1⌋ + 1 = 32"
    assert rows["conv1"]["fully_connected_weights"] == 3 * 32 * 32 * 32 * 32 * 32
    assert rows["fc4"]["share"] == 1_025_000 / 1_191_170
    assert (rows["pool1"]["fully_connected_weights"], rows["fc4"]["size_formula"]) == (None, None)
    assert (sheet["svm_parameters"], sheet["classes"]) == (45_090, 10)
    inputs = 2 * 3 * 32 * 32 * 128 * 4
    data = 60_000 * 3 * 32 * 32
    layers = sum(row["memory_estimate_bytes"] for row in sheet["layers"])
    assert layers + inputs + data == sheet["memory_estimate_bytes"]
    points = client.post("/api/inspect", json={}).json()
    assert points["svm_parameters"] is None


def test_a_typed_network_is_inspected_and_a_mistake_is_placed(client):
    body = {"dataset": "digits", "architecture": "cnn", "layers": "conv 4 3x3,\nrelu, residual 8 stride 2"}
    rows = client.post("/api/inspect", json=body).json()["layers"]
    assert [row["name"] for row in rows] == [
        "conv1", "block1.conv1", "block1.conv2", "block1.conv_shortcut", "block1", "output",
    ]  # fmt: skip
    for text, start, end, words in (
        ("conv 4 3x3,\nrelo", 12, 16, "line 2, column 1, “relo”: there is no layer of this name"),
        ("relu, conv 4 9x9", 6, 16, "line 1, column 7, “conv 4 9x9” cannot take its input of 8×8×1"),
    ):
        refused = client.post("/api/inspect", json={**body, "layers": text})
        assert refused.status_code == 422
        (error,) = refused.json()["errors"]
        assert (error["field"], error["start"], error["end"]) == ("layers", start, end)
        assert words in error["message"]
        assert client.post("/api/jobs", json={**body, "layers": text}).status_code == 422


def test_the_published_vgg16_is_a_sheet(client):
    (listed,) = client.get("/api/sheets").json()
    sheet = client.get(f"/api/sheets/{listed['name']}").json()
    assert listed.items() <= sheet.items()
    assert sheet["parameters"] == 138_357_544
    assert (sheet["steps_per_epoch"], sheet["classes"], sheet["input_shape"]) == (None, 1000, [3, 224, 224])
    assert sheet["layers"][0]["size_formula"] == "⌊(224 + 2·1 − 3) / 1⌋ + 1 = 224"
    missing = client.get("/api/sheets/vgg19")
    assert missing.status_code == 404
    assert "vgg16-224" in missing.json()["detail"]


def test_a_measurement_is_asked_of_a_worker_with_the_config_alone(client, engine):
    worker = AnsweringThread(engine, answer={"seconds_per_step": 0.5})
    body = {"name": "mine", "dataset": "digits", "architecture": "cnn"}
    assert client.post("/api/measure", json=body).json() == {"seconds_per_step": 0.5, "jobs_beside": 0}
    worker.join()
    assert worker.asked.kind == "dry_steps"
    config = TrainConfig.model_validate(worker.asked.arguments["config"])
    assert config == TrainConfig(dataset="digits", architecture="cnn")
    assert worker.asked.arguments["threads"] >= 1
    refused = client.post("/api/measure", json={"architecture": "alexnet"})
    assert refused.status_code == 422


def test_a_measurement_says_how_many_jobs_train_beside_it(client, engine):
    put(engine, new_job(engine), Status("starting"), Status("running"))
    put(engine, new_job(engine), Status("starting"), Status("running"), Status("paused"))
    worker = AnsweringThread(engine, answer={"seconds_per_step": 0.5})
    assert client.post("/api/measure", json={}).json()["jobs_beside"] == 1
    worker.join()


def test_data_sets_tell_their_facts(client):
    found = client.get("/api/datasets").json()
    assert [each["name"] for each in found] == list(NAMES)
    circles = client.get("/api/datasets/circles").json()
    assert circles == found[0]
    assert (circles["input_shape"], circles["train_size"], circles["available"]) == ([2], 200, True)
    missing = client.get("/api/datasets/imagenet")
    assert missing.status_code == 404
    assert "circles, moons" in missing.json()["detail"]


def test_a_preview_is_asked_once_and_kept(client, engine):
    worker = AnsweringThread(engine, answer={"kind": "points"})
    address = "/api/datasets/circles/preview?standardize=true&count=3"
    assert client.get(address).json() == {"kind": "points"}
    worker.join()
    assert worker.asked.kind == "preview"
    assert worker.asked.arguments == {
        "name": "circles", "standardize": True, "augment": False, "count": 3, "seed": 0, "roll": 0,
    }  # fmt: skip
    assert client.get(address).json() == {"kind": "points"}, "from the server's memory: no worker answers now"


def test_a_preview_asks_for_the_points_of_the_recipe(client, engine):
    worker = AnsweringThread(engine, answer={"kind": "points"})
    assert client.get("/api/datasets/spiral/preview?points=300&noise=0.25").status_code == 200
    worker.join()
    assert (worker.asked.arguments["points"], worker.asked.arguments["noise"]) == (300, 0.25)
    refused = client.get("/api/datasets/digits/preview?points=300&noise=0.25")
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == ["points", "noise"]
    assert "spiral" in refused.json()["detail"]


def test_inspect_says_how_many_points_a_recipe_has(client):
    found = client.post("/api/inspect", json={"dataset": "xor", "points": 1000}).json()
    assert (found["dataset"]["train_size"], found["dataset"]["test_size"]) == (1000, 1000)
    assert (found["train_size"], found["steps_per_epoch"]) == (900, 8)
    refused = client.post("/api/jobs", json={"dataset": "digits", "noise": 0.1})
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == ["noise"]


def test_a_preview_without_a_worker_is_503_with_retry_after(client, engine):
    began = time.monotonic()
    response = client.get("/api/datasets/circles/preview")
    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"
    assert 1.5 < time.monotonic() - began < 4
    worker = AnsweringThread(engine, answer={"kind": "points"})
    worker.join()
    assert client.get("/api/datasets/circles/preview").status_code == 200


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [
        (None, 2), ("respond-async", 2), ("wait=soon", 2), ("wait=0", 0), ("wait=30", 30),
        ("respond-async, wait=10", 10), ("wait=9999", 60), ("await=30", 2),
    ],
)  # fmt: skip
def test_who_asks_says_how_long_to_wait_for_a_worker(prefer, seconds):
    assert seconds_of(prefer) == seconds


def test_a_preview_nobody_waits_for_is_answered_at_once(client, engine):
    refused = client.get("/api/datasets/circles/preview", headers={"prefer": "wait=0"})
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")


def test_a_preview_that_fails_is_409_and_can_be_asked_again(client, engine):
    AnsweringThread(engine, error="class cat is empty").join(0)
    response = client.get("/api/datasets/circles/preview")
    assert response.status_code == 409
    assert response.json()["detail"] == "class cat is empty"
    AnsweringThread(engine, answer={"kind": "points"}).join(0)
    assert client.get("/api/datasets/circles/preview").status_code == 200


def test_a_preview_of_absent_data_says_what_to_do(client, tmp_path):
    response = client.get("/api/datasets/cifar10/preview")
    assert response.status_code == 409
    assert str(tmp_path) in response.json()["detail"]


@pytest.mark.parametrize(
    "query",
    ["count=0", "count=65", "augment=maybe", "colour=red", "seed=-1", "points=9", "noise=3", "noise=nan"],
)
def test_wrong_previews_are_refused(client, query):
    assert client.get(f"/api/datasets/circles/preview?{query}").status_code == 422


def test_a_preview_refuses_to_augment_points_as_a_config_does(client):
    refused = client.get("/api/datasets/circles/preview?augment=true").json()["errors"]
    assert refused == client.post("/api/jobs", json={"augment": True}).json()["errors"]
    assert "switch Augmentation (augment) off" in refused[0]["message"]


def test_a_busy_worker_takes_no_question(engine):
    with writing(engine) as connection:
        worker_id = processes.new_id()
        processes.register(connection, worker_id, "worker", "idle")
        processes.enter(connection, worker_id, "busy", "job")
        requests.ask(connection, "key", "preview", {})
        assert requests.claim(connection, worker_id) is None
        processes.enter(connection, worker_id, "idle")
        assert requests.claim(connection, worker_id) is not None
        assert requests.claim(connection, worker_id) is None
        assert processes.get(connection, worker_id).state == "answering"


def test_devices_name_who_holds_them(client, engine):
    assert client.get("/api/devices").json() == []
    with writing(engine) as connection:
        devices.replace(connection, [Device("cpu", "cpu", "a CPU", 1, 8, 4, 0.5)])
    job_id = new_job(engine)
    FakeWorker(engine, job_id)
    assert client.get("/api/devices").json() == [
        {"name": "cpu", "kind": "cpu", "title": "a CPU", "slots": 1, "memory_total": 8, "memory_used": 4,
         "utilization": 0.5, "job_ids": [job_id]}
    ]  # fmt: skip
    refused = client.post("/api/jobs", json={"device": "cuda:1"})
    assert refused.status_code == 422
    assert "cpu" in refused.json()["errors"][0]["message"]


def test_health_says_which_part_is_down(client, engine):
    down = client.get("/api/health")
    assert down.status_code == 503
    assert down.json() | {"version": ""} == {
        "status": "down", "version": "", "database": "ok", "supervisor": "down",
        "parts": {"database": "ok", "supervisor": "down", "workers": "none", "disk": "ok"},
    }  # fmt: skip
    seem_supervised(engine)
    well = client.get("/api/health")
    assert (well.status_code, well.json()["status"]) == (200, "ok")


def test_health_knows_a_supervisor_elsewhere_by_its_heartbeat(client, engine):
    def set_heartbeat(connection, moment):
        row = update(table).where(table.c.kind == "supervisor")
        connection.execute(row.values(place="worker container", pid=2**22 + 1, heartbeat_at=moment))

    with writing(engine) as connection:
        processes.register(connection, processes.new_id(), "supervisor", "working")
        set_heartbeat(connection, time.time() - 60)
    assert client.get("/api/health").json()["supervisor"] == "down"
    with writing(engine) as connection:
        set_heartbeat(connection, time.time())
    assert client.get("/api/health").json()["supervisor"] == "ok"


def test_a_dead_process_is_not_taken_for_alive(engine):
    seem_supervised(engine)
    with reading(engine) as connection:
        (row,) = processes.of_kind(connection, "supervisor")
    assert row.is_alive()
    assert not processes.is_alive(row.pid, row.process_created_at - 1), "the pid was given to another process"
    assert not processes.is_alive(2**22 + 1, row.process_created_at)


def test_the_page_and_its_charts_come_from_here(client):
    page = client.get("/")
    assert page.status_code == 200
    assert "http://" not in page.text.replace("http://www.w3.org", "").replace("http://127.0.0.1:8000", "")
    packed = client.get("/static/vendor/plotly.min.js", headers={"accept-encoding": "gzip"})
    raw = client.get("/static/vendor/plotly.min.js", headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(raw.content) / 2
    assert packed.content == raw.content
    assert b"plotly" in raw.content[:200].lower()


def test_the_documentation_lists_every_endpoint(client):
    page = client.get("/api/docs").text
    described = client.get("/api/openapi.json").json()["paths"]
    assert {"/api/jobs", "/api/jobs/{job_id}/metrics.csv", "/api/health"} <= set(described)
    assert not [path for path in described if path not in page]
    assert "<script" not in page


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/api/none", 404), ("PUT", "/api/jobs", 405)])
def test_wrong_addresses_and_methods_are_problems(client, method, path, status):
    response = client.request(method, path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= set(response.json())


def test_a_url_prefix_works_with_and_without_a_stripping_proxy(tmp_path):
    with client_on(tmp_path / "prefixed", root_path="/lab") as client:
        for path in ("/api/jobs", "/lab/api/jobs", "/static/css/base.css", "/lab/static/css/base.css"):
            assert client.get(path).status_code == 200
        assert client.get("/lab/").status_code == 200
        created = client.post("/lab/api/jobs", json={})
        assert created.headers["location"].startswith("/lab/api/jobs/")


def test_the_cost_of_gradients_is_asked_of_a_worker_and_bounded(client, engine):
    measured = {"width": 64, "repeats": 9, "depths": []}
    thread = AnsweringThread(engine, answer=measured)
    assert client.get("/api/experiments/gradient-cost?depths=5&seed=7").json() == measured
    thread.join()
    assert (thread.asked.kind, thread.asked.arguments) == ("gradient_cost", {"depths": 5, "seed": 7})
    again = client.get("/api/experiments/gradient-cost?depths=5&seed=7&measure=false")
    assert (again.status_code, again.json()) == (200, measured)
    unknown = client.get("/api/experiments/gradient-cost?depths=5&seed=8&measure=false")
    assert (unknown.status_code, unknown.content) == (204, b"")
    for query in ("depths=17", "depths=0", "seed=-1", "measure=perhaps"):
        assert client.get(f"/api/experiments/gradient-cost?{query}").status_code == 422
