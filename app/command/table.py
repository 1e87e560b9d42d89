"""Jobs and checkpoints as columns of text. Rule: one line a job; only a terminal cuts it short."""

import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import typer

from app.command.differ import names
from ml.writing import one_line

GAP = "  "


def show_columns(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Lines of aligned columns under their titles."""
    lines = [list(titles), *([one_line(cell) for cell in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(titles))]
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for line in lines:
        text = GAP.join(cell.ljust(size) for cell, size in zip(line, widths, strict=True)).rstrip()
        typer.echo(text if width is None or len(text) <= width else text[: width - 1] + "…")


def percent(share: float | None) -> str:
    """An accuracy or another share of one, for people."""
    return "" if share is None else f"{share:.1%}"


def status_words(job: dict[str, Any]) -> str:
    """The status, with the place in the queue."""
    return f"queued #{job['queue_position']}" if job["queue_position"] else str(job["status"])


def progress_words(job: dict[str, Any]) -> str:
    """How far the job is, of what it was asked to do."""
    if not job["total_steps"]:
        return ""
    return f"{min(job['step'] / job['total_steps'], 1):.0%}, epoch {job['epoch']}/{job['config']['epochs']}"


def best_words(job: dict[str, Any]) -> str:
    """Its best validation accuracy, where something is held out."""
    best = job["best"]
    return f"{percent(best['accuracy'])}, epoch {best['epoch']}" if best else ""


def size_words(count: int) -> str:
    """Bytes for people, in units of 1000."""
    size, units = float(count), ["bytes", "kB", "MB", "GB", "TB"]
    while size >= 1000 and len(units) > 1:
        size /= 1000
        units.pop(0)
    return f"{count} {units[0]}" if units[0] == "bytes" else f"{size:.1f} {units[0]}"


def count_words(count: int, noun: str) -> str:
    """`1 job`, `2 jobs`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def show_jobs(jobs: Sequence[dict[str, Any]]) -> None:
    """One line a job."""
    rows = (
        (job["id"], status_words(job), progress_words(job), best_words(job), name)
        for job, name in zip(jobs, names(jobs), strict=True)
    )
    show_columns(("ID", "STATUS", "PROGRESS", "BEST", "NAME"), rows)


def show_checkpoints(found: dict[str, Any]) -> None:
    """One line a checkpoint, oldest first, and what all take."""
    rows = (
        (
            str(checkpoint["step"]),
            str(checkpoint["epoch"]),
            "best" if checkpoint["is_best"] else "",
            size_words(checkpoint["bytes"]),
            checkpoint["at"],
            checkpoint["url"],
        )
        for checkpoint in found["checkpoints"]
    )
    show_columns(("STEP", "EPOCH", "", "SIZE", "AT", "WEIGHTS"), rows)
    typer.echo(f"{count_words(len(found['checkpoints']), 'checkpoint')}, {size_words(found['bytes'])}")
