"""Uploads over HTTP: both forms of body, refusals beside their fields, deletion, and kills in the middle."""

import time

import httpx2 as httpx
import psutil
import pytest
from sqlalchemy import update

from app import uploads
from app.jobs.steering import stop
from app.store import jobs as job_rows
from app.store.database import writing
from app.store.schema import jobs as table
from ml.datasets import own
from tests.made_zip import colours, packed
from tests.product import Product, eventually
from tests.serving import client_on

ZIP = {"Content-Type": "application/zip"}
GOOD = packed(colours(6))


@pytest.fixture
def client(tmp_path, engine):
    with client_on(tmp_path) as client:
        yield client


def post(client, content=GOOD, **query):
    return client.post(
        "/api/datasets", params={"name": "mine", "side": 8, **query}, content=content, headers=ZIP
    )


def ready(client, name="mine"):
    def state():
        found = client.get(f"/api/datasets/{name}").json()
        return found if found["state"] != "unpacking" else None

    found = eventually(state, 20, "the end of the unpacking")
    assert found["state"] == "ready", found
    return found


def errors_of(response, status=422):
    assert response.status_code == status, response.text
    for error in response.json()["errors"]:
        assert error["message"][-2:-1] not in ".;:", error
        assert error["message"].endswith("."), error
    return {error["field"]: error["message"] for error in response.json()["errors"]}


def left(tmp_path):
    root = own.root(tmp_path)
    return sorted(path.name for path in root.iterdir()) if root.is_dir() else []


def test_a_form_becomes_a_data_set_like_any_other(client, tmp_path):
    fields = {"name": "mine", "side": "16", "flip_keeps_labels": "true"}
    answer = client.post(
        "/api/datasets", data=fields, files={"archive": ("mine.zip", GOOD, "application/zip")}
    )
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == "/api/datasets/mine"
    assert answer.json()["state"] in ("unpacking", "ready")
    found = ready(client)
    assert (found["train_size"], found["test_size"], found["input_shape"]) == (15, 3, [3, 16, 16])
    assert found["report"]["classes"][0] == {"name": "blue", "train": 5, "test": 1}
    listed = client.get("/api/datasets").json()
    assert [each["name"] for each in listed][-2:] == ["cifar10", "mine"]
    assert {each["state"] for each in listed} == {"ready"}
    inspected = client.post("/api/inspect", json={"dataset": "mine", "architecture": "alexnet"}).json()
    assert inspected["layers"][-1]["output_shape"] == [3]
    assert client.post("/api/jobs", json={"dataset": "mine"}).status_code == 201
    eventually(lambda: left(tmp_path) == ["mine"], 5, "nothing else to be left")


def test_a_body_becomes_a_data_set_too(client):
    assert post(client, split_seed=3, test_fraction=0.5).status_code == 202
    found = ready(client)
    assert (found["split_seed"], found["test_fraction"], found["test_size"]) == (3, 0.5, 9)


def test_fields_beside_a_form_are_refused_and_capitals_are_no_matter(client):
    files = {"archive": ("mine.zip", GOOD, "application/zip")}
    answer = client.post("/api/datasets?side=64", data={"name": "mine"}, files=files)
    assert "into the form" in errors_of(answer)["side"]
    headers = {"Content-Type": "Application/Zip"}
    assert client.post("/api/datasets?name=mine", content=GOOD, headers=headers).status_code == 202


def test_a_taken_name_is_refused(client, tmp_path):
    assert errors_of(post(client, name="cifar10"), 409)["name"].startswith(
        "cifar10 is the name of a built-in"
    )
    post(client)
    ready(client)
    assert "already" in errors_of(post(client), 409)["name"]
    form = {"data": {"name": "mine"}, "files": {"archive": GOOD}}
    assert "already" in errors_of(client.post("/api/datasets", **form), 409)["name"]
    eventually(lambda: left(tmp_path) == ["mine"], 5, "nothing else to be left")


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ({"name": "Mine"}, "name", "small letter"),
        ({"name": "../x"}, "name", "small letter"),
        ({"name": "x" * 41}, "name", "at most 40"),
        ({"side": "7"}, "side", "at least 8"),
        ({"side": "225"}, "side", "at most 224"),
        ({"side": "wide"}, "side", "whole number"),
        ({"test_fraction": "0.9"}, "test_fraction", "at most 0.5"),
        ({"flip_keeps_labels": "perhaps"}, "flip_keeps_labels", "true or false"),
        ({"colour": "red"}, "colour", "no query parameter"),
    ],
)
def test_wrong_fields_are_named(client, tmp_path, query, field, words):
    assert words in errors_of(post(client, **query))[field]
    assert not left(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is missing"),
        (b"GIF89a", "is no zip file"),
        (b"PK\x03\x04 nothing", "cannot be read as a zip"),
        (packed({"ant/1.png": b"x"}), "only one class, ant"),
        (packed({"../ant/1.png": b"x", "bee/1.png": b"x"}), "leads out of its folder"),
    ],
)
def test_an_archive_that_cannot_be_used_is_refused_and_leaves_nothing(client, tmp_path, content, words):
    assert words in errors_of(post(client, content))["archive"]
    assert not left(tmp_path)
    assert client.get("/api/datasets/mine").status_code == 404


