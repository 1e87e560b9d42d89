"""Following a job's stream to its end. Rule: every entry once and in order, whatever the connection does.

After a cut it asks for what comes after the last entry it has. It only watches: leaving ends nothing.
Ctrl-C raises nothing here: raised inside the library it could leave a lock behind that closing waits for.
"""

import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import orjson
import typer
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from app.command.server import Server
from app.command.terminal import Terminal, report
from app.command.words import FAILED, refuse
from app.jobs.folds import metrics_of
from app.jobs.states import is_terminal
from app.jobs.told import diagnosis_of
from ml.entries import Change, Entry, Note, Rewind, Status

FIRST_WAIT_SECONDS = 0.25  # before the first new try; doubled after each
LONGEST_WAIT_SECONDS = 5.0
CLOSE_SECONDS = 1.0
LOOK_SECONDS = 0.05  # while it waits for another try, between two looks whether somebody left
ENDED = 1000
LEFT = 130  # exit code of what Ctrl-C ends
FINAL = {4400: "The server refuses", 4401: "A token is needed", 4404: "There is no such job"}
DELETED = 4410


class Stream:
    """The entries of one job's log behind `after`, as they come, over as many connections as it takes."""

    def __init__(self, server: Server, job_id: str, after: int, status: str) -> None:
        self._server = server
        self._job_id = job_id
        self.last_seq = after
        self._status = status
        self._connected: ClientConnection | None = None
        self.is_left = False

    def leave(self) -> None:
        """Have `entries` end soon; also from a signal handler: it takes no lock."""
        self.is_left = True
        if self._connected is not None:
            with suppress(OSError):  # it is closed already
                self._connected.socket.shutdown(socket.SHUT_RDWR)

    def entries(self, terminal: Terminal) -> Iterator[dict[str, Any]]:
        """Ends after the log's end, or when left; tells `terminal` when the server is away and when it is
        back."""
        wait, lost = FIRST_WAIT_SECONDS, False
        while not self.is_left:
            try:
                for entry in self._connection():
                    if lost:
                        terminal.say("Connected again.")
                    wait, lost = FIRST_WAIT_SECONDS, False
                    yield entry
                if is_terminal(self._status):
                    return
            except (ConnectionClosed, InvalidHandshake, OSError) as error:
                if self.is_left:
                    return
                _end_if_final(error)
                if not lost:
                    terminal.say("The connection is lost; the job goes on. Connecting again …")
                lost = True
            until = time.monotonic() + wait
            while time.monotonic() < until and not self.is_left:
                time.sleep(LOOK_SECONDS)
            wait = min(2 * wait, LONGEST_WAIT_SECONDS)

    def _connection(self) -> Iterator[dict[str, Any]]:
        """What one connection brings; returns at its proper end."""
        base = self._server.url.replace("http", "ws", 1)
        address = f"{base}/api/jobs/{self._job_id}/stream?encoding=typed&after={self.last_seq}"
        with connect(
            address,
            additional_headers=self._server.headers,
            compression=None,
            proxy=None if self._server.is_local else True,
            close_timeout=CLOSE_SECONDS,
        ) as connected:
            self._connected = connected
            if self.is_left:  # while it connected
                return
            for frame in connected:  # ends by itself on a close with 1000
                for entry in orjson.loads(frame):
                    if self.is_left:
                        return
                    if entry["seq"] <= self.last_seq:
                        continue
                    if entry["seq"] != self.last_seq + 1:
                        return  # something is missing: ask for it
                    self.last_seq = entry["seq"]
                    if entry["type"] == "status":
                        self._status = entry["status"]
                    yield entry


def _end_if_final(error: Exception) -> None:
    """End the command where trying again would not help."""
    if isinstance(error, InvalidStatus) and error.response.status_code in (401, 403, 404):
        refuse([f"The server refuses the stream with {error.response.status_code}."], FAILED)
    if isinstance(error, ConnectionClosed) and error.rcvd is not None:
        if error.rcvd.code == DELETED:
            refuse(["The job was deleted."], FAILED)
        if error.rcvd.code in FINAL:
            refuse([f"{FINAL[error.rcvd.code]}: {error.rcvd.reason}."], FAILED)


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
    job = server.ask("GET", f"/jobs/{job_id}")
    after = server.ask("GET", f"/jobs/{job_id}/log", limit=1)["last_seq"] if from_now else 0
    typer.echo(job["name"])
    epochs = job["config"]["epochs"]
    terminal = Terminal(job["total_steps"] // epochs, epochs, shown_before=job["step"])
    stream = Stream(server, job_id, after, job["status"])
    try:
        with _ctrl_c_leaves(stream):
            for fields in stream.entries(terminal):
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
