"""A training in the terminal: a bar over its steps, a line per epoch. Rule: it shows entries, from wherever.

The bar's speed and time left are those of the steps that were watched: not of history shown at once, and
without pauses.
"""

import sys
import time
from typing import Any

import typer
from tqdm import tqdm

from app.command.words import FAILED
from app.jobs.states import is_terminal
from ml.entries import Change, Diagnosis, Entry, Metrics, Note, Rewind, Status


class Terminal:
    """Shows entries in the order of the log."""

    def __init__(self, steps_per_epoch: int, epochs: int, *, shown_before: int = 0) -> None:
        """`shown_before`: steps up to this one are history, which says nothing about speed."""
        self._steps_per_epoch = steps_per_epoch
        total = steps_per_epoch * epochs
        self._bar: Any = tqdm(total=total, unit="step", dynamic_ncols=True, file=sys.stderr)
        self._history = shown_before
        self._paused_at: float | None = None
        self.status: Status | None = None

    def show(self, entry: Entry) -> None:
        """Put one entry on the screen."""
        if isinstance(entry, Note):
            self.say(f"{entry.level}: {entry.message}")
        elif isinstance(entry, Diagnosis):
            self._show_diagnosis(entry)
        elif isinstance(entry, Status):
            self._show_status(entry)
        elif isinstance(entry, Metrics):
            self._show_metrics(entry)
        elif isinstance(entry, Change):
            self._show_change(entry)
        elif isinstance(entry, Rewind):
            self._move_to(max(0, entry.to_step))
            self.say(f"Back to step {max(0, entry.to_step)}; what came after it is done again.")

    def say(self, sentence: str) -> None:
        """A line above the bar."""
        self._bar.write(sentence, file=sys.stderr)

    def close(self) -> None:
        """Leave the bar as it stands."""
        self._bar.close()

    def _show_status(self, status: Status) -> None:
        self.status = status
        training = status.status in ("running", "stopping")
        now = time.time()
        if not training and self._paused_at is None:
            self._paused_at = now
        elif training and self._paused_at is not None:  # the clock stood still meanwhile
            self._bar.start_t += now - self._paused_at
            self._bar.last_print_t += now - self._paused_at
            self._paused_at = None
        self._bar.set_description(None if status.status == "running" else status.status)
        if status.message is not None and not is_terminal(status.status):
            self.say(f"{status.status}: {status.message}")

    def _show_change(self, change: Change) -> None:
        if change.field == "epochs":
            self._bar.total = self._steps_per_epoch * change.after
        self.say(f"from step {change.step}: {change.field} {change.before} → {change.after}")

    def _show_diagnosis(self, diagnosis: Diagnosis) -> None:
        changes = (diagnosis.remedy or {}).get("changes", {})
        tried = ", ".join(f"{field}={value}" for field, value in changes.items())
        self.say(f"diagnosis: {diagnosis.message}" + (f" Try {tried}." if tried else ""))

    def _show_metrics(self, entry: Metrics) -> None:
        columns = entry.columns
        if entry.split == "train":
            self._bar.set_postfix(
                loss=f"{columns['loss'][-1]:.4f}", accuracy=f"{columns['accuracy'][-1]:.3f}", refresh=False
            )
            self._move_to(int(columns["step"][-1]))
            return
        rows = zip(columns["epoch"].tolist(), columns["loss"], columns["accuracy"], strict=True)
        for epoch, loss, accuracy in rows:
            line = f"epoch {epoch}: {entry.split} loss {loss:.4f}, accuracy {accuracy:.4f}"
            self._bar.write(line, file=sys.stdout)

    def _move_to(self, step: int) -> None:
        if step > self._history:
            self._history = -1
            self._bar.update(step - self._bar.n)
            return
        self._bar.n = self._bar.initial = self._bar.last_print_n = step
        self._bar.start_t = time.time()
        self._bar.update(0)  # draws, as often as is cheap, and takes no speed from it


def report(status: Status) -> None:
    """How it ended, in words; exit code 1 when that is not how anybody wished it to."""
    typer.echo(": ".join(word for word in (status.status, status.reason, status.message) if word))
    if status.status in ("failed", "interrupted"):
        raise typer.Exit(FAILED)
