"""The audit of what is installed: it names what is known, and says so when it could not ask."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

import pytest

from tests.audit import CLEAN, FOUND, UNKNOWN, audit, installed
from tests.listening import listening
from tests.product import free_port

PACKAGES = [("fine", "1.0"), ("holey", "2.1")]


@contextmanager
def database(answer: bytes, status: int = 200) -> Iterator[tuple[str, list[dict]]]:
    """A database of advisories that always says the same; its address, and what it was asked."""
    asked: list[dict] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(answer)

    with listening(Handler) as address:
        yield address, asked


def test_known_faults_are_named_and_the_end_says_so(capsys):
    results = {"results": [{}, {"vulns": [{"id": "GHSA-2"}, {"id": "CVE-1"}]}]}
    with database(json.dumps(results).encode()) as (address, asked):
        assert audit(PACKAGES, address) == FOUND
    said = capsys.readouterr().out
    assert "holey 2.1: CVE-1" in said
    assert "holey 2.1: GHSA-2" in said
    assert "fine" not in said
    assert asked[0]["queries"][1] == {"package": {"ecosystem": "PyPI", "name": "holey"}, "version": "2.1"}


def test_without_a_known_fault_it_ends_well(capsys):
    with database(b'{"results": [{}, {}]}') as (address, _):
        assert audit(PACKAGES, address) == CLEAN
    assert "2 packages were checked; no fault is known" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "status"), [(b"<html>", 200), (b'{"results": [{}]}', 200), (b"[]", 200), (b"{}", 503)]
)
def test_an_answer_that_is_none_is_not_called_clean(capsys, answer, status):
    with database(answer, status) as (address, _):
        assert audit(PACKAGES, address) == UNKNOWN
    assert capsys.readouterr().out.startswith("Not checked: the advisory database")


def test_where_it_cannot_be_reached_a_sentence_says_so(capsys):
    assert audit(PACKAGES, f"http://127.0.0.1:{free_port()}") == UNKNOWN
    said = capsys.readouterr().out
    assert said.startswith("Not checked: the advisory database")
    assert "run this again where the internet can be reached" in said
    assert "Traceback" not in said


def test_what_is_installed_is_what_runs_here():
    names = {name.lower() for name, _ in installed()}
    assert {"fastapi", "torch", "pillow", "plotly"} <= names
    assert "livetrain" not in names
