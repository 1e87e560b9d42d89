"""The file of a backup: a tar, manifest first, checksums last. Rule: only known names are unpacked.

`manifest.json`, `livetrain.db`, `checkpoints/JOB/ATTEMPT-STEP/FILE`, `datasets/NAME/FILE` (uploaded ones),
`checksums.json` (SHA-256 of each). An
archive without its last member was cut short. Members are written here and not by tarfile: links, devices and
paths that lead elsewhere have no name that matches.
"""

import gzip
import hashlib
import io
import json
import os
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

FORMAT = 1
MANIFEST = "manifest.json"
FACTS = {"format", "version", "revision", "created_at", "jobs", "checkpoints", "bytes"}
CHECKSUMS = "checksums.json"
DATABASE = "livetrain.db"
COMPRESSIONS = {".tar": "", ".tar.gz": "gz", ".tgz": "gz"}
GZIP_LEVEL = 3  # weights hardly shrink; the log does, at any level
LARGEST_TEXT = 64_000_000  # bytes of manifest or checksums, far more than a million checkpoints need
MEMBER = re.compile(
    r"livetrain\.db|checkpoints/[A-Za-z0-9_-]{1,16}/\d{1,9}-\d{1,18}/[a-z.]{1,40}"
    r"|datasets/[a-z][a-z0-9_-]{0,39}/[a-z_]{1,40}\.(json|npy)"
)
BLOCK_BYTES = 1 << 20

Advance = Callable[[int], None]  # bytes done since the last call


class BadArchive(Exception):  # noqa: N818 - it names what was found
    """The file is no backup that can be trusted; the message says what is wrong."""


def compression_of(path: Path) -> str | None:
    """How a file of this name is compressed; None for a name that no backup has."""
    for suffix, compression in COMPRESSIONS.items():
        if path.name.endswith(suffix) and path.name != suffix:
            return compression
    return None


class _Hashing(io.RawIOBase):
    """A file that tells what was read of it."""

    def __init__(self, file: IO[bytes], advance: Advance) -> None:
        self.digest = hashlib.sha256()
        self._file = file
        self._advance = advance

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self.digest.update(block)
        self._advance(len(block))
        return block


def write(path: Path, manifest: dict[str, Any], files: dict[str, Path], advance: Advance) -> None:
    """Pack `files`, by their names in the archive. Raises OSError; `path` is then as it was before."""
    compression = compression_of(path)
    partial = path.with_name(f"{path.name}.partial")
    options = {"compresslevel": GZIP_LEVEL} if compression else {}
    checksums = {}
    try:
        with partial.open("wb") as out:
            with tarfile.open(fileobj=out, mode=f"w:{compression}", **options) as tar:  # type: ignore[call-overload]
                _add_text(tar, MANIFEST, {"format": FORMAT, **manifest})
                for name, file in files.items():
                    with file.open("rb") as source:
                        reading = _Hashing(source, advance)
                        tar.addfile(_member(name, os.fstat(source.fileno())), reading)
                    checksums[name] = reading.digest.hexdigest()
                _add_text(tar, CHECKSUMS, checksums)
            out.flush()
            os.fsync(out.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _member(name: str, found: os.stat_result) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mtime = found.st_size, int(found.st_mtime)
    return member


def _add_text(tar: tarfile.TarFile, name: str, content: Any) -> None:
    text = json.dumps(content, indent=1).encode()
    member = tarfile.TarInfo(name)
    member.size = len(text)
    tar.addfile(member, io.BytesIO(text))


@contextmanager
def opened(path: Path) -> Iterator[tuple[tarfile.TarFile, dict[str, Any]]]:
    """The archive with its manifest. Raises BadArchive, also for what is found wrong inside later."""
    try:
        with tarfile.open(path) as tar:
            first = tar.next()
            manifest = _text(tar, first) if first is not None and first.name == MANIFEST else None
            if not isinstance(manifest, dict) or not manifest.keys() >= FACTS:
                raise BadArchive(f"{path} is no backup of Livetrain: it does not begin with a {MANIFEST}.")
            if manifest["format"] != FORMAT:
                raise BadArchive(
                    f"{path} was written by a newer Livetrain, {manifest['version']}; install it."
                )
            yield tar, manifest
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError, ValueError) as error:
        raise BadArchive(f"{path} cannot be read as a backup ({error}).") from error


def _text(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Any:
    if not member.isreg() or member.size > LARGEST_TEXT:
        raise BadArchive(f"{member.name} is not what a backup holds under this name.")
    file = tar.extractfile(member)
    assert file is not None
    return json.loads(file.read())


def unpack(tar: tarfile.TarFile, target: Path, advance: Advance) -> None:
    """Everything behind the manifest into `target`, checked against the checksums. Raises BadArchive."""
    digests: dict[str, str] = {}
    for member in tar:
        if member.name == MANIFEST and not digests:
            continue
        if member.name == CHECKSUMS:
            if _text(tar, member) != digests:
                wrong = "its checksums do not agree with what it holds; it was changed or damaged."
                raise BadArchive(f"This backup cannot be trusted: {wrong}")
            if DATABASE not in digests:
                raise BadArchive(f"This backup holds no {DATABASE}.")
            return
        if not member.isreg() or not MEMBER.fullmatch(member.name) or member.name in digests:
            raise BadArchive(f"{member.name} is nothing that a backup holds; nothing was restored.")
        digests[member.name] = _unpack(tar, member, target / member.name, advance)
    raise BadArchive("This backup was cut short: its end with the checksums is missing.")


def _unpack(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path, advance: Advance) -> str:
    """Write one file; returns its checksum."""
    source = tar.extractfile(member)
    assert source is not None, "a regular file"
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with path.open("xb") as file:
        while block := source.read(BLOCK_BYTES):
            file.write(block)
            digest.update(block)
            advance(len(block))
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()
