"""uvicorn's reading of HTTP, with a bound on a request's line and headers. Rule: nothing grows without one.

uvicorn itself keeps a head for as long as it comes, also of somebody who never was let in.
"""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD = 64 * 1024  # bytes that come after the first part of a head; browsers send some hundred
TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class BoundedHead(HttpToolsProtocol):
    """One connection; closed when a head does not end."""

    _heads = 0  # begun
    _is_in_head = False
    _taken = 0  # bytes of this one, without what it shared a part with

    def on_message_begin(self) -> None:
        """A head begins."""
        self._heads += 1
        self._is_in_head, self._taken = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """It is whole."""
        self._is_in_head = False
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Read on, or close."""
        head = self._heads if self._is_in_head else None
        super().data_received(data)
        if not self._is_in_head or head != self._heads:
            return
        self._taken += len(data)
        if self._taken > LARGEST_HEAD and not self.transport.is_closing():
            self.transport.write(TOO_LONG)
            self.transport.close()
