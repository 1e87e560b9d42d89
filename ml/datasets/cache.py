"""Decoded data sets kept as .npy files, so that pictures are decoded once.

Rule: a cache is written whole or not at all, is checked before it is believed, and never holds a pickle.
"""

import json
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from ml.datasets.arrays import Arrays, Reading
from ml.datasets.identity import fingerprint_of
from ml.datasets.lock import alone
from ml.entries import Note

FORMAT = 1
PARTS = ("train_inputs", "train_targets", "test_inputs", "test_targets")
ABANDONED_SECONDS = 3600  # a half-written folder this old belongs to a process that died

Decoding = Generator[Note, None, tuple[Arrays, list[str]]]  # the arrays, and warnings to repeat at each load


@dataclass(frozen=True, slots=True)
class Meta:
    """What the arrays beside it are. `layout` identifies the source folders they were decoded from.

    `contents`: the fingerprint of what was decoded; None in caches that are older than fingerprints.
    """

    format: int
    layout: str
    classes: list[str]
    shapes: dict[str, list[int]]
    dtypes: dict[str, str]
    warnings: list[str]
    contents: str | None = None


class DamagedCache(Exception):  # noqa: N818 - a condition to recover from
    """The cached files are not what their meta.json says."""


def fingerprint(files: Iterable[tuple[str, int, int]]) -> str:
    """A name for the source files, given as (name, bytes, modification time in ns), in order."""
    digest = blake2b(digest_size=8)
    for name, size, modified in files:
        digest.update(f"{name}\0{size}\0{modified}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _root(data_directory: Path) -> Path:
    return data_directory / "cache"


def _caches_of(data_directory: Path, name: str) -> Iterator[Path]:
    pattern = re.compile(re.escape(name) + r"-[0-9a-f]{16}")
    if _root(data_directory).is_dir():
        yield from (path for path in _root(data_directory).iterdir() if pattern.fullmatch(path.name))


def _read_meta(folder: Path) -> Meta:
    try:
        meta = Meta(**json.loads((folder / "meta.json").read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise DamagedCache(str(error)) from error
    if meta.format != FORMAT:
        raise DamagedCache(f"written in format {meta.format}")
    return meta


def find_meta(data_directory: Path, name: str, layout: str) -> Meta | None:
    """What decoding the source folders in this `layout` told, None when they were not decoded yet."""
    for folder in _caches_of(data_directory, name):
        try:
            meta = _read_meta(folder)
        except DamagedCache:
            continue
        if meta.layout == layout:
            return meta
    return None


def _read_part(folder: Path, part: str, meta: Meta) -> np.ndarray[Any, Any]:
    try:
        array = np.load(folder / f"{part}.npy", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise DamagedCache(str(error)) from error
    if not isinstance(array, np.ndarray):
        raise DamagedCache(f"{part} is no array")
    if list(array.shape) != meta.shapes.get(part) or array.dtype.name != meta.dtypes.get(part):
        raise DamagedCache(f"{part} has another shape or type than noted")
    return array


def _read(folder: Path) -> tuple[Arrays, list[str]]:
    meta = _read_meta(folder)
    arrays = Arrays(tuple(meta.classes), *(_read_part(folder, part, meta) for part in PARTS))
    for targets in (arrays.train_targets, arrays.test_targets):
        if targets.size and not 0 <= targets.min() <= targets.max() < len(meta.classes):
            raise DamagedCache("a target names no class")
    return replace(arrays, fingerprint=meta.contents or fingerprint_of(arrays)), meta.warnings


def _write(folder: Path, arrays: Arrays, layout: str, warnings: list[str]) -> None:
    parts = {part: getattr(arrays, part) for part in PARTS}
    meta = Meta(
        FORMAT,
        layout,
        list(arrays.classes),
        {part: list(array.shape) for part, array in parts.items()},
        {part: array.dtype.name for part, array in parts.items()},
        warnings,
        arrays.fingerprint,
    )
    folder.parent.mkdir(parents=True, exist_ok=True)
    writing = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder.parent))
    try:
        for part, array in parts.items():
            np.save(writing / f"{part}.npy", array, allow_pickle=False)
        (writing / "meta.json").write_text(json.dumps(asdict(meta)), "utf-8")
        writing.chmod(0o755)  # readable for every user of a shared data directory
        shutil.rmtree(folder, ignore_errors=True)
        writing.rename(folder)
    finally:
        shutil.rmtree(writing, ignore_errors=True)


def _remove_old(data_directory: Path, name: str, keep: Path) -> None:
    abandoned = time.time() - ABANDONED_SECONDS
    halves = (half for half in _root(data_directory).glob(".writing-*") if half.stat().st_mtime < abandoned)
    stale = (folder for folder in _caches_of(data_directory, name) if folder != keep)
    for folder in [*halves, *stale]:
        shutil.rmtree(folder, ignore_errors=True)


def remembered(
    data_directory: Path, name: str, sources: str, layout: str, decode: Callable[[], Decoding]
) -> Reading:
    """The arrays of the files with fingerprint `sources`: from the cache, or decoded now and kept.

    `layout` identifies the source folders more cheaply, for `find_meta`. Only one process decodes, the others
    wait for it. Where the cache cannot be written the arrays are used all the same, with a warning.
    """
    folder = _root(data_directory) / f"{name}-{sources}"

    def obtain() -> Decoding:
        if folder.is_dir():
            try:
                return _read(folder)
            except DamagedCache as damage:
                yield Note("warning", f"the cache {folder} is damaged ({damage}) and is made anew")
        decoded, warnings = yield from decode()
        arrays = replace(decoded, fingerprint=fingerprint_of(decoded))
        try:
            _write(folder, arrays, layout, warnings)
            _remove_old(data_directory, name, keep=folder)
        except OSError as error:
            yield Note("warning", f"{name} will be decoded again next time: cannot write {folder}: {error}")
        return arrays, warnings

    arrays, warnings = yield from alone(_root(data_directory) / f".{name}.lock", name, obtain)
    yield from (Note("warning", warning) for warning in warnings)
    return arrays
