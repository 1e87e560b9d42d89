"""Who goes away in the middle of a body causes no alarm."""

import logging
import socket
from urllib.request import urlopen

import pytest

from app.vitals.tally import Tally
from ml.datasets import own
from tests.product import eventually
from tests.serving import server_on

CALLS = [
    ("/login", "application/x-www-form-urlencoded"),
    ("/api/jobs", "application/json"),
    ("/api/jobs/x/class-map", "image/png"),
    ("/api/datasets?name=mine", "application/zip"),
]


def watch_ends(monkeypatch):
    """The paths whose calls have come to their end, as the outermost part of the application hears of it."""
    ended, whole = [], Tally.__call__

    async def watched(tally, scope, receive, send):
        try:
            await whole(tally, scope, receive, send)
        finally:
            ended.append(scope.get("path"))

    monkeypatch.setattr(Tally, "__call__", watched)
    return ended


@pytest.mark.parametrize(("path", "kind"), CALLS)
def test_who_leaves_in_the_middle_of_a_body_is_no_failure(tmp_path, monkeypatch, caplog, path, kind):
    caplog.set_level(logging.INFO)
    ended = watch_ends(monkeypatch)
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nContent-Length: 1000\r\n\r\n"
    with server_on(tmp_path) as address:
        host, port = address.split(":")
        with socket.create_connection((host, int(port)), 10) as caller:
            caller.sendall(head.encode() + b"PK\x03\x04 and")
        eventually(lambda: path.partition("?")[0] in ended, 10, "the end of the call")
        figures = urlopen(f"http://{address}/metrics", timeout=10).read().decode()
    assert 'livetrain_answers_total{status="5xx"} 0' in figures
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
    folder = own.root(tmp_path)
    assert not folder.exists() or list(folder.iterdir()) == []
