"""What an attempt goes on from: the last good checkpoint that the log knows. Rule: a bad one is named."""

from collections.abc import Container, Iterable
from pathlib import Path

from app.jobs.saved import Saved
from ml.checkpoint import Checkpoint, load_checkpoint
from ml.checkpoint_files import BadCheckpoint, recover
from ml.entries import Note

BEGINNING = -1  # a rewind to here voids the evaluation before the first step too


def last_good(
    folder: Path, saved: Iterable[Saved], evaluated: Container[int] = ()
) -> tuple[Checkpoint | None, list[Saved], list[Note]]:
    """The newest checkpoint that can be trusted, those up to it, and a note for each that cannot.

    `evaluated` are the steps whose evaluation is in the log. A checkpoint from before such an evaluation is
    passed over: going on from it would evaluate, and log, once more. An earlier one leads to the same curve.
    """
    recover(folder)
    remaining = list(saved)
    notes: list[Note] = []
    while remaining:
        name = remaining[-1].name
        try:
            checkpoint = load_checkpoint(folder, name)
            if checkpoint.facts["is_evaluated"] or name.step not in evaluated or remaining[-1].is_inherited:
                return checkpoint, remaining, notes
            remaining.pop()
        except BadCheckpoint as bad:
            message = f"The checkpoint of step {name.step:,} ({folder.name}/{name}) is damaged: {bad}."
            before = "the one before it" if len(remaining) > 1 else "the beginning"
            notes.append(Note("warning", f"{message} Going on from {before}."))
            remaining.pop()
    return None, [], notes
