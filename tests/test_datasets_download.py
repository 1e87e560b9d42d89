"""Fetching a file: progress, verification, the next source, and never hanging."""

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from ml.datasets import download
from ml.datasets.download import fetch
from ml.datasets.failures import DatasetUnavailable
from ml.entries import Note
from tests.made_files import Answer, finish, host, md5

CONTENT = bytes(range(256)) * 4000  # 1,024,000 bytes


def _sends(part: bytes, told: int, until: threading.Event | None = None, rest: bytes = b"") -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(told))
        handler.end_headers()
        handler.wfile.write(part)
        if until is not None:
            until.wait(timeout=60)
        handler.wfile.write(rest)

    return answer


def test_progress_is_told_while_the_file_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "NOTE_SECONDS", 0.01)
    seen_half = threading.Event()
    half = len(CONTENT) // 2
    answers = {"/file": _sends(CONTENT[:half], len(CONTENT), seen_half, CONTENT[half:])}
    messages = []
    with host(answers) as (address, _):
        for note in fetch([f"{address}/file"], tmp_path / "file.gz", md5(CONTENT), "advice"):
            messages.append(note.message)
            if note.message == "downloading file.gz: 50 % of 1.02 MB":
                seen_half.set()
    assert seen_half.is_set()
    assert messages[0] == "downloading file.gz from 127.0.0.1"
    assert messages[-1] == "downloaded file.gz, 1.02 MB, checksum verified"
    assert (tmp_path / "file.gz").read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"something else", "checksum"),
        (_sends(CONTENT[:1000], len(CONTENT)), "1,000 of 1,024,000"),
    ],
)
def test_a_wrong_or_short_file_is_not_kept_and_the_next_source_is_asked(
    answer: bytes | Answer, reason: str, tmp_path: Path
) -> None:
    with host({"/first": answer, "/second": CONTENT}) as (address, asked):
        urls = [f"{address}/gone", f"{address}/first", f"{address}/second"]
        notes, _ = finish(fetch(urls, tmp_path / "file", md5(CONTENT), "advice"))
    assert asked == ["/gone", "/first", "/second"]
    warnings = [note.message for note in notes if note.level == "warning"]
    assert "Not Found" in warnings[0] or "404" in warnings[0]
    assert reason in warnings[1]
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_when_no_source_has_it_the_advice_is_given_and_nothing_left(tmp_path: Path) -> None:
    with (
        host({"/file": b"something else"}) as (address, _),
        pytest.raises(DatasetUnavailable, match=r"checksum.*Put it there yourself\."),
    ):
        finish(fetch([f"{address}/file"], tmp_path / "file", md5(CONTENT), "Put it there yourself."))
    assert list(tmp_path.iterdir()) == []


def test_a_host_that_never_answers_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "NOTE_SECONDS", 0.01)
    monkeypatch.setattr(download, "ANSWER_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/file"
        started = time.monotonic()
        with pytest.raises(DatasetUnavailable, match="no answer"):
            finish(fetch([url], tmp_path / "file", md5(CONTENT), "advice"))
        assert time.monotonic() - started < download.SOCKET_SECONDS


def test_a_download_that_stalls_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "SOCKET_SECONDS", 0.1)
    over = threading.Event()
    with host({"/file": _sends(CONTENT[:100], len(CONTENT), over)}) as (address, _):
        with pytest.raises(DatasetUnavailable, match="timed out"):
            finish(fetch([f"{address}/file"], tmp_path / "file", md5(CONTENT), "advice"))
        over.set()


def test_leaving_a_download_ends_it_and_removes_its_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "NOTE_SECONDS", 0.01)
    over = threading.Event()
    with host({"/file": _sends(CONTENT[:1000], len(CONTENT), over)}) as (address, _):
        work = fetch([f"{address}/file"], tmp_path / "file", md5(CONTENT), "advice")
        while next(work) != Note("info", "downloading file: 0 % of 1.02 MB"):
            pass
        work.close()
        over.set()
    deadline = time.monotonic() + 10
    while list(tmp_path.iterdir()):
        assert time.monotonic() < deadline, "the part of the file is still there"
        time.sleep(0.01)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DatasetUnavailable, match=f"cannot write to {tmp_path / 'file'}"):
        finish(fetch(["http://127.0.0.1:9"], tmp_path / "file" / "x", md5(CONTENT), "advice"))


def test_a_source_without_a_length_is_read_to_its_end(tmp_path: Path) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(CONTENT)

    with host({"/file": answer}) as (address, _):
        finish(fetch([f"{address}/file"], tmp_path / "file", md5(CONTENT), "advice"))
    assert (tmp_path / "file").read_bytes() == CONTENT
