"""Uploaded data sets: pictures of one's own, unpacked once to arrays. Rule: a folder is whole or not there.

`datasets/NAME/` holds `about.json` and the four arrays. While an archive is unpacked it lies in
`datasets/.unpacking-NAME/` with `progress.json`; whoever works there holds the lock on `lock`, which
ends with the process, however that ends.
"""

import fcntl
import json
import re
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from ml.config import OWN_NAME
from ml.datasets.arrays import Arrays, Reading
from ml.datasets.facts import DatasetFacts
from ml.datasets.failures import DataError, DatasetUnavailable
from ml.datasets.identity import fingerprint_of

ABOUT = "about.json"
PROGRESS = "progress.json"
LOCK = "lock"
ARCHIVE = "archive.zip"
PARTS = ("train_inputs", "train_targets", "test_inputs", "test_targets")
ADVANCING = ".unpacking-"  # folders of archives that are unpacked, then the name
ARRIVING = ".upload-"  # of archives that arrive
LEAVING = ".deleted-"  # of data sets that are removed
CROP, FLIP = "crop", "flip"
DETAILS = ("created_at", "side", "split", "test_fraction", "split_seed", "flip_keeps_labels", "report")
WRITTEN = {"classes", "input_shape", "train_size", "test_size", *DETAILS}  # what `about.json` always holds


def root(data_directory: Path) -> Path:
    """Where uploaded data sets lie."""
    return data_directory / "datasets"


def is_name(name: str) -> bool:
    """Whether an uploaded data set may be called so."""
    return re.fullmatch(OWN_NAME, name) is not None and "\n" not in name


def names(data_directory: Path) -> list[str]:
    """Those that can be trained on, sorted."""
    folder = root(data_directory)
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if is_name(path.name) and (path / ABOUT).is_file())


@lru_cache(maxsize=64)
def _read_about(path: Path, _modified: int, _inode: int) -> dict[str, Any]:
    known = json.loads(path.read_text("utf-8"))
    if not isinstance(known, dict):
        raise ValueError("it is no JSON object")
    if missing := sorted(WRITTEN - known.keys()):
        raise ValueError(f"it lacks {', '.join(missing)}")
    if "fingerprint" not in known:  # unpacked before there were any: from the arrays, once a process
        with suppress(OSError, ValueError, EOFError):  # damaged ones are told when they are read
            known["fingerprint"] = fingerprint(path.parent, known["classes"], known["flip_keeps_labels"])
    return known


def fingerprint(folder: Path, classes: Sequence[str], flip_keeps_labels: bool) -> str:
    """The fingerprint of the arrays in `folder`, which also says whether a mirror keeps their labels."""
    parts = [np.load(folder / f"{part}.npy", mmap_mode="r", allow_pickle=False) for part in PARTS]
    return fingerprint_of(Arrays(tuple(classes), *parts), bool(flip_keeps_labels))


def about(name: str, data_directory: Path) -> dict[str, Any]:
    """What was found when data set `name` was unpacked. Raises DatasetUnavailable when there is none."""
    path = root(data_directory) / name / ABOUT
    try:
        found = path.stat()
        return _read_about(path, found.st_mtime_ns, found.st_ino)
    except FileNotFoundError:
        raise DatasetUnavailable(
            f"there is no data set {name} here; upload it on the page Data, or choose another one"
        ) from None
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read: {error}; delete the data set and upload it again") from error


def facts(name: str, data_directory: Path) -> DatasetFacts:
    """The facts of an uploaded data set."""
    try:
        known = about(name, data_directory)
    except DataError as damaged:
        return unusable(name, str(damaged))
    flip = bool(known["flip_keeps_labels"])
    reason = "it was uploaded as one whose pictures {} what they are in a mirror".format(
        "stay" if flip else "need not stay"
    )
    sizes = known["report"]["sizes_found"]
    return DatasetFacts(
        name=name,
        title=name,
        description=f"Your own pictures, {sizes}, brought to {known['side']}×{known['side']} pixels.",
        kind="images",
        input_shape=tuple(known["input_shape"]),
        classes=tuple(known["classes"]),
        train_size=known["train_size"],
        test_size=known["test_size"],
        label_keeping_augmentations=(CROP, FLIP) if flip else (CROP,),
        augmentation_reason=f"A picture cropped a little keeps its class; {reason}.",
        source="uploaded",
        fingerprint=known.get("fingerprint"),
        created_at=known["created_at"],
    )


