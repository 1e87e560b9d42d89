"""Trying a trained network through the API: real server, real worker."""

import io

import numpy as np
import pytest
from PIL import Image

from tests.product import eventually

DIGITS = {
    "dataset": "digits", "architecture": "alexnet", "standardize": True, "epochs": 8, "batch_size": 32,
    "learning_rate": 0.05,
}  # fmt: skip


@pytest.fixture(scope="module")
def job_id(product):
    job = product.create(**DIGITS)
    assert product.wait(job["id"])["status"] == "completed"
    return job["id"]


def asked(product, method, path, **options):
    """The answer once a worker is free."""

    def ask():
        answer = product.http.request(method, path, **options)
        return None if answer.status_code == 503 else answer

    return eventually(ask, 60, f"an answer of {path}", every=0.2)


def sent(product, job_id, content, kind="image/png", query=""):
    headers = {"Content-Type": kind}
    return asked(product, "POST", f"/api/jobs/{job_id}/class-map{query}", content=content, headers=headers)


def picture(width=64, height=48, form="PNG"):
    pixels = np.random.default_rng(2).integers(0, 256, (height, width, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, format=form)
    return stream.getvalue()


def test_a_mosaic_of_test_pictures_is_recovered(product, job_id):
    answer = asked(product, "POST", f"/api/jobs/{job_id}/class-map", json={"tiles": 4, "seed": 3}).json()
    assert len(answer["tiles"]) == 16
    assert answer["recovered"] >= 12
    assert answer["classes"] == [str(digit) for digit in range(10)]
    assert answer["picture"].startswith("data:image/png;base64,")
    assert answer["is_best"]
    without = asked(product, "POST", f"/api/jobs/{job_id}/class-map", json={}).json()
    assert len(without["tiles"]) == 16
    last = asked(product, "POST", f"/api/jobs/{job_id}/class-map?checkpoint=last", json={}).json()
    assert last["step"] == product.job(job_id)["step"]


@pytest.mark.parametrize(("form", "kind"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_a_sent_picture_gets_its_map(product, job_id, form, kind):
    answer = sent(product, job_id, picture(form=form), kind, "?across=2").json()
    assert answer["kind"] == "picture"
    assert answer["width"] * answer["height"] == pytest.approx(256, rel=0.15)
    assert len(answer["probabilities"]) == answer["map"]["rows"] * answer["map"]["columns"]


def test_shift_tolerance_says_what_was_measured(product, job_id):
    answer = asked(product, "GET", f"/api/jobs/{job_id}/shift-tolerance").json()
    assert answer["shifts"] == [0, 1, 2, 3, 4]
    assert answer["accuracies"][0] > 0.8
    assert answer["accuracies"][4] < answer["accuracies"][0]
    assert 50 <= answer["pictures"] <= 360 == answer["test_size"]
    assert (answer["directions"], answer["fill"]) == (["right", "down"], "edge")


@pytest.mark.parametrize(
    ("content", "kind", "field"),
    [
        (b"no picture", "image/png", "picture"),
        (b"", "image/jpeg", "picture"),
        (picture()[:-200], "image/png", "picture"),
        (picture(4, 4), "image/png", "picture"),
        (b'{"tiles": 1}', "application/json", "tiles"),
        (b'{"tiles": "4"}', "application/json", "tiles"),
        (b'{"seed": -1}', "application/json", "seed"),
        (b'{"tile": 4}', "application/json", "tile"),
        (b"[]", "application/json", "body"),
        (b"\x00", "application/json", "body"),
        (b'{"tiles": 4}', "application/json", None),
    ],
)
def test_bad_bodies_are_refused_by_name(product, job_id, content, kind, field):
    answer = sent(product, job_id, content, kind)
    if field is None:
        assert answer.status_code == 200
    else:
        assert answer.status_code == 422
        assert field in [error["field"] for error in answer.json()["errors"]]


def test_too_many_bytes_are_not_read(product, job_id):
    answer = sent(product, job_id, b"\x89PNG\r\n\x1a\n" + b"\0" * (9 * 2**20))
    assert answer.status_code == 413
    assert "8 MiB" in answer.json()["detail"]


@pytest.mark.parametrize("query", ["?checkpoint=worst", "?across=0", "?acros=2"])
def test_bad_queries_are_refused(product, job_id, query):
    assert sent(product, job_id, picture(), query=query).status_code == 422


def test_jobs_that_cannot_be_tried_say_why(product):
    on_points = product.create(epochs=1)["id"]
    product.wait(on_points)
    answer = product.http.post(f"/api/jobs/{on_points}/class-map", json={})
    assert answer.status_code == 409
    assert "points" in answer.json()["detail"]
    assert product.http.get(f"/api/jobs/{on_points}/shift-tolerance").status_code == 409
    fresh = product.create(dataset="digits", epochs=100_000, hidden_sizes=[400, 400])["id"]
    answer = product.http.post(f"/api/jobs/{fresh}/class-map", json={})  # before its first epoch ends
    product.http.post(f"/api/jobs/{fresh}/stop")
    assert answer.status_code == 409
    assert "no checkpoint" in answer.json()["detail"]
    assert product.http.post("/api/jobs/nobody/class-map", json={}).status_code == 404
    assert product.http.get("/api/jobs/nobody/shift-tolerance").status_code == 404