def test_form_fields_are_checked_before_the_file_comes(client, tmp_path):
    def form(**fields):
        return client.post("/api/datasets", data=fields, files={"archive": GOOD})

    assert "small letter" in errors_of(form(name="No"))["name"]
    assert "is missing" in errors_of(form(side="16"))["name"]
    assert "no field of this name" in errors_of(form(name="mine", colour="red"))["colour"]
    assert "longer than" in errors_of(form(name="x" * 2000))["name"]
    two = [("archive", GOOD), ("archive", GOOD)]
    assert (
        "one file only"
        in errors_of(client.post("/api/datasets", data={"name": "mine"}, files=two))["archive"]
    )
    answer = client.post("/api/datasets", content=b"{}", headers={"Content-Type": "application/json"})
    assert "application/zip" in errors_of(answer, 415)["archive"]
    assert not left(tmp_path)


def test_an_archive_is_cut_off_as_it_grows_too_large(client, tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "LARGEST_ARCHIVE", 100_000)
    taken = []

    def endless():
        while True:
            taken.append(len(GOOD))
            yield GOOD

    assert "is larger than" in errors_of(post(client, endless_until(endless(), 2_000_000)), 413)["archive"]
    assert not left(tmp_path)


def endless_until(chunks, most):
    sent = 0
    for chunk in chunks:
        sent += len(chunk)
        if sent > most:
            return
        yield chunk


def test_a_declared_size_is_refused_at_once(client, monkeypatch):
    monkeypatch.setattr(uploads, "LARGEST_ARCHIVE", 1000)
    monkeypatch.setattr(uploads.Arrival, "_write", None)  # nothing of it is taken
    assert errors_of(post(client, bytes(300_000)), 413)


def test_an_unknown_data_set_is_named_with_those_there_are(client):
    post(client)
    ready(client)
    message = errors_of(client.post("/api/jobs", json={"dataset": "nothing"}))["dataset"]
    assert message == (
        "there is no data set nothing; there are circles, moons, xor, spiral, digits, "
        "mnist, fashion_mnist, cifar10, mine."
    )
    assert "uploaded data set" in errors_of(client.post("/api/jobs", json={"dataset": "No"}))["dataset"]
    schema = client.get("/api/config/schema").json()["properties"]["dataset"]
    assert schema["anyOf"][0]["enum"][0] == "circles"


def test_a_data_set_in_use_stays(client, engine):
    post(client)
    ready(client)
    job = client.post("/api/jobs", json={"dataset": "mine", "name": "the one"}).json()
    refused = client.delete("/api/datasets/mine")
    assert refused.status_code == 409
    assert "the one" in refused.json()["detail"]
    with writing(engine) as connection:
        lost = {"status": "interrupted", "reason": "worker_lost", "restarts_left": 1}
        connection.execute(update(table).where(table.c.id == job["id"]).values(**lost))
    assert client.delete("/api/datasets/mine").status_code == 409, "it will start again"
    with writing(engine) as connection:
        stop(connection, job_rows.get(connection, job["id"]), save=False)
    assert client.delete("/api/datasets/mine").status_code == 204
    assert client.get("/api/datasets/mine").status_code == 404
    for call in ("resume", "fork"):
        gone = client.post(f"/api/jobs/{job['id']}/{call}")
        assert gone.status_code == 409
        assert "not here any more" in gone.json()["detail"]
    assert client.get(f"/api/jobs/{job['id']}").json()["config"]["dataset"] == "mine"


def test_what_is_built_in_or_unknown_cannot_be_deleted(client):
    assert client.delete("/api/datasets/digits").status_code == 409
    assert client.delete("/api/datasets/nothing").status_code == 404
    assert client.delete("/api/datasets/..%2Fcache").status_code == 404


@pytest.fixture
def server(tmp_path):
    """A product that may be killed; its workers need not be warm."""
    with Product(tmp_path / "data") as running:
        yield running


def unpacking_processes(folder):
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if "ml.datasets.own_unpack" in (process.info["cmdline"] or [])
        and any(str(folder) in word for word in process.info["cmdline"])
    ]


LARGE = packed(colours(700, size=(60, 60)))  # some seconds of work


def slow_upload(product):
    answer = product.http.post("/api/datasets?name=slow&side=128", content=LARGE, headers=ZIP)
    assert answer.status_code == 202, answer.text
    (process,) = unpacking_processes(product.data_directory)
    return answer.json(), process


