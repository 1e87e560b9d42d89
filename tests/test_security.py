"""Who may call, under which name, from which page."""

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from app.access import COOKIE, Access
from app.security import host_name
from app.settings import Settings
from tests.serving import client_on, server_on

TOKEN = "correct horse battery staple"


@pytest.fixture
def open_client(tmp_path):
    with client_on(tmp_path) as client:
        yield client


@pytest.fixture
def closed_client(tmp_path):
    with client_on(tmp_path, base_url="http://lab.example", host="0.0.0.0", token=TOKEN) as client:
        yield client


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000", "LOCALHOST"])
def test_loopback_names_are_welcome(open_client, host):
    assert open_client.get("/api/jobs", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000", ""]
)
@pytest.mark.parametrize("path", ["/", "/api/jobs", "/api/health", "/static/x.js"])
def test_other_names_are_refused(open_client, host, path):
    refused = open_client.get(path, headers={"host": host})
    assert refused.status_code == 403
    assert refused.headers["content-type"] == "application/problem+json"
    assert "LIVETRAIN_ALLOWED_HOSTS" in refused.json()["detail"]


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://localhost:3000", "https://127.0.0.1:8000.evil.example"]
)
def test_pages_of_other_origins_may_not_call(open_client, origin):
    refused = open_client.post("/api/jobs", json={}, headers={"origin": origin})
    assert refused.status_code == 403
    assert open_client.get("/api/jobs").json()["jobs"] == []


def test_the_own_page_may_call(open_client):
    response = open_client.post("/api/jobs", json={}, headers={"origin": "http://127.0.0.1:8000"})
    assert response.status_code == 201


def test_allowed_hosts_name_a_proxy(tmp_path):
    with client_on(tmp_path, allowed_hosts="lab.example, other.example") as client:
        headers = {"host": "lab.example", "origin": "https://lab.example"}
        assert client.post("/api/jobs", json={}, headers=headers).status_code == 201
        behind = {"host": "127.0.0.1:8000", "origin": "https://other.example"}
        assert client.post("/api/jobs", json={}, headers=behind).status_code == 201
        assert client.get("/api/jobs", headers={"host": "third.example"}).status_code == 403


def test_beyond_loopback_naming_localhost_alone_refuses_other_names(tmp_path):
    with client_on(tmp_path, host="0.0.0.0", token=TOKEN, allowed_hosts="localhost") as client:
        client.headers["authorization"] = f"Bearer {TOKEN}"
        for host in ("localhost:8000", "127.0.0.1:9000", "[::1]:8000"):
            own = {"host": host, "origin": f"http://{host}"}
            assert client.post("/api/jobs", json={}, headers=own).status_code == 201
        assert client.get("/api/jobs", headers={"host": "evil.example:8000"}).status_code == 403
        neighbour = {"host": "localhost:8000", "origin": "http://localhost:3000"}
        assert client.post("/api/jobs", json={}, headers=neighbour).status_code == 403


def test_every_answer_carries_the_security_headers(open_client):
    for path in ("/", "/api/jobs", "/nowhere", "/api/nowhere"):
        headers = open_client.get(path).headers
        assert "script-src 'self';" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_a_token_is_needed_beyond_loopback(closed_client):
    refused = closed_client.get("/api/jobs")
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == "Bearer"
    assert "Authorization: Bearer" in refused.json()["detail"]
    wrong = closed_client.get("/api/jobs", headers={"authorization": "Bearer wrong"})
    assert wrong.status_code == 401
    right = closed_client.get("/api/jobs", headers={"authorization": f"Bearer {TOKEN}"})
    assert right.status_code == 200


def test_health_is_open_without_a_token(closed_client):
    assert closed_client.get("/api/health").json()["database"] == "ok"


def test_the_page_leads_to_the_log_in(closed_client):
    response = closed_client.get("/", follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (303, "/login")
    assert closed_client.get("/login").status_code == 200


@pytest.mark.parametrize("by_link", [True, False])
def test_logging_in_sets_a_cookie_scripts_cannot_read(closed_client, by_link):
    if by_link:
        response = closed_client.get("/login", params={"token": TOKEN}, follow_redirects=False)
    else:
        response = closed_client.post("/login", data={"token": TOKEN}, follow_redirects=False)
    assert response.status_code == 303
    cookie = response.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert TOKEN not in cookie
    assert closed_client.get("/api/jobs").status_code == 200
    assert closed_client.get("/").status_code == 200


def test_a_wrong_token_does_not_log_in(closed_client):
    for response in (
        closed_client.post("/login", data={"token": "wrong"}),
        closed_client.get("/login?token=wrong"),
        closed_client.post("/login", content=b"x" * 100_000),
    ):
        assert response.status_code == 401
        assert "set-cookie" not in response.headers
    closed_client.cookies.set(COOKIE, "wrong")
    assert closed_client.get("/api/jobs").status_code == 401


def test_a_websocket_without_a_token_closes_with_4401(closed_client):
    for path in ("/api/stream", "/api/jobs/nobody/stream"):
        with closed_client.websocket_connect(path) as socket:
            assert socket.receive()["code"] == 4401


def test_a_websocket_with_the_token_is_served(tmp_path):
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with server_on(tmp_path, token=TOKEN) as address:
        with connect(f"ws://{address}/api/stream", additional_headers=headers) as socket:
            assert socket.recv(10) == "[]"
        with connect(f"ws://{address}/api/stream") as socket, pytest.raises(ConnectionClosed):
            socket.recv(10)
        assert socket.close_code == 4401


def test_the_cookie_of_another_token_is_worthless():
    assert Access("a").cookie != Access("b").cookie
    assert not Access("").is_token("")


def test_host_names_lose_their_port():
    assert host_name("[::1]:8000") == "[::1]"
    assert host_name("LocalHost:1") == "localhost"


def test_beyond_loopback_a_token_is_needed_by_the_settings(tmp_path):
    assert Settings(data_dir=tmp_path, host="0.0.0.0").needs_token
    assert Settings(data_dir=tmp_path, host="::").needs_token
    assert not Settings(data_dir=tmp_path, host="::1").needs_token
    assert Settings(data_dir=tmp_path, token="x").needs_token


def test_an_origin_that_is_no_address_is_refused(open_client):
    refused = open_client.get("/api/jobs", headers={"origin": "http://[foo"})
    assert refused.status_code == 403
    assert refused.headers["content-type"] == "application/problem+json"


def test_any_loopback_address_is_called_by_its_own_name(tmp_path):
    with client_on(tmp_path, base_url="http://127.0.0.2:8000", host="127.0.0.2") as client:
        assert client.get("/api/jobs").status_code == 200
        assert client.get("/api/jobs", headers={"host": "evil.example"}).status_code == 403
