"""A viewer's token: everything can be seen, nothing can be changed."""

import pytest
from pydantic import ValidationError
from websockets.sync.client import connect

from app.settings import Settings
from tests.serving import client_on, cookie_name, server_on
from tests.store import new_job

TOKENS = {"token": "to steer", "viewer_token": "to watch"}
VIEWER = {"authorization": "Bearer to watch"}
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
QUESTIONS = {
    "/api/inspect",
    "/api/measure",
    "/api/studies/estimate",
    "/api/jobs/{job_id}/class-map",
}  # by POST, and they change nothing


@pytest.fixture
def client(tmp_path, engine):
    with client_on(tmp_path, **TOKENS) as client:
        yield client


@pytest.fixture
def viewer(client):
    client.headers.update(VIEWER)
    return client


@pytest.fixture
def job_id(engine):
    return new_job(engine, name="watched")


def calls(viewer, methods):
    """Every call of the API with one of these methods."""
    described = viewer.get("/api/openapi.json").json()["paths"]
    return [
        (method.upper(), path) for path, of in described.items() for method in of if method.upper() in methods
    ]


def test_every_change_is_refused_with_the_way_to_be_allowed(viewer, job_id):
    changes = [(method, path) for method, path in calls(viewer, CHANGING) if path not in QUESTIONS]
    assert len(changes) > 12, "all that the API offers"
    for method, path in changes:
        address = path.replace("{job_id}", job_id).replace("{name}", "mine").replace("{study_id}", "x")
        refused = viewer.request(method, address, json={})
        assert refused.status_code == 403, (method, path)
        assert refused.headers["content-type"] == "application/problem+json"
        assert "may only watch" in refused.json()["detail"]
        assert "log in at /login with the server's token" in refused.json()["detail"]
    assert [job["name"] for job in viewer.get("/api/jobs").json()["jobs"]] == ["watched"]


@pytest.mark.parametrize("method", ["PUT", "PROPFIND", "post"])
def test_a_method_nobody_thought_of_is_a_change(viewer, method):
    assert viewer.request(method, "/api/nowhere").status_code == 403


def test_everything_can_be_read(viewer, job_id):
    for path in ("", "/log", "/metrics", "/metrics.csv", "/checkpoints", "/script.py", "/report.html"):
        assert viewer.get(f"/api/jobs/{job_id}{path}").status_code == 200, path
    for path in ("/api/jobs", "/api/datasets", "/api/studies", "/api/config/schema", "/api/devices"):
        assert viewer.get(path).status_code == 200, path


def test_questions_are_answered_though_they_are_posted(viewer):
    assert viewer.post("/api/inspect", json={}).json()["parameters"] > 0
    assert viewer.post("/api/measure", json={"architecture": "bow_svm"}).status_code == 422
    study = {"kind": "sweep", "axes": {"epochs": [1, 2]}}
    assert viewer.post("/api/studies/estimate", json=study).json()["job_count"] == 2
    assert viewer.post("/api/jobs/nobody/class-map", json={}).status_code == 404


def test_the_log_in_gives_a_viewers_cookie_and_pages_say_so(client, job_id):
    client.post("/login", data={"token": "to watch"})
    assert client.cookies[cookie_name(client)]
    for path in ("/", f"/jobs/{job_id}", "/studies", "/data", "/compare", "/learn", "/experiments"):
        page = client.get(path).text
        assert "Watching only" in page, path
        assert "data-watching" in page, path
        assert "/js/watching.js" in page, path
    assert client.post("/api/jobs", json={}).status_code == 403
    client.post("/login", data={"token": "to steer"})
    assert "Watching only" not in client.get("/").text
    assert client.post("/api/jobs", json={}).status_code == 201


def test_websockets_are_served(tmp_path):
    with (
        server_on(tmp_path, **TOKENS) as address,
        connect(f"ws://{address}/api/stream", additional_headers=VIEWER) as socket,
    ):
        assert socket.recv(10) == "[]"


def test_it_must_be_another_secret_and_asks_for_a_token(tmp_path):
    with pytest.raises(ValidationError, match="choose another secret"):
        Settings(data_dir=tmp_path, token="same", viewer_token="same")
    assert Settings(data_dir=tmp_path, viewer_token="to watch").needs_token
