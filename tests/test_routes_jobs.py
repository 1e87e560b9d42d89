"""Jobs over HTTP: created once, listed in pages, changed, stopped, deleted; wrong input named."""

import base64
import json

import pytest

from app.store.database import writing
from app.store.jobs import changed_since
from app.store.revisions import latest_revision, touch_queue
from ml.config import TrainConfig
from ml.entries import Status
from tests.serving import client_on
from tests.store import FakeWorker, new_store, put


@pytest.fixture
def client(tmp_path):
    with client_on(tmp_path) as client:
        yield client


@pytest.fixture
def engine(client, tmp_path):
    engine = new_store(tmp_path)
    yield engine
    engine.dispose()


def create(client, **config):
    response = client.post("/api/jobs", json=config)
    assert response.status_code == 201, response.text
    return response.json()


def errors_of(response):
    assert response.status_code == 422, response.text
    assert response.headers["content-type"] == "application/problem+json"
    return {error["field"]: error["message"] for error in response.json()["errors"]}


def test_create_answers_the_whole_job(client):
    response = client.post("/api/jobs", json={"hidden_sizes": [16], "epochs": 3})
    job = response.json()
    assert response.status_code == 201
    assert response.headers["location"] == f"/api/jobs/{job['id']}"
    assert response.headers["x-livetrain-time"].isdigit()
    assert job == client.get(f"/api/jobs/{job['id']}").json()
    assert (job["status"], job["queue_position"], job["attempt"]) == ("queued", 1, 1)
    assert job["config"] == TrainConfig(hidden_sizes=[16], epochs=3).model_dump()
    assert job["total_steps"] == 3 * 2
    assert (job["step"], job["best"], job["latest"]["train"]) == (0, None, None)
    assert set(job) == {
        "id", "name", "status", "reason", "error", "config", "original_config", "attempt", "device",
        "threads",
        "created_at", "started_at", "finished_at", "queue_position", "epoch", "step", "total_steps",
        "eta_seconds", "train_seconds", "images_per_second", "best", "latest", "parent_id", "forked_from",
        "study_id", "tags", "notes", "will_restart", "adjustable", "data_fingerprint",
    }  # fmt: skip


def test_wrong_fields_are_named_with_the_fix(client):
    errors = errors_of(
        client.post(
            "/api/jobs",
            json={
                "learning_rat": 1,
                "epochs": 0,
                "batch_size": "ful",
                "dataset": "Circle",
                "hidden_sizes": [4, 0],
                "momentum": "much",
                "dropout": 1.0,
                "device": "tpu",
                "standardize": "yes",
                "seed": 1.5,
            },
        )
    )
    assert errors["learning_rat"].endswith("did you mean learning_rate?")
    assert errors["epochs"] == "must be at least 1, not 0."
    assert errors["batch_size"] == "must be a whole number or 'full', not 'ful'."
    assert "'circles', 'moons'" in errors["dataset"]
    assert errors["hidden_sizes"] == "item 2 must be at least 1, not 0."
    assert errors["momentum"] == "must be a number, not 'much'."
    assert errors["dropout"] == "must be below 1, not 1.0."
    assert "cuda:N" in errors["device"]
    assert errors["standardize"] == "must be true or false, not 'yes'."
    assert errors["seed"] == "must be a whole number, not 1.5."


@pytest.mark.parametrize(
    ("config", "field"),
    [
        ({"architecture": "lenet5"}, "architecture"),
        ({"augment": True}, "augment"),
        ({"early_stopping_patience": 3, "validation_fraction": 0.0}, "early_stopping_patience"),
        ({"train_size": 100_000}, "train_size"),
        ({"batch_norm": True, "batch_size": "full"}, "batch_size"),
    ],
)
def test_impossible_pairs_are_refused_and_nothing_is_stored(client, config, field):
    for address in ("/api/jobs", "/api/inspect"):
        assert field in errors_of(client.post(address, json=config))
    assert client.get("/api/jobs").json()["jobs"] == []


@pytest.mark.parametrize(
    "request_",
    [
        {"content": b"{not json", "headers": {"content-type": "application/json"}},
        {"content": b"[1, 2]", "headers": {"content-type": "application/json"}},
        {"content": b'{"learning_rate": NaN}', "headers": {"content-type": "application/json"}},
        {"content": b"", "headers": {"content-type": "application/json"}},
    ],
)
def test_malformed_bodies_are_problems(client, request_):
    assert errors_of(client.post("/api/jobs", **request_))


