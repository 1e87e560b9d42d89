"""No call takes a larger body than it can use, however its size is told."""

import socket

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from app.body_limit import LARGEST_BODY
from app.serve import LARGEST_MESSAGE
from ml.foreign_picture import MOST_BYTES
from tests.serving import client_on, server_on


@pytest.fixture
def client(tmp_path):
    with client_on(tmp_path) as client:
        yield client


def chunks(size):
    """A body that does not say how long it is."""
    sent = 0
    while sent < size:
        yield b" " * min(65_536, size - sent)
        sent += 65_536


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize(
    "path", ["/api/jobs", "/api/studies", "/api/jobs/x/adjust", "/api/inspect", "/login"]
)
def test_a_body_that_is_too_large_is_refused(client, path, declared):
    body = b" " * (LARGEST_BODY + 1)
    refused = client.post(
        path, content=body if declared else chunks(len(body)), headers={"content-type": "application/json"}
    )
    assert refused.status_code in ((413,) if path != "/login" or declared else (401, 413))
    if refused.status_code == 413:
        assert "larger than 1 MiB" in refused.json()["detail"]


def test_one_that_fits_is_taken(client):
    body = b'{"epochs": 1}' + b" " * (LARGEST_BODY - 13)
    assert (
        client.post("/api/inspect", content=body, headers={"content-type": "application/json"}).status_code
        == 200
    )


def test_a_picture_has_a_limit_of_its_own(client):
    kind = {"content-type": "image/png"}
    assert (
        client.post("/api/jobs/x/class-map", content=b"x" * (LARGEST_BODY + 1), headers=kind).status_code
        == 422
    )
    refused = client.post("/api/jobs/x/class-map", content=chunks(MOST_BYTES + 1), headers=kind)
    assert refused.status_code == 413


def test_a_huge_body_is_refused_while_it_comes(tmp_path):
    head = b"POST /api/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    with server_on(tmp_path) as address:
        host, port = address.split(":")
        with socket.create_connection((host, int(port)), 10) as caller:
            caller.sendall(head + b"Content-Length: 99999999999\r\n\r\n{")
            assert caller.recv(100).startswith(b"HTTP/1.1 413")


def test_a_websocket_takes_no_large_message(tmp_path):
    with server_on(tmp_path) as address, connect(f"ws://{address}/api/stream", max_size=None) as caller:
        assert caller.recv(10) == "[]"
        caller.send("x" * (LARGEST_MESSAGE + 1))
        with pytest.raises(ConnectionClosed):
            caller.recv(10)
        assert caller.close_code == 1009


HEADS = [
    (b"GET /", b"a"),
    (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ", b"a"),
    (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n", b"X: a\r\n"),
]
CHUNKED = b"Host: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
TAILS = [
    (b"POST /api/jobs HTTP/1.1\r\n" + CHUNKED + b"0\r\n", b"X: a\r\n"),
    (b"POST /nowhere HTTP/1.1\r\n" + CHUNKED + b"0\r\nX: ", b"a"),  # answered, nothing is read any more
    (b"POST /login HTTP/1.1\r\n" + CHUNKED + b"1\r\na\r\n0\r\nX: ", b"a"),
    (b"POST /login HTTP/1.1\r\n" + CHUNKED + b"1;x=", b"a"),
]


def sends_for_ever(folder, start, more):
    """Returns when the server has had enough of it."""
    part = more * (30_000 // len(more))
    with server_on(folder) as address:
        host, port = address.split(":")
        with socket.create_connection((host, int(port)), 10) as caller:
            caller.sendall(start)
            with pytest.raises((ConnectionResetError, BrokenPipeError)):
                caller.sendall(part * 700)  # 21 MB, more than what lies on the way


@pytest.mark.parametrize(("start", "more"), HEADS)
def test_a_head_that_does_not_end_is_cut_off(tmp_path, start, more):
    sends_for_ever(tmp_path, start, more)


@pytest.mark.parametrize(("start", "more"), TAILS)
def test_what_follows_a_body_and_does_not_end_is_cut_off(tmp_path, start, more):
    sends_for_ever(tmp_path, start, more)


def test_a_field_behind_a_body_is_refused(tmp_path):
    with server_on(tmp_path) as address:
        host, port = address.split(":")
        with socket.create_connection((host, int(port)), 10) as caller:
            caller.sendall(b"POST /login HTTP/1.1\r\n" + CHUNKED + b"0\r\nCookie: livetrain=x\r\n\r\n")
            assert caller.recv(100).startswith(b"HTTP/1.1 400")
            while caller.recv(1000):
                pass  # until it is closed


def test_a_long_head_is_taken_and_many_on_one_connection(tmp_path):
    asked = b"GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 50_000 + b"\r\n\r\n"
    with server_on(tmp_path) as address:
        host, port = address.split(":")
        with socket.create_connection((host, int(port)), 10) as caller, caller.makefile("rb") as answers:
            for _ in range(4):  # more than the bound, all together
                caller.sendall(asked[:25_000])
                caller.sendall(asked[25_000:])
                assert answers.readline() == b"HTTP/1.1 503 Service Unavailable\r\n", "no supervisor is there"
                while (line := answers.readline()) != b"\r\n":
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                answers.read(length)