def test_progress_is_told_and_deleting_ends_it(server):
    begun, process = slow_upload(server)
    assert begun["state"] == "unpacking"
    assert begun["total"] == 2100
    assert begun["available"] is False
    taken = server.http.post("/api/datasets?name=slow", content=GOOD, headers=ZIP)
    assert "is being unpacked" in taken.json()["detail"]
    early = server.http.post("/api/jobs", json={"dataset": "slow"})
    assert "not ready" in early.json()["errors"][0]["message"]
    assert server.http.get("/api/datasets/slow/preview").status_code == 409
    done = lambda: server.http.get("/api/datasets/slow").json().get("done", 0)  # noqa: E731
    first = eventually(done, 10, "progress")
    eventually(lambda: done() > first, 10, "more progress")
    assert server.http.delete("/api/datasets/slow").status_code == 204
    assert server.http.get("/api/datasets/slow").status_code == 404
    process.wait(10)
    eventually(lambda: not left(server.data_directory), 10, "nothing to be left")


def test_what_was_killed_in_the_middle_is_swept_at_the_next_start(server):
    _, process = slow_upload(server)
    process.kill()
    server.kill_server()
    process.wait(5)
    assert left(server.data_directory) == [".unpacking-slow"]
    server.start()
    assert not left(server.data_directory)
    assert server.http.post("/api/datasets?name=slow", content=GOOD, headers=ZIP).status_code == 202


def test_a_killed_process_is_told_and_its_name_can_be_used_again(server):
    _, process = slow_upload(server)
    process.kill()
    state = lambda: server.http.get("/api/datasets/slow").json()  # noqa: E731
    found = eventually(lambda: state() if state()["state"] == "failed" else None, 5, "the failure")
    assert "ended unexpectedly" in found["errors"][0]["message"]
    early = errors_of(server.http.post("/api/jobs", json={"dataset": "slow"}))["dataset"]
    assert early.startswith("slow is not ready: the process that unpacked the archive ended unexpectedly")
    shown = server.http.get("/api/datasets/slow/preview").json()["detail"]
    assert shown == f"The data set {early}"
    assert server.http.post("/api/datasets?name=slow", content=GOOD, headers=ZIP).status_code == 202


def test_a_killed_server_does_not_end_the_unpacking(server):
    _, process = slow_upload(server)
    server.kill_server()
    server.start()
    assert process.is_running()
    assert ready_over(server.http, "slow")["train_size"] == 1680


def ready_over(http, name):
    def state():
        found = http.get(f"/api/datasets/{name}").json()
        return found if found["state"] == "ready" else None

    return eventually(state, 60, "the end of the unpacking", every=0.2)


def test_an_upload_cut_off_leaves_nothing(server):
    def half():
        yield GOOD[: len(GOOD) // 2]
        raise ConnectionAbortedError

    with pytest.raises((httpx.HTTPError, ConnectionAbortedError)):
        server.http.post("/api/datasets?name=mine", content=half(), headers=ZIP)
    eventually(lambda: not left(server.data_directory), 10, "nothing to be left")


def test_an_uploaded_data_set_is_learned_by_a_real_worker(product):
    content = packed(colours(40))
    name = f"colours{time.time_ns() % 10**9}"
    answer = product.http.post(
        "/api/datasets", params={"name": name, "side": 12}, content=content, headers=ZIP
    )
    assert answer.status_code == 202, answer.text
    ready_over(product.http, name)

    def preview():
        found = product.http.get(f"/api/datasets/{name}/preview?augment=true")
        return found.json() if found.status_code == 200 else None

    shown = eventually(preview, 20, "a preview")
    assert shown["seen_shape"] == [3, 10, 10]
    job = product.create(
        dataset=name, architecture="alexnet", standardize=True, epochs=3, batch_size=16, learning_rate=0.02
    )
    ended = product.wait(job["id"])
    assert ended["status"] == "completed", ended
    assert ended["latest"]["test"]["accuracy"] > 0.9
    assert product.http.delete(f"/api/datasets/{name}").status_code == 204


@pytest.mark.parametrize("damaged", ["{}", "no json", '{"classes": ["a", "b"]}', "[1]"])
def test_a_damaged_description_is_named_and_can_be_deleted(client, tmp_path, damaged):
    post(client)
    ready(client)
    about = own.root(tmp_path) / "mine" / own.ABOUT
    about.write_text(damaged, "utf-8")
    listed = {each["name"]: each for each in client.get("/api/datasets").json()}
    assert not listed["mine"]["available"]
    assert str(about) in listed["mine"]["problem"]
    assert client.get("/api/datasets/mine").json()["problem"] == listed["mine"]["problem"]
    assert str(about) in errors_of(client.post("/api/jobs", json={"dataset": "mine"}))["dataset"]
    assert client.post("/api/inspect", json={"dataset": "mine"}).status_code == 422
    assert client.get("/api/datasets/mine/preview").status_code in (409, 422)
    assert client.delete("/api/datasets/mine").status_code == 204
