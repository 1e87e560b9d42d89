"""A data set that is deleted and uploaded again: the very same pictures go on, others do not. Real parts."""

import shutil
import sqlite3

import pytest

from ml.datasets import own
from ml.entries import Status
from tests.made_files import image_folder, loaded, save_picture
from tests.made_zip import colours, packed
from tests.product import Product, eventually
from tests.serving import client_on
from tests.store import new_job
from tests.store import put as put_entries

ZIP = {"Content-Type": "application/zip"}
FORMER = packed(colours(20))
OTHER = packed(colours(20, size=(21, 21)))  # as many of the same classes
FEWER = packed({name: content for name, content in colours(20).items() if "red" not in name})
NETWORK = {"architecture": "alexnet", "batch_size": 16, "epochs": 60, "learning_rate": 0.01, "dropout": 0.1}
WITHOUT_ONE = "The data set {} that the job learned from is not here any more; upload it again"
REPLACED = "The data set {} was replaced at 20"


def upload(product, name, content=FORMER, **query):
    answer = product.http.post(
        "/api/datasets", params={"name": name, "side": 12, **query}, content=content, headers=ZIP
    )
    assert answer.status_code == 202, answer.text

    def ready():
        found = product.http.get(f"/api/datasets/{name}").json()
        return found if found["state"] == "ready" else None

    return eventually(ready, 60, "the end of the unpacking")


def put(product, name, content, **query):
    assert product.http.delete(f"/api/datasets/{name}").status_code == 204
    return upload(product, name, content, **query)


def begun(product, name, **config):
    """A job that was stopped in the middle, with a checkpoint."""
    job_id = product.create(dataset=name, **{**NETWORK, **config})["id"]
    eventually(lambda: product.job(job_id)["step"] > 20, 60, "some steps")
    assert product.http.post(f"/api/jobs/{job_id}/stop").status_code == 202
    stopped = product.wait(job_id)
    assert stopped["status"] == "stopped", stopped
    return stopped


def calls(job_id):
    yield "POST", f"/api/jobs/{job_id}/resume", {}
    yield "POST", f"/api/jobs/{job_id}/fork", {}
    yield "POST", f"/api/jobs/{job_id}/class-map", {"tiles": 2}
    yield "GET", f"/api/jobs/{job_id}/shift-tolerance", None


def answered(product, method, path, body=None):
    """What is answered once a worker is free."""

    def ask():
        answer = product.http.request(method, path, json=body)
        return None if answer.status_code == 503 else answer

    return eventually(ask, 60, f"an answer of {path}", every=0.1)


def refused(product, method, path, body, words):
    answer = answered(product, method, path, body)
    assert answer.status_code == 409, (path, answer.text)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].startswith(words), answer.text
    assert "start a new job." in answer.json()["detail"]


def columns(product, job_id, split):
    found = product.http.get(f"/api/jobs/{job_id}/metrics.csv").text.splitlines()
    rows = [line.split(",") for line in found[1:] if line.startswith(split)]
    return [(step, loss, accuracy) for _, step, _, loss, accuracy, *_ in rows]


def test_only_the_very_same_pictures_go_on(product):
    first = upload(product, "again")
    job = begun(product, "again")
    job_id = job["id"]
    assert job["data_fingerprint"] == first["fingerprint"]
    tried = answered(product, "POST", f"/api/jobs/{job_id}/class-map", {"tiles": 2}).json()

    assert product.http.delete("/api/datasets/again").status_code == 204
    for call in calls(job_id):
        refused(product, *call, WITHOUT_ONE.format("again"))
    upload(product, "again", OTHER)
    for call in calls(job_id):
        refused(product, *call, REPLACED.format("again"))
    for content, side in ((FORMER, 16), (FEWER, 12)):
        put(product, "again", content, side=side)
        for call in calls(job_id):
            refused(product, *call, REPLACED.format("again"))
    assert product.job(job_id)["status"] == "stopped"
    assert product.job(job_id)["attempt"] == 1

    assert put(product, "again", FORMER)["fingerprint"] == first["fingerprint"]
    assert answered(product, "POST", f"/api/jobs/{job_id}/class-map", {"tiles": 2}).json() == tried
    fork = product.http.post(f"/api/jobs/{job_id}/fork", json={})
    assert fork.status_code == 201
    assert fork.json()["data_fingerprint"] == first["fingerprint"]
    undisturbed = product.create(dataset="again", **NETWORK)["id"]
    assert product.http.post(f"/api/jobs/{job_id}/resume").status_code == 202
    for each in (job_id, undisturbed, fork.json()["id"]):
        ended = product.wait(each)
        assert ended["status"] == "completed", ended
    for split in ("train", "validation", "test"):
        assert columns(product, job_id, split) == columns(product, undisturbed, split)
        assert len(columns(product, job_id, split)) >= NETWORK["epochs"]


