"""Which checkpoints stay on the disk: the last, the best, and some evenly spread ones to fork from.

Rule: nothing is removed before the log knows of what replaces it.
"""

from collections.abc import Iterable
from pathlib import Path

from app.jobs.saved import Saved
from ml.checkpoint_files import Name, keep_only
from ml.plan import spacing


def kept(saved: Iterable[Saved], epochs: int) -> set[Name]:
    """The names to keep of `saved`, oldest first, of a training of `epochs`."""
    every = spacing(epochs)
    names: set[Name] = set()
    best = last = None
    spread: dict[int, Name] = {}
    for one in saved:
        last = one.name
        if one.is_best:
            best = one.name
        if one.is_inherited:
            names.add(one.name)
        elif one.epoch % every == 0:
            spread[one.epoch] = one.name  # the last of its epoch
    return names | set(spread.values()) | {name for name in (best, last) if name is not None}


class Retention:
    """The checkpoints of a job that trains."""

    def __init__(self, folder: Path, saved: Iterable[Saved], epochs: int) -> None:
        self._folder = folder
        self._saved = list(saved)
        self.epochs = epochs

    def add(self, saved: Saved) -> None:
        """A further checkpoint is in the log: tidy up."""
        self._saved.append(saved)
        names = kept(self._saved, self.epochs)
        self._saved = [one for one in self._saved if one.name in names]
        keep_only(self._folder, names)
