"""What an attempt goes on from: the last good checkpoint that the log knows. Rule: a bad one is named."""

from collections.abc import Iterable
from pathlib import Path

from app.jobs.saved import Saved
from ml.checkpoint import Checkpoint, load_checkpoint
from ml.checkpoint_files import BadCheckpoint, recover
from ml.entries import Note

BEGINNING = -1  # a rewind to here voids the evaluation before the first step too


def last_good(folder: Path, saved: Iterable[Saved]) -> tuple[Checkpoint | None, list[Saved], list[Note]]:
    """The newest checkpoint that can be trusted, those up to it, and a note for each that cannot."""
    recover(folder)
    remaining = list(saved)
    notes: list[Note] = []
    while remaining:
        name = remaining[-1].name
        try:
            return load_checkpoint(folder, name), remaining, notes
        except BadCheckpoint as bad:
            message = f"The checkpoint of step {name.step:,} ({folder.name}/{name}) is damaged: {bad}."
            before = "the one before it" if len(remaining) > 1 else "the beginning"
            notes.append(Note("warning", f"{message} Going on from {before}."))
            remaining.pop()
    return None, [], notes
