"""A word for the state of the page's files. Rule: other files, another word.

It stands in the addresses that pages name, so modules that import one another share it, and what a browser
has kept under it never grows old.
"""

import os
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

LENGTH = 12  # hexadecimal digits

Seen = tuple[tuple[str, int, int], ...]  # of each file its path, when it was changed, and its bytes


class Stamp:
    """The word for `folder`, as of the last look at it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._word: str | None = None

    def renew(self) -> str:
        """The word as of now: a look at every file's date and size, a millisecond for some two hundred."""
        self._word = _digest(self._folder, tuple(sorted(_files(str(self._folder)))))
        return self._word

    @property
    def word(self) -> str:
        """The word as of the last `renew`."""
        return self._word or self.renew()


def _files(folder: str) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _files(entry.path)
            else:
                status = entry.stat()
                yield entry.path, status.st_mtime_ns, status.st_size


@lru_cache(maxsize=8)
def _digest(folder: Path, seen: Seen) -> str:
    """By content: servers beside one another agree, whenever their files were copied."""
    digest = sha256()
    for path, _, _ in seen:
        content = Path(path).read_bytes()
        digest.update(f"{Path(path).relative_to(folder).as_posix()}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:LENGTH]
