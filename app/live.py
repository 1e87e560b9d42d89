"""From the log to the watchers: one reader thread per server. Rule: it reads only what somebody follows.

Every 45 to 100 ms, as the hastiest watcher asks for frames, it sees whether anybody committed (3 µs); if so,
it reads what is new of the followed jobs, once, however many watch, and hands it to the event loop. It paces
the watchers' frames: every waking takes about 0.4 ms from a training that uses all cores, and a crowd gets
fuller frames, so that the event loop has three quarters of its time for all others.
"""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

import orjson
from sqlalchemy import Connection, Engine

from app.jobs.states import is_terminal
from app.jobs.view import job_text
from app.live_feed import Feed
from app.live_tail import Item, Tail
from app.store import jobs as job_rows
from app.store.database import DatabaseAway, Watch, reading
from app.store.log import read
from app.store.revisions import latest_revision
from app.vitals.lag import Lag

POLL_SECONDS = 0.045
SLOWEST_POLL_SECONDS = 0.1  # a hasty watcher that comes meanwhile waits no longer
FRAMES_REST = 3.0  # times as long as it took to send everybody what was new
CROWDED_POLL_SECONDS = 0.08  # the longest such rest; with reading and sending a frame leaves every 0.1 s
FEED_SECONDS = 0.5  # the list of jobs changes at most twice a second; streams tell at once
CHUNK_ENTRIES = 500

log = logging.getLogger("livetrain.live")