def test_an_answer_that_is_remembered_is_of_the_data_as_they_are(product):
    path = "/api/datasets/seen/preview?count=2"
    upload(product, "seen")
    shown = answered(product, "GET", path).json()
    config = {"dataset": "seen", "hidden_sizes": [4]}
    measured = answered(product, "POST", "/api/measure", config).json()
    put(product, "seen", OTHER)
    other = answered(product, "GET", path).json()
    assert other["seen_shape"] == shown["seen_shape"]
    assert other["samples"] != shown["samples"]
    put(product, "seen", packed(colours(80)))
    assert answered(product, "POST", "/api/measure", {**config, "batch_size": "full"}).status_code == 200
    again = answered(product, "POST", "/api/measure", config).json()
    assert again["batch_size"] > measured["batch_size"]


def test_a_study_does_not_mix_the_figures_of_two_data_sets(product):
    upload(product, "asked")
    base = {"dataset": "asked", "hidden_sizes": [4], "epochs": 3}
    made = product.http.post(
        "/api/studies", json={"kind": "sweep", "base": base, "axes": {"batch_size": [8]}}
    )
    study = made.json()
    product.wait(*study["job_ids"])
    address = f"/api/studies/{study['id']}"
    put(product, "asked", OTHER)
    refused(product, "POST", f"{address}/extend", {"seeds": 2}, REPLACED.format("asked"))
    put(product, "asked", FORMER)
    assert product.http.post(f"{address}/extend", json={"seeds": 2}).status_code == 202
    for job_id in product.http.get(address).json()["table"]["rows"][0]["jobs"]:
        assert product.wait(job_id)["status"] == "completed"


def test_what_is_unknown_of_an_older_job_still_ends_in_plain_words(product):
    upload(product, "older")
    job_id = begun(product, "older")["id"]
    with sqlite3.connect(product.data_directory / "livetrain.db") as connection:
        connection.execute("UPDATE jobs SET data_fingerprint = NULL WHERE id = ?", (job_id,))
    connection.close()
    put(product, "older", FEWER)
    words = "data set older has another number of classes, or samples of another size"
    tried = answered(product, "POST", f"/api/jobs/{job_id}/class-map", {"tiles": 2})
    assert tried.status_code == 409
    assert words in tried.json()["detail"]
    assert product.http.post(f"/api/jobs/{job_id}/resume").status_code == 202
    ended = product.wait(job_id, "failed")
    assert ended["reason"] == "data_error"
    assert words in ended["error"]
    assert "start a new job" in ended["error"]


def test_class_folders_whose_pictures_were_exchanged_are_others_too(tmp_path, engine):
    folder = image_folder(tmp_path)
    learned = loaded("cifar10", tmp_path)[1].facts.fingerprint
    job_id = new_job(engine, dataset="cifar10", hidden_sizes=[4])
    running = Status("running", device="cpu", data_fingerprint=learned)
    put_entries(engine, job_id, Status("starting"), running, Status("stopped", reason="requested"))
    with client_on(tmp_path) as client:
        former = (folder / "train" / "ant" / "0.png").read_bytes()
        save_picture(folder / "train" / "ant" / "0.png", 77)
        loaded("cifar10", tmp_path)  # as the next job does
        refusal = client.post(f"/api/jobs/{job_id}/resume")
        assert refusal.status_code == 409
        assert refusal.json()["detail"].startswith("The files of data set cifar10 were changed:")
        (folder / "train" / "ant" / "0.png").write_bytes(former)
        loaded("cifar10", tmp_path)
        assert client.post(f"/api/jobs/{job_id}/resume").json()["status"] == "queued"


@pytest.fixture
def narrow(tmp_path):
    """A product with one slot, so that a job can be made to wait."""
    with Product(tmp_path / "data", LIVETRAIN_CPU_SLOTS="1") as running:
        yield running.ready()


def test_data_that_change_while_a_job_waits_end_it_in_plain_words(narrow):
    for name in ("kept", "swapped", "removed"):
        upload(narrow, name)
    upload(narrow, "another", OTHER)
    swapped, removed = (begun(narrow, name, epochs=2000)["id"] for name in ("swapped", "removed"))
    ahead = narrow.create(dataset="kept", **{**NETWORK, "epochs": 100_000})["id"]
    narrow.wait(ahead, "running")
    for job_id in (swapped, removed):
        assert narrow.http.post(f"/api/jobs/{job_id}/resume").json()["status"] == "queued"
    root = own.root(narrow.data_directory)
    assert narrow.http.delete("/api/datasets/swapped").status_code == 409
    for name in ("swapped", "removed"):  # by hand: nothing else can
        shutil.rmtree(root / name)
    (root / "another").rename(root / "swapped")
    narrow.http.post(f"/api/jobs/{ahead}/stop", json={"save": False})
    for job_id, words in (
        (swapped, "the data set swapped was replaced at 20"),
        (removed, "there is no data set removed here"),
    ):
        ended = narrow.wait(job_id)
        assert (ended["status"], ended["reason"]) == ("failed", "data_error"), ended
        assert words in ended["error"]
        assert narrow.http.post(f"/api/jobs/{job_id}/resume").status_code == 409
