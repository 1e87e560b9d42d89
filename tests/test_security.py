"""Who may call, under which name, from which page."""

import re
from itertools import product
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from app.guesses import MOST_WRONG
from app.security import host_name
from app.settings import Settings
from tests.serving import client_on, cookie_name, server_on
from tests.store import new_job

TOKEN = "correct horse battery staple"
ROOT = Path(__file__).parent.parent


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
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000", "", "[::1]evil.example",
     "localhost:8000@evil.example", "localhost:evil.example", "[::1]:8000:80", "localhost/evil.example"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/", "/api/jobs", "/api/health", "/static/x.js"])
def test_other_names_are_refused(open_client, host, path):
    refused = open_client.get(path, headers={"host": host})
    assert refused.status_code == 403
    assert refused.headers["content-type"] == "application/problem+json"
    assert "LIVETRAIN_ALLOWED_HOSTS" in refused.json()["detail"]


def test_a_request_has_one_host(open_client):
    both = [("host", "localhost:8000"), ("host", "evil.example")]
    assert open_client.get("/api/jobs", headers=both).status_code == 403


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
        neighbour = {"host": "lab.example", "origin": "https://lab.example:9999"}
        assert client.post("/api/jobs", json={}, headers=neighbour).status_code == 403
        assert client.get("/api/jobs", headers={"host": "third.example"}).status_code == 403


def test_a_name_with_a_port_is_that_port_alone(tmp_path):
    with client_on(tmp_path, allowed_hosts="lab.example:8443") as client:
        for origin, status in (("https://lab.example:8443", 201), ("https://lab.example", 403)):
            headers = {"host": "127.0.0.1:8000", "origin": origin}
            assert client.post("/api/jobs", json={}, headers=headers).status_code == status
        assert client.get("/api/jobs", headers={"host": "lab.example:8443"}).status_code == 200


def test_beyond_loopback_naming_localhost_alone_refuses_other_names(tmp_path):
    with client_on(tmp_path, host="0.0.0.0", token=TOKEN, allowed_hosts="localhost") as client:
        client.headers["authorization"] = f"Bearer {TOKEN}"
        for host in ("localhost:8000", "127.0.0.1:9000", "[::1]:8000"):
            own = {"host": host, "origin": f"http://{host}"}
            assert client.post("/api/jobs", json={}, headers=own).status_code == 201
        assert client.get("/api/jobs", headers={"host": "evil.example:8000"}).status_code == 403
        neighbour = {"host": "localhost:8000", "origin": "http://localhost:3000"}
        assert client.post("/api/jobs", json={}, headers=neighbour).status_code == 403


def policy_of(headers):
    directives = (one.split() for one in headers["content-security-policy"].split(";"))
    return {words[0]: words[1:] for words in directives}


EVERYWHERE = ["/", "/jobs/nobody", "/compare", "/studies", "/data", "/learn", "/experiments", "/login",
              "/nowhere", "/static/js/lab.js", "/static/nothing.js", "/api/docs", "/api/jobs", "/api/nowhere",
              "/api/health", "/api/openapi.json"]  # fmt: skip


def test_scripts_come_from_this_server_alone(open_client):
    for path in EVERYWHERE:
        policy = policy_of(open_client.get(path).headers)
        assert policy["script-src"] == ["'self'"], path
        assert policy["default-src"] == ["'none'"], "what is not named below may not be used at all"
        assert policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
        assert policy["form-action"] == policy["connect-src"] == ["'self'"]
        assert not [word for words in policy.values() for word in words if "*" in word or "//" in word]


@pytest.mark.parametrize("template", sorted(ROOT.glob("templates/**/*.html*")), ids=lambda path: path.name)
def test_no_page_has_a_script_a_handler_or_a_style_inside(template):
    source = template.read_text()
    assert not re.findall(r"<script(?![^>]*\ssrc=)", source)
    assert not re.findall(r"<[^>]*\son[a-z]+\s*=", source)
    assert not re.findall(r"<[^>]*\sstyle\s*=", source)
    assert "javascript:" not in source


