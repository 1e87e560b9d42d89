"""Fetching a file from the first source that has it. Rule: never hang, never keep the unverified."""

import hashlib
import http.client
import os
import tempfile
import threading
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from ml.datasets.arrays import Preparing
from ml.datasets.failures import DatasetUnavailable
from ml.entries import Note

NOTE_SECONDS = 1.0
SOCKET_SECONDS = 5.0  # to connect to one address of a host, and for one read
ANSWER_SECONDS = 8.0  # to the first byte, over name resolution and all addresses
CHUNK_BYTES = 1 << 16
MEGABYTE = 1_000_000


class _Transfer(threading.Thread):
    """One file from one source into a temporary file, which the thread removes unless all went well.

    A thread, because a name that does not resolve blocks beyond any socket timeout: whoever waits can leave.
    """

    def __init__(self, url: str, folder: Path, md5: str) -> None:
        super().__init__(daemon=True, name=f"download {url}")
        self.url, self.md5 = url, md5
        self.received = 0  # bytes
        self.total: int | None = None  # bytes, where the source says
        self.failure: str | None = None
        self.cannot_write = False
        self.ended = threading.Event()
        self.abandoned = threading.Event()
        self._descriptor, name = tempfile.mkstemp(prefix=".download-", dir=folder)
        self.path = Path(name)

    def run(self) -> None:
        try:
            with os.fdopen(self._descriptor, "wb") as file:
                digest = self._copy(file)
            self.failure = self._fault(digest)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.failure = str(getattr(error, "reason", error)) or type(error).__name__
        finally:
            if self.failure or self.abandoned.is_set():
                self.path.unlink(missing_ok=True)
            self.ended.set()

    def _copy(self, file: IO[bytes]) -> str:
        digest = hashlib.md5(usedforsecurity=False)
        request = urllib.request.Request(self.url, headers={"User-Agent": "livetrain"})
        with urllib.request.urlopen(request, timeout=SOCKET_SECONDS) as response:
            self.total = response.length
            while not self.abandoned.is_set() and (chunk := response.read1(CHUNK_BYTES)):
                try:
                    file.write(chunk)
                except OSError:
                    self.cannot_write = True
                    raise
                digest.update(chunk)
                self.received += len(chunk)
        return digest.hexdigest()

    def _fault(self, digest: str) -> str | None:
        if self.total is not None and self.received != self.total:
            return f"the connection ended after {self.received:,} of {self.total:,} bytes"
        return None if digest == self.md5 else "what it sends has another checksum than the original"


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _progress(file_name: str, transfer: _Transfer) -> Note:
    if not transfer.total:
        return Note("info", f"downloading {file_name}: {transfer.received / MEGABYTE:.0f} MB")
    percent = 100 * transfer.received // transfer.total
    megabytes = f"{transfer.total / MEGABYTE:.3g} MB"
    return Note("info", f"downloading {file_name}: {percent} % of {megabytes}")


def _watch(file_name: str, transfer: _Transfer) -> Preparing:
    """Notes until the transfer ended; gives it up when no byte came in time or when the caller leaves."""
    started = time.monotonic()
    transfer.start()
    try:
        while not transfer.ended.wait(NOTE_SECONDS):
            if not transfer.received and time.monotonic() - started > ANSWER_SECONDS:
                transfer.failure = f"no answer within {ANSWER_SECONDS:g} s"
                return
            yield _progress(file_name, transfer)
    finally:
        transfer.abandoned.set()


def fetch(urls: Sequence[str], target: Path, md5: str, advice: str) -> Preparing:
    """Put the file with checksum `md5` at `target`, from the first of `urls` that gives it.

    Yields progress about once a second. Raises DatasetUnavailable, ending with `advice`, when no source does.
    """
    failures = []
    for url in urls:
        host = _host(url)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            transfer = _Transfer(url, target.parent, md5)
        except OSError as error:
            raise DatasetUnavailable(f"cannot write to {target.parent}: {error}. {advice}") from error
        yield Note("info", f"downloading {target.name} from {host}")
        yield from _watch(target.name, transfer)
        if transfer.failure is None:
            transfer.path.chmod(0o644)  # readable for every user of a shared data directory
            transfer.path.replace(target)
            yield Note(
                "info", f"downloaded {target.name}, {transfer.received / MEGABYTE:.3g} MB, checksum verified"
            )
            return
        if transfer.cannot_write:
            raise DatasetUnavailable(f"cannot write to {target.parent}: {transfer.failure}. {advice}")
        failures.append(f"{host}: {transfer.failure}")
        yield Note("warning", f"{target.name} could not be fetched from {host}: {transfer.failure}")
    raise DatasetUnavailable(f"{target.name} could not be downloaded ({'; '.join(failures)}). {advice}")
