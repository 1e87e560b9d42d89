"""The API's own description: complete for every call, and as closed as the server that gives it."""

import pytest

from app.main import create_app
from app.settings import Settings
from tests.serving import client_on


def described(folder, **settings):
    return create_app(Settings(data_dir=folder, **settings)).openapi()


def operations(description):
    return [
        (path, method, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]


def test_every_refusal_is_described_as_a_problem(tmp_path):
    description = described(tmp_path)
    assert "HTTPValidationError" not in description["components"]["schemas"]
    for path, method, operation in operations(description):
        refusals = {status: of for status, of in operation["responses"].items() if status >= "4"}
        assert {"403", "422", "503"} <= set(refusals), (path, method)
        assert ("404" in refusals) == ("{" in path), (path, method)
        for status, response in refusals.items():
            media_types = set(response["content"])
            if (path, status) == ("/api/health", "503"):  # it says which part is down
                assert media_types == {"application/json"}
            else:
                assert media_types == {"application/problem+json"}, (path, method, status)


def test_every_answer_has_a_shape(tmp_path):
    for path, method, operation in operations(described(tmp_path)):
        (status,) = [status for status in operation["responses"] if status in ("201", "202", "204")] or [
            "200"
        ]
        content = operation["responses"][status].get("content", {})
        assert all(media["schema"] for media in content.values()), (path, method)
        assert content or "204" in operation["responses"], (path, method)


def test_only_a_server_with_a_token_describes_how_to_show_it(tmp_path):
    assert "securitySchemes" not in described(tmp_path)["components"]
    closed = described(tmp_path, token="a secret")
    assert set(closed["components"]["securitySchemes"]) == {"bearer", "cookie"}
    for path, _, operation in operations(closed):
        assert ("security" in operation) == ("401" in operation["responses"]) == (path != "/api/health")


@pytest.mark.parametrize(
    ("path", "method", "allowed"),
    [
        ("/api/jobs", "PUT", "GET, HEAD, POST"),
        ("/api/jobs/x", "POST", "GET, HEAD, PATCH, DELETE"),
        ("/api/studies/ready-made", "DELETE", "GET, HEAD"),
        ("/api/studies/other", "PUT", "GET, HEAD, DELETE"),
        ("/api/datasets", "OPTIONS", "GET, HEAD, POST"),
        ("/metrics", "POST", "GET, HEAD"),
        ("/static/js/lab.js", "DELETE", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_told_all_right_ones(tmp_path, path, method, allowed):
    with client_on(tmp_path) as client:
        refused = client.request(method, path)
    assert (refused.status_code, refused.headers["allow"]) == (405, allowed)
    assert refused.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"name": "\xc3("}', "no UTF-8 text"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"seed": ' + b"9" * 5000 + b"}", "numbers of a usual length"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_as_such(tmp_path, body, words):
    with client_on(tmp_path) as client:
        refused = client.post("/api/jobs", content=body, headers={"content-type": "application/json"})
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert error["field"] == "body"
    assert words in error["message"]


def test_a_host_that_is_no_address_is_refused_wherever_any_name_is_accepted(tmp_path):
    with client_on(tmp_path, base_url="http://lab.example", host="0.0.0.0", token="a secret") as client:
        client.headers["authorization"] = "Bearer a secret"
        assert client.get("/api/jobs").status_code == 200
        for host in ("[foo", "a:b", "a:99999"):
            assert client.get("/api/jobs", headers={"host": host}).status_code == 403
