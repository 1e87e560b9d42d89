"""The process that unpacks an uploaded zip: pictures to arrays of one size, a report. Rule: all or nothing.

Started as `python -m ml.datasets.own_unpack FOLDER WISHES`; FOLDER holds archive and `progress.json`. Names
in the archive are shown, never used as paths; only decoders that start no other program are asked.
"""

import json
import os
import shutil
import sys
import time
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.clock import now
from ml.datasets import own
from ml.datasets.own_archive import Fault, Limits, Listing, look, refuse_long_directory
from ml.datasets.own_decode import content_of, decode
from ml.datasets.own_report import Findings, report
from ml.datasets.own_split import Drawing, rows_of

CHANNELS = 3
TELL_SECONDS = 0.2
COPIED = 1024  # pictures at a time
POLITENESS = 5  # trainings come first
LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the uploader asked for; see the fields of `app.uploads.Upload`."""

    side: int
    test_fraction: float
    split_seed: int
    flip_keeps_labels: bool


class Unpacking:
    """One archive on its way to a data set."""

    def __init__(self, folder: Path, wishes: Wishes, limits: Limits) -> None:
        self._folder = folder
        self._wishes = wishes
        self._limits = limits
        self._told = 0.0

    def tell(self, message: str, done: int = 0, total: int = 0, *, at_once: bool = False) -> None:
        """Say how far it is, a few times a second. Raises FileNotFoundError once nobody wants it any more."""
        moment = time.monotonic()
        if at_once or moment - self._told >= TELL_SECONDS:
            self._told = moment
            own.write_progress(
                self._folder, state="unpacking", message=message, done=done, total=total, errors=[]
            )

    def work(self) -> None:
        """From the archive to the folder `ready`. Raises Fault and OSError."""
        try:
            with (self._folder / own.ARCHIVE).open("rb") as file:
                refuse_long_directory(file, self._limits)
            with zipfile.ZipFile(self._folder / own.ARCHIVE) as archive:
                listing = look(archive, self._limits)
                self._check_room(len(listing.members))
                self.tell("decoding the pictures", 0, len(listing.members), at_once=True)
                self._decode(archive, listing)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, UnicodeError) as error:
            raise Fault(
                f"the archive cannot be read as a zip ({error}); pack the class folders again."
            ) from None

    def _check_room(self, count: int) -> None:
        needed = count * CHANNELS * self._wishes.side**2
        if needed > self._limits.stored_bytes:
            raise Fault(
                f"{count:,} pictures of this side would take {needed / 1e9:.1f} GB; at most "
                f"{self._limits.stored_bytes / 1e9:.1f} GB are kept. Choose a smaller side.",
                "side",
            )
        if 2 * needed > shutil.disk_usage(self._folder).free:
            raise Fault(
                f"the disk of the data folder has no room for {2 * needed / 1e9:.1f} GB; make room there, or "
                "choose a smaller side."
            )

    def _decode(self, archive: zipfile.ZipFile, listing: Listing) -> None:
        members, side = listing.members, self._wishes.side
        shape = (len(members), CHANNELS, side, side)
        pixels = np.memmap(self._folder / "pixels", np.uint8, "w+", shape=shape)
        findings = Findings(skipped=list(listing.passed_over))
        kept = np.ones(len(members), bool)
        decoded = 0
        for index, member in enumerate(members):
            try:
                pixels[index], size, kind = decode(
                    content_of(archive, member, self._limits), side, self._limits
                )
            except ValueError as reason:
                kept[index] = False
                findings.skipped.append((member.path, str(reason)))
            else:
                findings.sizes[size] += 1
                findings.formats[kind] += 1
                findings.note(index, pixels[index])
                decoded += 0 if kind == "JPEG" else size[0] * size[1]  # of a JPEG as much as is needed
            if decoded > self._limits.all_pixels:
                raise Fault(
                    f"the pictures together have more than {self._limits.all_pixels / 1e6:,.0f} million "
                    "pixels, which would take hours; make them smaller, or leave some out."
                )
            self.tell("decoding the pictures", index + 1, len(members))
        self.tell("writing", len(members), len(members), at_once=True)
        drawn = Drawing(self._wishes.test_fraction, self._wishes.split_seed)
        rows = rows_of(listing, kept, dict(findings.skipped), drawn)
        self._write(listing, pixels, rows, findings)

    def _write(
        self,
        listing: Listing,
        pixels: NDArray[np.uint8],
        rows: dict[str, NDArray[np.int64]],
        findings: Findings,
    ) -> None:
        ready = self._folder / "ready"
        ready.mkdir()
        targets = np.array([member.target for member in listing.members], np.int64)
        split_of: list[str | None] = [None] * len(targets)
        for split, of_split in rows.items():
            for row in of_split:
                split_of[row] = split
            np.save(ready / f"{split}_targets.npy", targets[of_split], allow_pickle=False)
            shape = (len(of_split), *pixels.shape[1:])
            out = np.lib.format.open_memmap(ready / f"{split}_inputs.npy", "w+", np.uint8, shape)
            for start in range(0, len(of_split), COPIED):
                out[start : start + COPIED] = pixels[of_split[start : start + COPIED]]
                self.tell("writing", start, len(of_split))
            out.flush()
        of_targets = {split: targets[of_split] for split, of_split in rows.items()}
        paths = [member.path for member in listing.members]
        train_inputs = np.load(ready / "train_inputs.npy", mmap_mode="r", allow_pickle=False)
        found = report(findings, listing.classes, of_targets, split_of, paths, train_inputs)
        about: dict[str, Any] = {
            "format": 1,
            "created_at": now(),
            "classes": list(listing.classes),
            "side": self._wishes.side,
            "input_shape": list(pixels.shape[1:]),
            "train_size": len(rows["train"]),
            "test_size": len(rows["test"]),
            "flip_keeps_labels": self._wishes.flip_keeps_labels,
            "fingerprint": own.fingerprint(ready, listing.classes, self._wishes.flip_keeps_labels),
            "split": "folders" if listing.is_split else "drawn",
            "test_fraction": None if listing.is_split else self._wishes.test_fraction,
            "split_seed": None if listing.is_split else self._wishes.split_seed,
            "report": found,
        }
        (ready / own.ABOUT).write_text(json.dumps(about), "utf-8")


def unpack(folder: Path, wishes: Wishes, limits: Limits = LIMITS) -> bool:
    """Turn the archive in `folder` into the data set of its name; False when it could not be, which is told.

    Raises FileNotFoundError when the folder was removed meanwhile.
    """
    name = folder.name.removeprefix(own.ADVANCING)
    try:
        Unpacking(folder, wishes, limits).work()
        _settle(folder / "ready")
        (folder / "ready").rename(folder.parent / name)
    except Fault as fault:
        _fail(folder, fault.message, fault.field)
        return False
    except OSError as error:
        if not folder.is_dir():
            raise
        _fail(
            folder,
            f"the data folder cannot be written ({error.strerror or error}); make room there and send the "
            "archive again.",
        )
        return False
    own.remove(folder)
    return True


def _settle(ready: Path) -> None:
    """On the disk before it is in place, so that a power cut leaves all of it or nothing."""
    for path in ready.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _fail(folder: Path, message: str, field: str = "archive") -> None:
    for path in folder.iterdir():
        if path.name in (own.LOCK, own.PROGRESS):
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    errors = [{"field": field, "message": message}]
    own.write_progress(folder, state="failed", message=message, done=0, total=0, errors=errors)


def main() -> None:
    """Unpack as the command line says; the progress tells the rest."""
    os.nice(POLITENESS)
    warnings.simplefilter("ignore")  # Pillow's words about odd files; what matters is in the report
    folder = Path(sys.argv[1])
    try:
        unpack(folder, Wishes(**json.loads(sys.argv[2])))
    except FileNotFoundError:
        if folder.is_dir():
            raise


if __name__ == "__main__":
    main()
