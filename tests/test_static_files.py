"""The page's own files: compressed for who takes it, the same for everybody, and not sent twice."""

import gzip
import os
import shutil
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.static_files import PageFiles

TEXT = "export const words = 'the same words again and again';\n" * 100


@pytest.fixture
def files(tmp_path: Path) -> PageFiles:
    (tmp_path / "lab.js").write_text(TEXT)
    (tmp_path / "picture.png").write_bytes(b"\x89PNG" + bytes(1000))
    return PageFiles(tmp_path)


@pytest.fixture
def client(files: PageFiles):
    server = Starlette()
    server.mount("/static", files)
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


def test_a_stamped_address_is_kept_and_others_are_asked_for_again(client, files):
    stamped = files.address("")
    assert "immutable" in client.get(f"{stamped}/lab.js").headers["cache-control"]
    for path in ("/static/lab.js", "/static/0123456789ab/lab.js"):
        other = client.get(path)
        assert (other.status_code, other.headers["cache-control"], other.text) == (200, "no-cache", TEXT)
    assert client.head("/static/lab.js").headers["vary"] == "Accept-Encoding"
    assert client.get(f"{stamped}/nothing.js").status_code == 404


def test_the_stamp_changes_with_any_file_and_with_nothing_else(client, files, tmp_path):
    first = files.address("/lab")
    assert first.startswith("/lab/static/")
    os.utime(tmp_path / "lab.js", (1, 1))
    assert files.address("/lab") == first
    seen = {first}
    for change in (
        lambda: (tmp_path / "lab.js").write_text(TEXT.replace("same", "very")),
        lambda: (tmp_path / "lab.js").rename(tmp_path / "other.js"),
        lambda: (tmp_path / "more").mkdir(),
        lambda: (tmp_path / "more/part.js").write_text("1"),
    ):
        change()
        seen.add(files.address("/lab"))
    assert len(seen) == 4, "an empty folder is no file"


def test_a_file_that_was_replaced_is_not_kept_under_the_former_stamp(client, files, tmp_path):
    stamped = files.address("")
    (tmp_path / "lab.js").write_text(TEXT + "export const more = 1;\n")
    answer = client.get(f"{stamped}/lab.js")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    assert "immutable" in client.get(f"{files.address('')}/lab.js").headers["cache-control"]


def test_what_is_no_file_of_the_page_does_not_count(files, tmp_path):
    first = files.address("")
    (tmp_path / "gone.js").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / ".#lab.js").write_text("an editor's")
    assert files.address("") == first


def test_servers_beside_one_another_agree(files, tmp_path):
    copy = tmp_path.parent / f"{tmp_path.name}-copy"
    shutil.copytree(tmp_path, copy, copy_function=shutil.copyfile)
    assert PageFiles(copy).address("") == files.address("")
