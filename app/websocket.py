"""uvicorn's websockets, with a bound on what waits to be sent. Rule: who reads nothing costs nothing.

The application waits until a frame is on its way; answers to pings ask nobody.
"""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

MOST_WAITING = 1 << 20  # bytes; a stream waits for its reader with one frame, half of it


class BoundedWebSocket(WebSocketsSansIOProtocol):
    """One connection; ended when its answers to pings are not read."""

    def handle_ping(self) -> None:
        """Answer; uvicorn itself does so without looking at what waits already."""
        super().handle_ping()
        if self.transport.get_write_buffer_size() > MOST_WAITING:
            self.transport.abort()  # a closing frame would wait behind the rest
