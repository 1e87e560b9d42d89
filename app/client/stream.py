"""Following a job's stream to its end. Rule: every entry once and in order, whatever the connection does.

After a cut it asks for what comes after the last entry it has. It only watches: leaving ends nothing.
"""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import orjson
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from app.client.address import Address
from app.client.errors import Refused
from app.jobs.states import is_terminal

FIRST_WAIT_SECONDS = 0.25  # before the first new try; doubled after each
LONGEST_WAIT_SECONDS = 5.0
CLOSE_SECONDS = 1.0
LOOK_SECONDS = 0.05  # while it waits for another try, between two looks whether somebody left
FINAL = {
    4400: (400, "The server refuses"),
    4401: (401, "A token is needed"),
    4404: (404, "There is no such job"),
}
DELETED = 4410


def _nobody_asked(_is_there: bool) -> None:
    """The connection came or went, and nobody wants to know."""


class Stream:
    """The entries of one job's log behind `after`, as they come, over as many connections as it takes."""

    def __init__(
        self,
        address: Address,
        job_id: str,
        after: int = 0,
        status: str = "queued",
        on_link: Callable[[bool], None] = _nobody_asked,
    ) -> None:
        """`status`: of the job at `after`; `on_link` is told False when the connection was lost and True when
        entries come again."""
        self._address = address
        self._job_id = job_id
        self.last_seq = after
        self._status = status
        self._on_link = on_link
        self._connected: ClientConnection | None = None
        self.is_left = False

    def leave(self) -> None:
        """Have `entries` end soon; also from a signal handler: it takes no lock."""
        self.is_left = True
        if self._connected is not None:
            with suppress(OSError):  # it is closed already
                self._connected.socket.shutdown(socket.SHUT_RDWR)

    def entries(self) -> Iterator[dict[str, Any]]:
        """Ends after the log's end, or when left. Raises Refused where trying again would not help."""
        wait, lost = FIRST_WAIT_SECONDS, False
        while not self.is_left:
            try:
                for entry in self._connection():
                    if lost:
                        self._on_link(True)
                    wait, lost = FIRST_WAIT_SECONDS, False
                    yield entry
                if is_terminal(self._status):
                    return
            except (ConnectionClosed, InvalidHandshake, OSError) as error:
                if self.is_left:
                    return
                _raise_if_final(error)
                if not lost:
                    self._on_link(False)
                lost = True
            until = time.monotonic() + wait
            while time.monotonic() < until and not self.is_left:
                time.sleep(LOOK_SECONDS)
            wait = min(2 * wait, LONGEST_WAIT_SECONDS)

    def _connection(self) -> Iterator[dict[str, Any]]:
        """What one connection brings; returns at its proper end."""
        base = self._address.url.replace("http", "ws", 1)
        address = f"{base}/api/jobs/{self._job_id}/stream?encoding=typed&after={self.last_seq}"
        with connect(
            address,
            additional_headers=self._address.headers,
            compression=None,
            proxy=None if self._address.is_local else True,
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


def _raise_if_final(error: Exception) -> None:
    """Raise Refused where trying again would not help."""
    if isinstance(error, InvalidStatus) and error.response.status_code in (401, 403, 404):
        status = error.response.status_code
        raise Refused(status, f"The server refuses the stream with {status}.") from error
    if isinstance(error, ConnectionClosed) and error.rcvd is not None:
        if error.rcvd.code == DELETED:
            raise Refused(404, "The job was deleted.") from error
        if error.rcvd.code in FINAL:
            status, words = FINAL[error.rcvd.code]
            raise Refused(status, f"{words}: {error.rcvd.reason}.") from error
