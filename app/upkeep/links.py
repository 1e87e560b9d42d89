"""Checkpoints held by hard links while jobs go on writing and removing them. Rule: a folder whole, or not.

A folder is opened once and its files are linked through that, so that one which is replaced meanwhile does
not come out as a mixture. Where the disk has no hard links the files are copied.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from ml.checkpoint_files import FACTS, STATE, WEIGHTS, parse_name

FILES = {FACTS, STATE, WEIGHTS}
Key = tuple[str, str]  # a job's id, and its checkpoint's name


class Links:
    """The checkpoints below `source`, linked below `target` as they were when they were last looked at."""

    def __init__(self, source: Path, target: Path) -> None:
        self._source = source
        self._target = target
        self._seen: dict[Key, tuple[int, int]] = {}

    def __contains__(self, key: Key) -> bool:
        return key in self._seen

    def folder(self, key: Key) -> Path:
        """Where the checkpoint `key` is linked."""
        return self._target / key[0] / key[1]

    def look(self) -> set[Key]:
        """Link what is new and what is another than before; what is gone stays linked. Returns the former."""
        return {key for key in self._present() if self._take(key)}

    def _present(self) -> Iterator[Key]:
        for job in sorted(self._source.iterdir()) if self._source.is_dir() else ():
            try:
                names = sorted(entry.name for entry in os.scandir(job))
            except (FileNotFoundError, NotADirectoryError):
                continue  # the job was deleted meanwhile; or no job's
            yield from ((job.name, name) for name in names if parse_name(name) is not None)

    def _take(self, key: Key) -> bool:
        try:
            descriptor = os.open(self._source / key[0] / key[1], os.O_RDONLY | os.O_DIRECTORY)
        except (FileNotFoundError, NotADirectoryError):
            return False
        try:
            facts = os.stat(FACTS, dir_fd=descriptor)
            seen = (facts.st_ino, facts.st_mtime_ns)
            if self._seen.get(key) == seen:
                return False
            partial = self._target / f"{key[0]}.{key[1]}.partial"
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
            names = os.listdir(descriptor)  # noqa: PTH208 - a path could lead to what replaced it
            if not set(names) >= FILES:
                return False  # half removed
            for name in names:
                _link_or_copy(descriptor, name, partial / name)
        except FileNotFoundError:
            return False  # removed while it was linked
        finally:
            os.close(descriptor)
        folder = self.folder(key)
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(exist_ok=True)
        partial.rename(folder)
        self._seen[key] = seen
        return True


def _link_or_copy(descriptor: int, name: str, target: Path) -> None:
    try:
        os.link(name, target, src_dir_fd=descriptor)
    except FileNotFoundError:
        raise
    except OSError:
        with (
            open(os.open(name, os.O_RDONLY, dir_fd=descriptor), "rb") as source,  # noqa: PTH123
            target.open("wb") as copy,
        ):
            shutil.copyfileobj(source, copy)