def test_every_answer_carries_the_safe_headers(open_client):
    evil = {"host": "evil.example"}
    answers = [open_client.get(path) for path in EVERYWHERE] + [open_client.get("/", headers=evil)]
    for headers in (answer.headers for answer in answers):
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]
    assert open_client.get("/api/jobs").headers["cache-control"] == "no-store"


FORMS = ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"]


def test_a_form_on_another_site_is_refused(open_client):
    paths = ("/api/jobs", "/api/studies", "/api/datasets", "/login", "/api/jobs/x/stop")
    for path, kind in product(paths, FORMS):
        headers = {"origin": "http://evil.example", "content-type": kind}
        refused = open_client.post(path, content=b"{}", headers=headers)
        assert refused.status_code == 403, (path, kind)
        assert "evil.example may not call" in refused.json()["detail"]


def test_what_a_form_can_send_creates_nothing_even_without_an_origin(open_client):
    for path, kind in product(("/api/jobs", "/api/studies"), [*FORMS, None]):
        refused = open_client.post(path, content=b"{}", headers={"content-type": kind} if kind else {})
        assert refused.status_code == (415 if kind else 422), (path, kind)
    assert open_client.get("/api/jobs").json()["jobs"] == []


@pytest.mark.parametrize("kind", [*FORMS, "Text/Plain; charset=utf-8"])
def test_what_a_form_can_send_changes_nothing_with_a_body_or_without(tmp_path, engine, kind):
    job_id = new_job(engine)
    with client_on(tmp_path) as client:
        for call, body in product(("stop", "pause", "step", "fork", "adjust", "class-map"), (b"", b"{}")):
            path = f"/api/jobs/{job_id}/{call}"
            refused = client.post(path, content=body, headers={"content-type": kind})
            assert refused.status_code == 415, path
            assert refused.headers["content-type"] == "application/problem+json"
            assert refused.json()["errors"][0]["field"] == "body"
        for method in ("PATCH", "DELETE"):
            sent = client.request(method, f"/api/jobs/{job_id}", headers={"content-type": kind})
            assert sent.status_code == 415
        assert [job["status"] for job in client.get("/api/jobs").json()["jobs"]] == ["queued"]
        assert client.post(f"/api/jobs/{job_id}/stop").status_code == 202, "programs need no type"


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


