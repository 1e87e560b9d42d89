"""A small real reverse proxy that serves below a path, websockets included, over HTTP or HTTPS.

It is a process of its own: what a browser leaves open ends with it.
"""

import asyncio
import json
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.product import eventually, free_port

HEAD_BYTES = 65_536


class Proxy:
    """Passes `prefix` on to a port of this machine, one connection a request; all else is 404."""

    def __init__(self, port: int, prefix: str, strips: bool, scheme: str) -> None:
        self.port, self.prefix, self.strips, self.scheme = port, prefix.encode(), strips, scheme

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
            return
        line, *fields = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
        method, path, version = line.split(b" ")
        if not path.startswith(self.prefix + b"/"):
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            writer.close()
            return
        path = path.removeprefix(self.prefix) if self.strips else path
        is_socket = any(field.lower().startswith(b"upgrade:") for field in fields)
        if not is_socket:
            fields = [field for field in fields if not field.lower().startswith(b"connection:")]
            fields.append(b"Connection: close")
        fields.append(b"X-Forwarded-Proto: " + self.scheme.encode())
        answers, asks = await asyncio.open_connection("127.0.0.1", self.port)
        asks.write(b"\r\n".join([b" ".join([method, path, version]), *fields]) + b"\r\n\r\n")
        sending = asyncio.create_task(_pass_on(reader, asks))
        await _pass_on(answers, writer)
        sending.cancel()
        asks.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while part := await reader.read(HEAD_BYTES):
            writer.write(part)
            await writer.drain()
    except ConnectionError:
        pass  # the other side is told by closing
    writer.close()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@contextmanager
def proxy_to(
    port: int, prefix: str, *, strips: bool = False, certificate: tuple[str, str] | None = None
) -> Iterator[str]:
    """The address below which `port` is served; over HTTPS with a `certificate` (its file, and its key's)."""
    scheme = "https" if certificate else "http"
    own = free_port()
    wishes = {"own": own, "port": port, "prefix": prefix, "strips": strips, "certificate": certificate}
    command = [sys.executable, "-m", "tests.proxy", json.dumps(wishes)]
    process = subprocess.Popen(command, cwd=Path(__file__).parent.parent)
    try:
        eventually(lambda: _answers(own), 20, "the proxy")
        yield f"{scheme}://127.0.0.1:{own}{prefix}"
    finally:
        process.kill()  # with its connections
        process.wait(10)


async def _serve(own: int, port: int, prefix: str, strips: bool, certificate: tuple[str, str] | None) -> None:
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
    proxy = Proxy(port, prefix, strips, "https" if certificate else "http")
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", own, ssl=context, limit=HEAD_BYTES)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(**json.loads(sys.argv[1])))
