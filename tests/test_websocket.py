"""What a websocket that is not read costs."""

import socket

import pytest
from websockets.sync.client import connect

from tests.serving import server_on

ASKING = (
    "GET /api/stream HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
PING = bytes([0x89, 0x80 | 125]) + bytes(4) + b"p" * 125  # masked by nothing, as large as one may be


def test_who_pings_and_reads_nothing_is_cut_off(tmp_path):
    with server_on(tmp_path) as address, socket.socket() as caller:
        host, port = address.split(":")
        caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        caller.settimeout(20)
        caller.connect((host, int(port)))
        caller.sendall(ASKING.format(address).encode())
        assert caller.recv(12) == b"HTTP/1.1 101"
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            caller.sendall(PING * 200_000)  # 26 MB, more than what lies on the way


def test_who_pings_and_reads_is_answered(tmp_path):
    with server_on(tmp_path) as address, connect(f"ws://{address}/api/stream") as caller:
        assert caller.recv(10) == "[]"
        answers = [caller.ping() for _ in range(2000)]
        assert all(answer.wait(10) for answer in answers)
