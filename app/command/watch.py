"""Watching a job in the terminal until it ends. Rule: it only watches: leaving ends nothing.

Ctrl-C raises nothing here: raised inside the library it could leave a lock behind that closing waits for.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

from app.client.stream import Stream
from app.command.server import Server, in_sentences
from app.command.terminal import Terminal, report
from app.jobs.folds import metrics_of
from app.jobs.told import diagnosis_of
from ml.entries import Change, Entry, Note, Rewind, Status

LEFT = 130  # exit code of what Ctrl-C ends


def say_link(terminal: Terminal, *, is_there: bool) -> None:
    """Whether the server can be heard."""
    lost = "The connection is lost; the job goes on. Connecting again …"
    terminal.say("Connected again." if is_there else lost)


def entry_of(fields: dict[str, Any]) -> Entry | None:
    """The entry that the log's object was written from; None for a type that a terminal does not show."""
    kind = fields["type"]
    if kind == "metrics":
        return metrics_of(fields)
    if kind == "status":
        return Status(fields["status"], fields.get("reason"), fields.get("message"), fields.get("device"))
    if kind == "note":
        return Note(fields["level"], fields["message"])
    if kind == "change":
        return Change(fields["step"], fields["field"], fields["before"], fields["after"])
    if kind == "diagnosis":
        return diagnosis_of(fields)
    return Rewind(fields["to_step"]) if kind == "rewind" else None


@contextmanager
def _ctrl_c_leaves(stream: Stream) -> Iterator[None]:
    before = signal.signal(signal.SIGINT, lambda _number, _frame: stream.leave())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def watch_job(server: Server, job_id: str, *, from_now: bool) -> None:
    """Show the job until it ends; exit code 1 when it failed or was interrupted."""
    after = server.ask("GET", f"/jobs/{job_id}/log", limit=1)["last_seq"] if from_now else 0
    job = server.ask("GET", f"/jobs/{job_id}")  # later than `after`: its end is in sight or still to come
    typer.echo(job["name"])
    epochs = job["config"]["epochs"]
    terminal = Terminal(job["total_steps"] // epochs, epochs, shown_before=job["step"])

    def say(is_there: bool) -> None:
        say_link(terminal, is_there=is_there)

    stream = Stream(server.address, job_id, after, job["status"], say)
    try:
        with _ctrl_c_leaves(stream), in_sentences():
            for fields in stream.entries():
                entry = entry_of(fields)
                if entry is not None:
                    terminal.show(entry)
    finally:
        terminal.close()
    if stream.is_left:
        typer.echo(f"Left. The job goes on: `livetrain jobs watch {job_id}` shows it again.", err=True)
        raise typer.Exit(LEFT)
    last = terminal.status or Status(job["status"], job["reason"], job["error"])
    if last.reason == "worker_lost":
        sentence = "It starts again by itself, unless that was tried three times in a row"
        typer.echo(f"{sentence}: `livetrain jobs watch {job_id}` shows it then.", err=True)
    report(last)