def unusable(name: str, problem: str) -> DatasetFacts:
    """The facts of an upload that cannot be trained on, as `problem` says: nothing else is known of it."""
    return DatasetFacts(
        name, name, "Uploaded pictures.", "images", (), (), 0, 0, (), "", "uploaded",
        available=False, problem=problem,
    )  # fmt: skip


def details(name: str, data_directory: Path) -> dict[str, Any]:
    """How it was made and what was found in it, beside the facts; nothing where that cannot be read."""
    try:
        known = about(name, data_directory)
    except DataError:
        return {}
    return {field: known[field] for field in DETAILS}


def read(name: str, data_directory: Path) -> Reading:
    """Images uint8 (N, 3, side, side), targets int64 (N,)."""
    known = about(name, data_directory)
    folder = root(data_directory) / name
    yield from ()
    try:
        parts = [np.load(folder / f"{part}.npy", allow_pickle=False) for part in PARTS]
    except (ValueError, EOFError) as error:
        raise DataError(f"{folder} is damaged ({error}); delete the data set and upload it again") from error
    return Arrays(tuple(known["classes"]), *parts, fingerprint=known.get("fingerprint"))


def parts_of(name: str) -> tuple[Callable[[Path], DatasetFacts], Callable[[Path], Reading]]:
    """How data set `name` is described and read."""
    return partial(facts, name), partial(read, name)


def is_at_work(folder: Path) -> bool:
    """Whether a process works in a folder of `ADVANCING` or `ARRIVING`."""
    try:
        with (folder / LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def progress(name: str, data_directory: Path) -> dict[str, Any] | None:
    """How far the unpacking of `name` is: `{state, message, done, total, errors}`; None without one."""
    folder = root(data_directory) / f"{ADVANCING}{name}"
    is_working = is_at_work(folder)  # asked first: what ends meanwhile has written its last word
    try:
        found = dict(json.loads((folder / PROGRESS).read_text("utf-8")))
    except (OSError, ValueError):
        return None
    if (root(data_directory) / name / ABOUT).is_file():
        return None  # in place already, what is left is removed in a moment
    if found["state"] == "unpacking" and not is_working:
        message = "the process that unpacked the archive ended unexpectedly; upload the archive again."
        found |= {"state": "failed", "message": message, "errors": [{"field": "archive", "message": message}]}
    return found


def pending(data_directory: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every archive that is unpacked now or could not be, with its progress."""
    folder = root(data_directory)
    for path in sorted(folder.glob(f"{ADVANCING}*")) if folder.is_dir() else ():
        name = path.name.removeprefix(ADVANCING)
        if is_name(name) and (found := progress(name, data_directory)) is not None:
            yield name, found


def write_progress(folder: Path, **values: Any) -> None:
    """Say how far it is, whole or not at all. Raises FileNotFoundError once the folder was removed."""
    partial_file = folder / f"{PROGRESS}.partial"
    partial_file.write_text(json.dumps(values), "utf-8")
    partial_file.replace(folder / PROGRESS)


def take_away(path: Path) -> Path:
    """Move a folder out of sight at once, so that nobody ever sees half of it; returns where to."""
    gone = path.with_name(f"{LEAVING}{path.name.lstrip('.')}-{time.time_ns()}")
    with suppress(FileNotFoundError):
        path.rename(gone)
    return gone


def remove(path: Path) -> None:
    """Remove a folder, if it is there."""
    shutil.rmtree(take_away(path), ignore_errors=True)


def sweep(data_directory: Path) -> None:
    """Remove what processes that died left half done; what failed for a reason stays to be read."""
    folder = root(data_directory)
    for path in sorted(folder.glob(".*")) if folder.is_dir() else ():
        if path.name.startswith(LEAVING):
            shutil.rmtree(path, ignore_errors=True)
        elif path.name.startswith((ADVANCING, ARRIVING)) and not is_at_work(path):
            try:
                failed = json.loads((path / PROGRESS).read_text("utf-8"))["state"] == "failed"
            except (OSError, ValueError, KeyError):
                failed = False
            if not failed:
                remove(path)
