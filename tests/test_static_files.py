"""The page's own files: compressed for who takes it, the same for everybody, and not sent twice."""

import gzip
import os
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.static_files import PageFiles

TEXT = "export const words = 'the same words again and again';\n" * 100


@pytest.fixture
def client(tmp_path: Path):
    (tmp_path / "lab.js").write_text(TEXT)
    (tmp_path / "picture.png").write_bytes(b"\x89PNG" + bytes(1000))
    server = Starlette()
    server.mount("/static", PageFiles(directory=tmp_path))
    with TestClient(server) as client:
        yield client


def test_a_module_is_compressed_for_who_takes_it_and_the_same_for_everybody(client):
    with client.stream("GET", "/static/lab.js", headers={"accept-encoding": "gzip"}) as packed:
        sent = b"".join(packed.iter_raw())
    whole = client.get("/static/lab.js", headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert len(sent) == int(packed.headers["content-length"]) < len(TEXT) / 10
    assert gzip.decompress(sent).decode() == TEXT == whole.text
    assert "content-encoding" not in whole.headers
    for answer in (packed, whole):
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["content-type"].startswith("text/javascript")


def test_documentation_is_not_sent_and_lines_keep_their_numbers(client, tmp_path):
    text = "/**\n * A rule.\n */\nconst a = /** @type {any} */ (`\n  /* kept */`);\n  /** b */\nlet b;\n"
    text += "/** @type {any} */ (a).b = 1;\n/** c */\n"
    (tmp_path / "documented.js").write_text(text)
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor/theirs.js").write_text(text)
    with client.stream("GET", "/static/documented.js", headers={"accept-encoding": "gzip"}) as packed:
        sent = gzip.decompress(b"".join(packed.iter_raw())).decode()
    kept = "const a = /** @type {any} */ (`\n  /* kept */`);\n\nlet b;\n/** @type {any} */ (a).b = 1;\n"
    assert sent == f"\n\n\n{kept}\n"
    assert client.get("/static/vendor/theirs.js").text == text


def test_pictures_and_parts_of_files_are_sent_as_they_are(client):
    assert "content-encoding" not in client.get("/static/picture.png").headers
    part = client.get("/static/lab.js", headers={"range": "bytes=0-9"})
    assert (part.status_code, part.text) == (206, TEXT[:10])


def test_an_unchanged_module_is_not_sent_again_and_a_changed_one_is(client, tmp_path):
    first = client.get("/static/lab.js")
    seen = {"if-none-match": first.headers["etag"]}
    assert client.get("/static/lab.js", headers=seen).status_code == 304
    (tmp_path / "lab.js").write_text(TEXT.replace("same", "other"))
    os.utime(tmp_path / "lab.js", (1, 1))
    again = client.get("/static/lab.js", headers=seen)
    assert again.status_code == 200
    assert "other words" in again.text


def test_a_versioned_address_is_kept_and_others_are_asked_for_again(client):
    assert "immutable" in client.get("/static/lab.js?v=1").headers["cache-control"]
    assert client.get("/static/lab.js").headers["cache-control"] == "no-cache"
    assert client.head("/static/lab.js").headers["vary"] == "Accept-Encoding"
