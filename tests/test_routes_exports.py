"""What can be taken home over HTTP, and when not."""

import pytest

from tests.serving import client_on


@pytest.fixture
def client(tmp_path, engine):
    with client_on(tmp_path) as client:
        yield client


def created(client, **config):
    answer = client.post("/api/jobs", json=config)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def test_a_script_is_a_download_that_python_can_read(client):
    job_id = created(client, dataset="digits", architecture="alexnet", name='a "name"\\ # of mine')
    answer = client.get(f"/api/jobs/{job_id}/script.py")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="livetrain-{job_id}.py"'
    assert answer.headers["content-type"].startswith("text/x-python")
    compile(answer.text, "script", "exec")
    assert "nn.Conv2d(1, 32, 5, padding=2)" in answer.text


def test_what_has_no_script_says_why(client):
    unknown = client.get("/api/jobs/nowhere/script.py")
    assert unknown.status_code == 404
    words = created(client, dataset="digits", architecture="bow_svm")
    answer = client.get(f"/api/jobs/{words}/script.py")
    assert answer.status_code == 409
    assert "bow_svm" in answer.json()["detail"]
