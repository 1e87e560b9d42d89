"""uvicorn's reading of HTTP, with a bound on what leads to nothing. Rule: nothing grows without one.

uvicorn itself keeps a head, and fields behind a body, for as long as they come, also of who never was let in.
"""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD = 64 * 1024  # bytes that come after the first part of a head; browsers send some hundred
TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class BoundedHead(HttpToolsProtocol):
    """One connection; closed when a head, or what follows a body's last chunk, does not end."""

    _steps = 0  # heads begun and ended, chunks, parts of bodies
    _is_in_message = False
    _is_in_head = False
    _taken = 0  # bytes since the last step, without what it shared a part with

    def on_message_begin(self) -> None:
        """A head begins."""
        self._is_in_message = self._is_in_head = True
        self._step()
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """A field of the head. Behind a body nobody needs one; raising ends the connection with 400."""
        if not self._is_in_head:
            raise ValueError("a field behind the body")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._is_in_head = False
        self._step()
        super().on_headers_complete()

    def on_chunk_header(self) -> None:
        """A chunk begins; the last one is empty."""
        self._step()

    def on_body(self, body: bytes) -> None:
        """Some of the body, which others count."""
        self._step()
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Nothing of it is left to come."""
        self._is_in_message = False
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        """Read on, or close."""
        steps = self._steps
        super().data_received(data)
        if not self._is_in_message or steps != self._steps:
            return
        self._taken += len(data)
        if self._taken > LARGEST_HEAD and not self.transport.is_closing():
            if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
                self.transport.write(TOO_LONG)  # into the middle of an answer it would be a part of that
            self.transport.close()

    def _step(self) -> None:
        self._steps += 1
        self._taken = 0
