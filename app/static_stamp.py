"""A word for the state of the page's files. Rule: other files, another word.

It stands in the addresses that pages name, so modules that import one another share it, and what a browser
has kept under it never grows old.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

LENGTH = 12  # hexadecimal digits

State = tuple[int, int]  # of a file: when it was changed, and its bytes


class Stamp:
    """The word for `folder`, as of the last look at it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: Mapping[str, State] = {}
        self._word = ""

    def renew(self) -> str:
        """The word as of now: a look at every file's date and size, a millisecond for some two hundred."""
        self._seen = dict(sorted(_files(str(self._folder))))
        self._word = _digest(self._folder, tuple(self._seen.items()))
        return self._word

    @property
    def word(self) -> str:
        """The word as of the last look."""
        return self._word or self.renew()

    def names(self, word: str, path: str) -> bool:
        """Whether `word` is the word, and the file `path` is still what it was then."""
        with suppress(OSError):
            status = (self._folder / path).stat()
            state = (status.st_mtime_ns, status.st_size)
            return word == self.word and self._seen.get(str(self._folder / path)) == state
        return False


def _files(folder: str) -> Iterator[tuple[str, State]]:
    """Regular files; hidden ones are no page's, and one that is just going away is none any more."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            with suppress(OSError):
                if entry.is_dir(follow_symlinks=False):
                    yield from _files(entry.path)
                elif entry.is_file(follow_symlinks=False):
                    status = entry.stat()
                    yield entry.path, (status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=8)
def _digest(folder: Path, seen: tuple[tuple[str, State], ...]) -> str:
    """By content: servers beside one another agree, whenever their files were copied."""
    digest = sha256()
    for path, _ in seen:
        with suppress(OSError):
            content = Path(path).read_bytes()
            digest.update(f"{Path(path).relative_to(folder).as_posix()}\n{len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()[:LENGTH]
