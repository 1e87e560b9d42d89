"""A crowd in a process of its own: many who watch one job, some slowly or not at all, and calls beside them.

`python -m benchmarks.crowd URL JOB --watchers N --slow N --stalled N --calls-per-second N --seconds S` prints
one JSON object. Watchers do not parse: they count entries, and each must follow on the one before.
"""

import argparse
import asyncio
import re
import statistics
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import orjson
from websockets.asyncio.client import ClientConnection, connect

SEQ = re.compile(rb'"seq":(\d+)')
CALLERS = 8  # connections that the calls are spread over
SLOW_SECONDS = 1.0  # between two reads of a slow watcher
TOGETHER = 25  # connections that are opened at the same time


@dataclass
class Seen:
    """What all watchers saw."""

    frames: int = 0
    entries: int = 0
    gaps: int = 0
    pauses: list[float] = field(default_factory=list)  # the longest of each prompt watcher, in seconds


@dataclass
class Called:
    """What became of the calls; those before `since`, while watchers still connect, are not timed."""

    since: float
    seconds: list[float] = field(default_factory=list)
    failed: int = 0


class Cursor:
    """Where a watcher is in the log."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._last = 0

    def take(self, frame: bytes) -> None:
        """Count a frame's entries; every one must follow on the one before."""
        for number in map(int, SEQ.findall(frame)):
            if self._last and number != self._last + 1:
                self._seen.gaps += 1
            self._last = number
            self._seen.entries += 1
        self._seen.frames += 1


async def watch(address: str, seen: Seen, pause: float, until: float, opening: asyncio.Semaphore) -> None:
    """Follow the stream; `pause`: seconds between two reads, infinite for one who never reads."""
    async with opening:
        socket = await connect(address, max_size=None, compression=None, ping_interval=None, max_queue=4)
    try:
        await _read(socket, seen, pause, until)
    finally:
        socket.transport.abort()  # a stalled one would wait for its close to be answered


async def _read(socket: ClientConnection, seen: Seen, pause: float, until: float) -> None:
    if pause == float("inf"):
        await asyncio.sleep(until - time.monotonic())
        return
    cursor, longest, before = Cursor(seen), 0.0, 0.0
    with suppress(TimeoutError):
        async with asyncio.timeout(until - time.monotonic()):
            while True:
                frame = await socket.recv(decode=False)
                moment = time.monotonic()
                longest, before = max(longest, moment - before if before else 0.0), moment
                cursor.take(bytes(frame))
                if pause:
                    await asyncio.sleep(pause)
    if not pause:
        seen.pauses.append(longest)


async def call(
    host: str, port: int, paths: Sequence[str], every: float, until: float, called: Called
) -> None:
    """GET one path after the other over one connection, `every` so many seconds."""
    reader, writer = await asyncio.open_connection(host, port)
    due, number = time.monotonic(), 0
    while time.monotonic() < until:
        path = paths[number % len(paths)]
        began = time.monotonic()
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head.lower())
        await reader.readexactly(int(length[1]) if length else 0)
        called.failed += b" 200 " not in head.split(b"\r\n")[0]
        if began >= called.since:
            called.seconds.append(time.monotonic() - began)
        number += 1
        due = max(
            due + every, time.monotonic() - 1.0
        )  # one that is late does not make up for more than a second
        await asyncio.sleep(max(0.0, due - time.monotonic()))
    writer.close()


async def crowd(given: argparse.Namespace) -> dict[str, float]:
    """The whole crowd for the given time."""
    where = urlsplit(given.url)
    assert where.hostname
    assert where.port
    began = time.monotonic()
    until = began + given.seconds
    seen, called, opening = Seen(), Called(began + given.warm), asyncio.Semaphore(TOGETHER)
    stream = f"ws://{where.netloc}/api/jobs/{given.job}/stream?encoding=typed&after={given.after}"
    pauses = [0.0] * given.watchers + [SLOW_SECONDS] * given.slow + [float("inf")] * given.stalled
    paths = [f"/api/jobs/{given.job}", "/api/jobs?limit=50", f"/api/jobs/{given.job}/metrics?max_points=500",
             "/api/health"]  # fmt: skip
    every = CALLERS / given.calls_per_second
    await asyncio.gather(
        *(watch(stream, seen, pause, until, opening) for pause in pauses),
        *(call(where.hostname, where.port, paths, every, until, called) for _ in range(CALLERS)),
    )
    latencies = statistics.quantiles(called.seconds, n=100)
    return {
        "frames": seen.frames,
        "frames_per_second": seen.frames / given.seconds / (given.watchers + given.slow),
        "gaps": seen.gaps,
        "median_longest_pause_seconds": statistics.median(seen.pauses),
        "calls_per_second": len(called.seconds) / (given.seconds - given.warm),
        "failed_calls": called.failed,
        "median_call_ms": 1000 * latencies[49],
        "p99_call_ms": 1000 * latencies[98],
    }


def main() -> None:
    """Be the crowd."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("job")
    for name in ("--watchers", "--slow", "--stalled", "--after"):
        parser.add_argument(name, type=int, required=True)
    parser.add_argument("--calls-per-second", type=float, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--warm", type=float, default=0.0, help="seconds in which watchers connect")
    sys.stdout.buffer.write(orjson.dumps(asyncio.run(crowd(parser.parse_args()))))


if __name__ == "__main__":
    main()
