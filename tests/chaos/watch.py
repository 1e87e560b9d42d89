"""Somebody who watches the job all along, through everything that happens to the server."""

import threading
from collections.abc import Callable
from typing import Any

import orjson
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import ClientConnection, connect

from tests.product import eventually

AGAIN_SECONDS = 0.2
Address = Callable[[int], str]


class Watcher:
    """A thread that follows a job's stream from where it is; `entries` are all that it was sent, in order."""

    def __init__(self, address: Address) -> None:
        self.entries: list[dict[str, Any]] = []
        self.connections = 0
        self._address = address
        self._socket: ClientConnection | None = None
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher")

    def __enter__(self) -> "Watcher":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        if self._socket is not None:
            self._socket.close()
        self._thread.join()

    @property
    def last(self) -> int:
        """The last sequence number that came."""
        return int(self.entries[-1]["seq"]) if self.entries else 0

    def until(self, seq: int) -> None:
        """Wait for the entry `seq`."""
        eventually(lambda: self.last >= seq, 60, f"entry {seq}")

    def _run(self) -> None:
        while not self._ending.wait(AGAIN_SECONDS):
            try:
                with connect(self._address(self.last), max_size=None, compression=None) as self._socket:
                    self.connections += 1
                    for frame in self._socket:
                        self.entries.extend(orjson.loads(frame))
            except (ConnectionClosed, InvalidHandshake, OSError, EOFError):
                continue  # the server is away; a client tries again