class Live:
    """Tails of followed jobs and the feed of all jobs, kept current by one thread."""

    def __init__(self, engine: Engine) -> None:
        self.feed = Feed()
        self.lag = Lag()
        self._engine = engine
        self._tails: dict[str, Tail] = {}
        self._read_up_to: dict[str, int] = {}  # shared with the reader thread, under the lock
        self._paces: list[float] = []  # seconds between frames each follower of a job asks for; likewise
        self._sending_seconds = 0.0  # how long the event loop sent what was handed over last
        self._feed_from: int | None = None  # likewise; None while nobody watches the list
        self._lock = threading.Lock()
        self._dirty = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="live-reader", daemon=True)

    def start(self) -> None:
        """Begin reading; call on the event loop that owns the watchers."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self._dirty.set()
        self._thread.join()

    @property
    def watchers(self) -> int:
        """How many follow a job now."""
        return sum(tail.watchers for tail in tuple(self._tails.values()))

    @asynccontextmanager
    async def following(self, job_id: str, frame_seconds: float = 0.0) -> AsyncIterator[Tail | None]:
        """The job's tail while the caller watches; None for an unknown job.

        News comes about every `frame_seconds`, within the bounds of the reader.
        """
        tail = self._tails.get(job_id)
        if tail is None:
            row = await asyncio.to_thread(self._row, job_id)
            if row is None:
                yield None
                return
            tail = self._tails.get(job_id)  # somebody else may have come first
            if tail is None:
                tail = self._tails[job_id] = Tail(row.last_seq, ended=is_terminal(row.status))
                with self._lock:
                    self._read_up_to[job_id] = row.last_seq
                self._dirty.set()
        tail.watchers += 1
        with self._lock:
            self._paces.append(frame_seconds)
        try:
            yield tail
        finally:
            tail.watchers -= 1
            with self._lock:
                self._paces.remove(frame_seconds)
            if not tail.watchers and self._tails.get(job_id) is tail:
                del self._tails[job_id]
                with self._lock:
                    self._read_up_to.pop(job_id, None)

    @asynccontextmanager
    async def following_all(self) -> AsyncIterator[Feed]:
        """The feed of all jobs while the caller watches."""
        self.feed.watchers += 1
        try:
            if self.feed.watchers == 1:
                revision = await asyncio.to_thread(self._latest_revision)
                self.feed.restart(revision)
                with self._lock:
                    self._feed_from = revision
                self._dirty.set()
            yield self.feed
        finally:
            self.feed.watchers -= 1
            if not self.feed.watchers:
                with self._lock:
                    self._feed_from = None

    def _row(self, job_id: str) -> job_rows.JobRow | None:
        with reading(self._engine) as connection:
            return job_rows.get(connection, job_id)

    def _latest_revision(self) -> int:
        with reading(self._engine) as connection:
            return latest_revision(connection)

    def _run(self) -> None:
        watch = Watch(self._engine)
        feed_read = 0.0
        feed_waits = False
        while not self._stopping.is_set():
            self._rest()
            news = watch.changed() or self._dirty.is_set()
            feed_waits = feed_waits or news
            feed_due = feed_waits and monotonic() - feed_read >= FEED_SECONDS
            if not news and not feed_due:
                continue
            self._dirty.clear()
            try:
                with reading(self._engine) as connection:
                    if news:
                        self._read_tails(connection)
                    if feed_due:
                        self._read_feed(connection)
            except DatabaseAway as away:
                log.warning("the database is away: %s", away.orig)
                self._dirty.set()
                self._stopping.wait(POLL_SECONDS)
                continue
            if feed_due:
                feed_read, feed_waits = monotonic(), False
        watch.close()

    def _rest(self) -> None:
        """Until the next look; while nobody watches that is when somebody comes."""
        with self._lock:
            is_watched = bool(self._read_up_to) or self._feed_from is not None
            pace = min(self._paces, default=FEED_SECONDS)
        if is_watched:
            crowded = min(CROWDED_POLL_SECONDS, (1 + FRAMES_REST) * self._sending_seconds)
            self._stopping.wait(min(SLOWEST_POLL_SECONDS, max(POLL_SECONDS, pace, crowded)))
        else:
            self._dirty.wait()

    def _read_tails(self, connection: Connection) -> None:
        with self._lock:
            followed = list(self._read_up_to.items())
        news: list[tuple[str, list[Item]]] = []
        for job_id, cursor in followed:
            stored = read(connection, job_id, cursor, CHUNK_ENTRIES)
            if stored:
                with self._lock:
                    if self._read_up_to.get(job_id) != cursor:
                        continue  # left, and followed anew, meanwhile
                    self._read_up_to[job_id] = stored[-1].seq
                news.append((job_id, [Item(entry) for entry in stored]))
                if len(stored) == CHUNK_ENTRIES:
                    self._dirty.set()
            elif job_rows.was_deleted(connection, job_id):
                self._hand_over(self._delete, job_id)
        if news:
            self._hand_over(self._extend, news)

    def _read_feed(self, connection: Connection) -> None:
        with self._lock:
            cursor = self._feed_from
        if cursor is None:
            return
        changed = job_rows.changed_since(connection, cursor, CHUNK_ENTRIES)
        is_part = len(changed) >= CHUNK_ENTRIES
        gone = job_rows.deleted_since(connection, cursor)
        if is_part:
            gone = [(job_id, revision) for job_id, revision in gone if revision <= changed[-1].revision]
            self._dirty.set()
        changes = [
            (job_id, revision, orjson.dumps({"id": job_id, "deleted": True}).decode())
            for job_id, revision in gone
        ]
        for row in changed:
            changes.append((row.id, row.revision, job_text(row).decode()))
        if not changes:
            return
        changes.sort(key=lambda change: change[1])
        with self._lock:
            if self._feed_from != cursor:
                return
            self._feed_from = changes[-1][1]
        self._hand_over(self.feed.extend, changes)

    def _hand_over(self, act: object, *arguments: object) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(act, *arguments)  # type: ignore[arg-type]

    def _extend(self, news: list[tuple[str, list[Item]]]) -> None:
        began = monotonic()
        for job_id, items in news:
            tail = self._tails.get(job_id)
            if tail is not None and items[0].seq == tail.last + 1:
                tail.extend(items)
        self._loop.call_soon(self._sent, began)  # after everybody whom that woke

    def _sent(self, began: float) -> None:
        self._sending_seconds = monotonic() - began

    def _delete(self, job_id: str) -> None:
        tail = self._tails.get(job_id)
        if tail is not None:
            tail.delete()
