"""The loops behind the two websockets. Rule: read after the cursor, send, advance, wait for news."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic, time

from sqlalchemy import Engine
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.jobs.view import job_text
from app.live import Live
from app.live_frames import frames
from app.live_tail import Item, News, Tail
from app.store import jobs as job_rows
from app.store.database import reading
from app.store.log import last_seq, read
from app.store.revisions import latest_revision
from app.vitals.lag import Lag

REPLAY_ENTRIES = 200
NEWEST_JOBS = 200

ENDED = 1000
DELETED = 4410

PACE_TOLERANCE = 0.2  # of the least time between frames


class Pace:
    """The least time between frames, in seconds; 0: as often as the reader brings news.

    The reader keeps it nearly by itself. What is left is waited for only where it is worth a waking.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._last = -math.inf

    def sent(self, parts: Sequence[str]) -> None:
        """Frames leave now, unless there is none."""
        if parts:
            self._last = monotonic()

    async def keep(self) -> None:
        """Wait until the next frame may leave."""
        left = self._last + self._seconds - monotonic()
        if left > PACE_TOLERANCE * self._seconds:
            await asyncio.sleep(left)


class JobStream:
    """One watcher of one job."""

    def __init__(
        self,
        engine: Engine,
        job_id: str,
        cursor: int,
        types: Sequence[str] | None,
        *,
        typed: bool,
        frame_seconds: float = 0.0,
        lag: Lag | None = None,
    ) -> None:
        self._engine = engine
        self._job_id = job_id
        self._cursor = cursor
        self._types = None if types is None else tuple(sorted(set(types)))
        self._typed = typed
        self._pace = Pace(frame_seconds)
        self._lag = lag  # counts how late entries are that come while it waits for them
        self._newest: Item | None = None
        self._is_live = False

    async def send(self, websocket: WebSocket, tail: Tail) -> int:
        """Send until the log has ended or the job is gone; returns the close code."""
        while True:
            parts = await self._next(tail)
            self._pace.sent(parts)
            for frame in parts:
                await websocket.send_text(frame)
            self._count_lag()
            if tail.deleted:
                return DELETED
            if self._cursor >= tail.last:
                if tail.ended:
                    return ENDED
                await tail.wait(self._cursor)
                await self._pace.keep()
                self._is_live = True

    def _count_lag(self) -> None:
        if self._lag is not None and self._is_live and self._newest is not None:
            self._lag.count(time() - self._newest.moment)

    async def _next(self, tail: Tail) -> Sequence[str]:
        news = tail.after(self._cursor, self._types, typed=self._typed)
        if news is None:
            self._is_live = False
            news = await asyncio.to_thread(self._replay)
        self._cursor, self._newest = news.cursor, news.newest
        return news.frames

    def _replay(self) -> News:
        with reading(self._engine) as connection:
            stored = read(connection, self._job_id, self._cursor, REPLAY_ENTRIES, self._types)
            if len(stored) == REPLAY_ENTRIES:
                cursor = stored[-1].seq
            else:
                cursor = last_seq(connection, self._job_id) or self._cursor
        return News(cursor, None, list(frames(Item(entry).text(typed=self._typed) for entry in stored)))


async def send_jobs(websocket: WebSocket, engine: Engine, live: Live) -> int:
    """Send the newest jobs, then every change; returns only when the connection breaks."""

    def newest() -> tuple[list[str], int]:
        with reading(engine) as connection:
            rows = job_rows.listed(connection, limit=NEWEST_JOBS)
            return [job_text(row).decode() for row in rows], latest_revision(connection)

    async with live.following_all() as feed:
        texts, cursor = await asyncio.to_thread(newest)
        for frame in frames(texts) if texts else ["[]"]:
            await websocket.send_text(frame)
        while True:
            await feed.wait(cursor)
            changes = feed.after(cursor)
            if changes is None:
                texts, cursor = await asyncio.to_thread(newest)
            else:
                texts, cursor = changes, feed.revision
            for frame in frames(texts):
                await websocket.send_text(frame)


async def until_gone(websocket: WebSocket, sending: Callable[[], Awaitable[int]]) -> None:
    """Run `sending` until it returns a close code or the other side leaves; what that says is ignored."""

    async def listen() -> None:
        while (await websocket.receive())["type"] != "websocket.disconnect":
            pass

    async def send() -> None:
        try:
            await websocket.close(await sending())
        except WebSocketDisconnect:
            return

    tasks = {asyncio.ensure_future(send()), asyncio.ensure_future(listen())}
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