def test_the_same_idempotency_key_gives_the_same_job(client):
    key = {"Idempotency-Key": "one"}
    first = client.post("/api/jobs", json={"epochs": 3}, headers=key)
    again = client.post("/api/jobs", json={"epochs": 3, "seed": 0}, headers=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    other = client.post("/api/jobs", json={"epochs": 4}, headers=key)
    assert "Idempotency-Key" in errors_of(other)
    assert len(client.get("/api/jobs").json()["jobs"]) == 1


def test_pages_of_the_list_hold_every_job_once(client):
    ids = [create(client, seed=seed)["id"] for seed in range(7)]
    for sort, expected in (("-created_at", ids[::-1]), ("created_at", ids)):
        found, cursor = [], None
        while True:
            query = {"limit": 3, "sort": sort, **({"cursor": cursor} if cursor else {})}
            page = client.get("/api/jobs", params=query).json()
            found += [job["id"] for job in page["jobs"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert found == expected


def test_the_list_sorts_by_name_across_pages(client):
    for name in ("b", "a", "c", "a"):
        create(client, name=name)
    page = client.get("/api/jobs?sort=name&limit=2").json()
    rest = client.get("/api/jobs", params={"sort": "name", "cursor": page["next_cursor"]}).json()
    assert [job["name"] for job in page["jobs"] + rest["jobs"]] == ["a", "a", "b", "c"]


def test_the_list_filters(client):
    moons = create(client, dataset="moons")["id"]
    stopped = create(client)["id"]
    client.post(f"/api/jobs/{stopped}/stop")
    create(client)
    assert [job["id"] for job in client.get("/api/jobs?dataset=moons").json()["jobs"]] == [moons]
    found = client.get("/api/jobs?status=stopped&status=failed").json()["jobs"]
    assert [job["id"] for job in found] == [stopped]


def test_the_list_finds_jobs_by_id_tag_and_words(client):
    first = create(client, name="Wide network")["id"]
    second = create(client, dataset="moons")["id"]
    create(client)
    client.patch(f"/api/jobs/{second}", json={"tags": ["Lesson 1", "50 %"]})

    def found(**query):
        return [job["id"] for job in client.get("/api/jobs", params=query).json()["jobs"]]

    assert found(id=[first, second, "gone"]) == [second, first], "what is no more is left out"
    assert found(search="WIDE net") == [first]
    assert found(search="moons lesson") == [second], "each word in the name or in a tag"
    assert found(search="50 %") == [second], "a percent sign means itself"
    assert found(search="moons wide") == []
    assert found(tag="lesson 1") == [second]
    assert found(tag="lesson") == []
    assert "id" in errors_of(client.get("/api/jobs", params={"id": ["x"] * 501}))


def test_wrong_queries_are_refused(client):
    assert "did you mean limit?" in errors_of(client.get("/api/jobs?limt=3"))["limt"]
    assert "limit" in errors_of(client.get("/api/jobs?limit=501"))
    assert "cursor" in errors_of(client.get("/api/jobs?cursor=xyz"))
    assert "status" in errors_of(client.get("/api/jobs?status=resting"))


def test_changes_of_name_notes_tags_and_place(client):
    first, second, third = (create(client, seed=seed)["id"] for seed in range(3))
    changed = client.patch(
        f"/api/jobs/{third}", json={"name": "mine", "notes": "n", "tags": ["t"], "queue_position": 1}
    ).json()
    assert (changed["name"], changed["notes"], changed["tags"]) == ("mine", "n", ["t"])
    positions = {job["id"]: job["queue_position"] for job in client.get("/api/jobs").json()["jobs"]}
    assert positions == {third: 1, first: 2, second: 3}
    client.patch(f"/api/jobs/{third}", json={"queue_position": 99})
    assert client.get(f"/api/jobs/{third}").json()["queue_position"] == 3


def test_wrong_changes_are_refused(client):
    job_id = create(client)["id"]
    assert "status" in errors_of(client.patch(f"/api/jobs/{job_id}", json={"status": "completed"}))
    assert "name" in errors_of(client.patch(f"/api/jobs/{job_id}", json={"name": None}))
    client.post(f"/api/jobs/{job_id}/stop")
    refused = client.patch(f"/api/jobs/{job_id}", json={"queue_position": 1})
    assert "stopped" in errors_of(refused)["queue_position"]


def test_a_queued_job_is_stopped_at_once_and_again_without_effect(client, engine):
    job_id = create(client)["id"]
    for _ in range(2):
        response = client.post(f"/api/jobs/{job_id}/stop")
        assert response.status_code == 202
        assert (response.json()["status"], response.json()["reason"]) == ("stopped", "requested")
    assert client.get(f"/api/jobs/{job_id}/log").json()["last_seq"] == 2


def test_a_running_job_is_asked_to_stop_once(client, engine):
    job_id = create(client)["id"]
    worker = FakeWorker(engine, job_id)
    for _ in range(2):
        assert client.post(f"/api/jobs/{job_id}/stop", json={}).json()["status"] == "stopping"
    worker.write(Status("stopped", reason="requested"))
    log = client.get(f"/api/jobs/{job_id}/log?types=status").json()["entries"]
    assert [e["status"] for e in log] == ["queued", "starting", "running", "stopping", "stopped"]
    job = client.post(f"/api/jobs/{job_id}/stop").json()
    assert (job["status"], job["device"]) == ("stopped", "cpu")
    assert job["finished_at"] >= job["started_at"] >= job["created_at"]


def test_delete_only_when_ended(client, engine):
    job_id = create(client)["id"]
    refused = client.delete(f"/api/jobs/{job_id}")
    assert refused.status_code == 409
    assert "stop it first" in refused.json()["detail"]
    put(engine, job_id, Status("stopped", reason="requested"))
    assert client.delete(f"/api/jobs/{job_id}").status_code == 204
    for address in (f"/api/jobs/{job_id}", f"/api/jobs/{job_id}/log", f"/api/jobs/{job_id}/metrics.csv"):
        gone = client.get(address)
        assert gone.status_code == 404
        assert gone.json()["title"] == "Not Found"
    assert client.delete(f"/api/jobs/{job_id}").status_code == 404


def test_an_idempotency_key_of_a_deleted_job_makes_a_new_one(client, engine):
    key = {"Idempotency-Key": "one"}
    job_id = client.post("/api/jobs", json={}, headers=key).json()["id"]
    put(engine, job_id, Status("stopped", reason="requested"))
    client.delete(f"/api/jobs/{job_id}")
    assert client.post("/api/jobs", json={}, headers=key).status_code == 201


@pytest.mark.parametrize("sort", ["-created_at", "name"])
@pytest.mark.parametrize("value", [[2**70, 1], [1, 2**70], [True, True], ["a", "b"], {"a": 1}, [1]])
def test_a_made_up_cursor_is_refused(client, sort, value):
    cursor = base64.urlsafe_b64encode(json.dumps(value).encode()).decode()
    errors = errors_of(client.get("/api/jobs", params={"sort": sort, "cursor": cursor}))
    assert "next_cursor" in errors["cursor"]


def test_a_cursor_of_another_order_is_refused(client):
    cursor = base64.urlsafe_b64encode(json.dumps(["a", 2**63]).encode()).decode()
    assert "cursor" in errors_of(client.get("/api/jobs", params={"sort": "name", "cursor": cursor}))


def test_numbers_too_large_for_anything_are_refused(client):
    errors = errors_of(client.post("/api/jobs", json={"epochs": 10**30}, headers={"Idempotency-Key": "a"}))
    assert "at most 1,000,000" in errors["epochs"]
    text = '{"batch_size": 999999999999999999999999, "early_stopping_patience": 99999999999999999999999}'
    response = client.post("/api/jobs", content=text, headers={"Content-Type": "application/json"})
    assert set(errors_of(response)) == {"batch_size", "early_stopping_patience"}


def test_a_place_far_behind_the_queue_is_the_last_one(client):
    first, second = create(client), create(client)
    moved = client.patch(
        f"/api/jobs/{first['id']}", content='{"queue_position": 1000000000000000000000000000000}',
        headers={"Content-Type": "application/json"},
    )  # fmt: skip
    assert moved.json()["queue_position"] == 2
    assert client.get(f"/api/jobs/{second['id']}").json()["queue_position"] == 1


def test_a_new_name_is_in_the_config_too_and_is_never_blank(client):
    job = create(client)
    renamed = client.patch(f"/api/jobs/{job['id']}", json={"name": "  mine "}).json()
    assert (renamed["name"], renamed["config"]["name"]) == ("mine", "mine")
    assert renamed["original_config"]["name"] is None
    assert "empty" in errors_of(client.patch(f"/api/jobs/{job['id']}", json={"name": "   "}))["name"]


def test_a_change_of_the_whole_queue_reaches_followers_whole(client, engine):
    for _ in range(12):
        create(client)
    with writing(engine) as connection:
        touch_queue(connection)
        revision = latest_revision(connection) - 1
        assert len(changed_since(connection, revision, limit=5)) == 12
