"""Checkpoints as folders on the disk. Rule: a folder is renamed into place whole, and believed only after
its checksums agree. No torch here: the server lists, links and serves them.

`<job>/<attempt>-<step>/` holds `checkpoint.json` (position, config, checksums), `weights.safetensors` and
`state.safetensors` (optimizer and random states). The attempt in the name keeps a writer that was given up
for dead away from the files of the one that took over; attempt 0 is what a fork began with.
"""

import hashlib
import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FACTS = "checkpoint.json"
WEIGHTS = "weights.safetensors"
STATE = "state.safetensors"
INHERITED = 0  # the attempt of a fork's first checkpoint
_JOB_ID = re.compile(r"[A-Za-z0-9_-]+")
_PARTIAL = ".partial"
REPLACED = ".replaced"


class BadCheckpoint(Exception):  # noqa: N818 - it names what was found
    """The files cannot be trusted; the message says what is wrong with them."""


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """Which checkpoint of a job."""

    step: int
    attempt: int

    def __str__(self) -> str:
        return f"{self.attempt}-{self.step}"


def parse_name(text: str) -> Name | None:
    """The name of a checkpoint's folder; None for anything else."""
    attempt, dash, step = text.partition("-")
    if dash and attempt.isascii() and attempt.isdigit() and step.isascii() and step.isdigit():
        return Name(int(step), int(attempt))
    return None


def checkpoints_in(data_directory: Path, job_id: str) -> Path:
    """The folder of a job's checkpoints. Raises ValueError for what is no id and could lead elsewhere."""
    if _JOB_ID.fullmatch(job_id) is None:
        raise ValueError(f"{job_id!r} is no job's id")
    return data_directory / "checkpoints" / job_id


def _synchronized(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write(folder: Path, name: Name, facts: dict[str, Any], contents: dict[str, bytes]) -> None:
    """Put a checkpoint into `folder`: all of it or, after a failure, nothing. Raises OSError."""
    final = folder / str(name)
    partial = folder / f"{name}{_PARTIAL}"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        checksums = {file: hashlib.sha256(content).hexdigest() for file, content in contents.items()}
        body = json.dumps({**facts, "checksums": checksums})
        sealed = {"checksum": hashlib.sha256(body.encode()).hexdigest(), "body": body}
        for file, content in {**contents, FACTS: json.dumps(sealed).encode()}.items():
            (partial / file).write_bytes(content)
            _synchronized(partial / file)
        _synchronized(partial)
        replaced = folder / f"{name}{REPLACED}"  # the same step, saved before its evaluation
        shutil.rmtree(replaced, ignore_errors=True)
        if final.exists():
            final.rename(replaced)
        partial.rename(final)
        _synchronized(folder)
        shutil.rmtree(replaced, ignore_errors=True)
    except OSError:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def recover(folder: Path) -> None:
    """Put back what was being replaced when its writer was killed."""
    for replaced in folder.glob(f"*{REPLACED}"):
        final = replaced.with_suffix("")
        if final.exists():
            shutil.rmtree(replaced, ignore_errors=True)
        else:
            replaced.rename(final)


def read_facts(folder: Path, name: Name) -> dict[str, Any]:
    """The facts of a checkpoint. Raises BadCheckpoint."""
    try:
        sealed = json.loads((folder / str(name) / FACTS).read_bytes())
        body = sealed["body"]
        if hashlib.sha256(body.encode()).hexdigest() != sealed["checksum"]:
            raise BadCheckpoint(f"{FACTS} does not agree with its checksum")
        facts: dict[str, Any] = json.loads(body)
    except FileNotFoundError:
        raise BadCheckpoint("its files are not there") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadCheckpoint(f"{FACTS} cannot be read ({error})") from error
    return facts


def read_content(folder: Path, name: Name, facts: dict[str, Any], file: str) -> bytes:
    """One file of a checkpoint, checked. Raises BadCheckpoint."""
    try:
        content = (folder / str(name) / file).read_bytes()
    except OSError as error:
        raise BadCheckpoint(f"{file} cannot be read ({error.strerror})") from error
    if hashlib.sha256(content).hexdigest() != facts["checksums"].get(file):
        raise BadCheckpoint(f"{file} does not agree with its checksum")
    return content


def size(folder: Path, name: Name) -> int | None:
    """Bytes of a checkpoint; None when it is not there."""
    try:
        return sum(entry.stat().st_size for entry in os.scandir(folder / str(name)))
    except OSError:
        return None


def keep_only(folder: Path, names: set[Name]) -> None:
    """Remove every other checkpoint, and what an interrupted writing left behind."""
    kept = {str(name) for name in names}
    for entry in os.scandir(folder) if folder.is_dir() else ():
        if entry.name not in kept:
            shutil.rmtree(entry.path, ignore_errors=True)


def inherit(source: Path, name: Name, folder: Path) -> None:
    """Give a checkpoint to a fork as its first: linked where the disk can, else copied. Raises OSError."""
    final = folder / str(Name(name.step, INHERITED))
    shutil.copytree(source / str(name), final, copy_function=_link_or_copy)


def _link_or_copy(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target