def test_logging_out_leaves_no_cookie_and_other_sites_cannot_do_it(closed_client):
    closed_client.post("/login", data={"token": TOKEN})
    assert 'action="/logout"' in closed_client.get("/").text
    foreign = closed_client.post("/logout", headers={"origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert closed_client.get("/").status_code == 200
    out = closed_client.post("/logout", follow_redirects=False)
    assert (out.status_code, out.headers["location"], out.headers["cache-control"]) == (
        303,
        "/login",
        "no-store",
    )
    assert not closed_client.cookies
    assert closed_client.get("/api/jobs").status_code == 401


def test_logging_out_behind_a_prefix_is_for_that_server(tmp_path):
    settings = {"base_url": "http://lab.example", "host": "0.0.0.0", "root_path": "/lab"}
    with client_on(tmp_path, token=TOKEN, **settings) as client:
        client.post("/lab/login", data={"token": TOKEN})
        assert 'action="/lab/logout"' in client.get("/lab/").text
        out = client.post("/lab/logout", follow_redirects=False)
        assert out.headers["location"] == "/lab/login"
        assert client.get("/lab/api/jobs").status_code == 401


def test_what_needs_a_log_in_is_not_kept_by_the_browser(closed_client, open_client):
    closed_client.post("/login", data={"token": TOKEN})
    assert closed_client.get("/").headers["cache-control"] == "no-store"
    assert open_client.get("/").headers["cache-control"] == "no-cache"


def test_where_nobody_logs_in_nobody_is_asked_to_log_out(open_client):
    assert "/logout" not in open_client.get("/").text


def test_a_wrong_token_does_not_log_in(closed_client):
    for response in (
        closed_client.post("/login", data={"token": "wrong"}),
        closed_client.get("/login?token=wrong"),
        closed_client.post("/login", content=b"x" * 100_000),
    ):
        assert response.status_code == 401
        assert "set-cookie" not in response.headers
    closed_client.cookies.set(cookie_name(closed_client), "wrong")
    assert closed_client.get("/api/jobs").status_code == 401


@pytest.mark.parametrize("by", ["form", "link", "header"])
def test_guessing_is_slowed_down_whichever_way_and_says_how_long(closed_client, by):
    def tries(token):
        if by == "form":
            return closed_client.post("/login", data={"token": token}, follow_redirects=False)
        if by == "link":
            return closed_client.get("/login", params={"token": token})
        return closed_client.get("/api/jobs", headers={"authorization": f"Bearer {token}"})

    assert {tries(f"guess {number}").status_code for number in range(MOST_WRONG)} == {401}
    refused = tries(TOKEN)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert "Too many wrong tokens" in refused.text
    assert "set-cookie" not in refused.headers


def test_who_is_logged_in_is_not_locked_out_by_others(closed_client):
    closed_client.post("/login", data={"token": TOKEN})
    for number in range(2 * MOST_WRONG):
        closed_client.post("/login", data={"token": str(number)})
    assert closed_client.get("/api/jobs").status_code == 200


def test_a_log_in_lasts_through_a_restart_and_ends_with_the_token(tmp_path):
    settings = {"base_url": "http://lab.example", "host": "0.0.0.0"}
    with client_on(tmp_path, token=TOKEN, **settings) as client:
        client.post("/login", data={"token": TOKEN})
        cookie = client.cookies[cookie_name(client)]
    for token, status in ((TOKEN, 200), ("another", 401)):
        with client_on(tmp_path, token=token, **settings) as client:
            client.cookies.set(cookie_name(client), cookie)
            assert client.get("/api/jobs").status_code == status


def test_a_browser_is_logged_in_at_servers_on_two_ports_of_a_machine(tmp_path):
    settings = {"base_url": "http://lab.example", "host": "0.0.0.0"}
    with (
        client_on(tmp_path / "one", token=TOKEN, **settings) as one,
        client_on(tmp_path / "other", token=f"another {TOKEN}", **settings) as other,
    ):
        one.post("/login", data={"token": TOKEN})
        other.post("/login", data={"token": f"another {TOKEN}"})
        sent_to_both = {**one.cookies, **other.cookies}
        for client in (one, other):
            client.cookies.clear()
            client.cookies.update(sent_to_both)
            assert client.get("/api/jobs").status_code == 200


def test_without_the_token_it_needs_a_server_does_not_begin(tmp_path):
    for settings in ({"host": "0.0.0.0"}, {"viewer_token": "to watch"}):
        with pytest.raises(ValueError, match="needs a token of its own"), client_on(tmp_path, **settings):
            pass


def test_a_websocket_without_a_token_closes_with_4401(closed_client):
    for path in ("/api/stream", "/api/jobs/nobody/stream"):
        with closed_client.websocket_connect(path) as socket:
            assert socket.receive()["code"] == 4401


def test_a_websocket_in_the_slow_down_is_told_to_come_again(closed_client):
    for number in range(MOST_WRONG):
        closed_client.get("/api/jobs", headers={"authorization": f"Bearer guess {number}"})
    right = {"authorization": f"Bearer {TOKEN}"}
    with closed_client.websocket_connect("/api/stream", headers=right) as socket:
        closed = socket.receive()
    assert closed["code"] == 1013
    assert "try again" in closed["reason"]


def test_a_websocket_with_the_token_is_served(tmp_path):
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with server_on(tmp_path, token=TOKEN) as address:
        with connect(f"ws://{address}/api/stream", additional_headers=headers) as socket:
            assert socket.recv(10) == "[]"
        with connect(f"ws://{address}/api/stream") as socket, pytest.raises(ConnectionClosed):
            socket.recv(10)
        assert socket.close_code == 4401


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
