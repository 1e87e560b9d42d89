"""The checkpoints and changes that a log speaks of. Rule: rewinds are applied; only what has an entry counts.

The entry comes after the rows it stands for, so whoever goes on from it skips nothing. No torch here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from ml.checkpoint_files import INHERITED, Name
from ml.entries import Change, CheckpointSaved


@dataclass(frozen=True, slots=True)
class Saved:
    """A `checkpoint` entry that no later rewind made void."""

    name: Name
    epoch: int
    is_best: bool
    at: str | None = None

    @property
    def is_inherited(self) -> bool:
        """Whether a fork began with it."""
        return self.name.attempt == INHERITED


def surviving_checkpoints(texts: Iterable[str], forked_from: dict[str, Any] | None) -> list[Saved]:
    """The checkpoints of a log (its `checkpoint` and `rewind` entries), oldest first; what a fork began
    with comes first."""
    found: list[Saved] = []
    for text in texts:
        fields = orjson.loads(text)
        if fields["type"] == "rewind":
            found = [saved for saved in found if saved.name.step <= fields["to_step"]]
        elif fields["type"] == "checkpoint":
            name = Name(fields["step"], fields["attempt"])
            found.append(Saved(name, fields["epoch"], fields["is_best"], fields["at"]))
    if forked_from is not None:
        found.insert(0, Saved(Name(forked_from["step"], INHERITED), forked_from["epoch"], is_best=False))
    return sorted(found, key=lambda saved: saved.name)


def saved_by(entry: CheckpointSaved, attempt: int) -> Saved:
    """What `entry`, just written by `attempt`, says."""
    return Saved(Name(entry.step, attempt), entry.epoch, entry.is_best)


def changes_of(texts: Iterable[str]) -> list[Change]:
    """The `change` entries of a log in the order of their steps.

    One that was made after a rewind, before the step of an older one of its field, takes that one's place.
    """
    found: list[Change] = []
    for text in texts:
        fields = orjson.loads(text)
        if fields["type"] == "change":
            made = Change(fields["step"], fields["field"], fields["before"], fields["after"])
            found = [one for one in found if one.field != made.field or one.step < made.step]
            found.append(made)
    return sorted(found, key=lambda change: change.step)
