"""The newest entries of one followed job, shared by everybody who watches it. Rule: one event loop owns it.

A watcher is a cursor: it reads what lies behind its cursor and waits for news. Nobody queues for it, so a
slow one costs nothing; if it falls behind the tail it reads from the database. Frames are made once for
all who are at the same place: joining texts for 500 watchers one by one takes a third of what sending takes.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from app.jobs.states import is_terminal
from app.jobs.view import plain_text
from app.live_frames import counted, frames
from app.store.torn import Stored
from ml.clock import seconds_of

TAIL_BYTES = 2_000_000  # per followed job; a minute of small steps
SHARED_ENTRIES = 50  # behind a cursor, whose frames are kept for others: of those who keep up
SHARED_QUESTIONS = 16  # whose frames are kept
AT = '"at":"'  # at the beginning of every entry


class Item:
    """One entry, its plain text made at most once for all watchers."""

    __slots__ = ("_moment", "_plain", "ends", "seq", "type", "typed")

    def __init__(self, stored: Stored) -> None:
        self.seq = stored.seq
        self.type = stored.type
        self.typed = stored.text
        self.ends = stored.type == "status" and is_terminal(stored.fields["status"])
        self._moment: float | None = None
        self._plain: str | None = None if stored.type == "metrics" else stored.text

    @property
    def moment(self) -> float:
        """When the entry was written, in seconds since 1970; looked for once."""
        if self._moment is None:
            begin = self.typed.index(AT) + len(AT)
            self._moment = seconds_of(self.typed[begin : self.typed.index('"', begin)])
        return self._moment

    def text(self, *, typed: bool) -> str:
        """The entry as the watcher wants it."""
        if typed:
            return self.typed
        if self._plain is None:
            self._plain = plain_text(self.typed)
        return self._plain


@dataclass(frozen=True, slots=True)
class News:
    """What a watcher is sent, the cursor behind it, and the newest entry in it; None also for an old one."""

    cursor: int
    newest: Item | None
    frames: Sequence[str]


class Tail:
    """Entries up to `last`; `ended` when that one is a terminal status."""

    def __init__(self, last: int, *, ended: bool) -> None:
        self.last = last
        self.ended = ended
        self.deleted = False
        self.watchers = 0
        self._items: deque[Item] = deque()
        self._bytes = 0
        self._news = asyncio.Event()
        self._shared: dict[tuple[int, tuple[str, ...] | None, bool], News] = {}  # by what `after` is asked

    def extend(self, items: Iterable[Item]) -> None:
        """Add what was appended to the log, and wake the watchers."""
        for item in items:
            self._items.append(item)
            self._bytes += len(item.typed)
            self.last, self.ended = item.seq, item.ends
        while self._bytes > TAIL_BYTES and len(self._items) > 1:
            self._bytes -= len(self._items.popleft().typed)
        self._wake()

    def delete(self) -> None:
        """The job is gone."""
        self.deleted = True
        self._wake()

    def _wake(self) -> None:
        self._shared.clear()
        news, self._news = self._news, asyncio.Event()
        news.set()

    def after(self, cursor: int, types: tuple[str, ...] | None, *, typed: bool) -> News | None:
        """What lies behind `cursor`, of the `types`; None when some of it must be read from the database."""
        if cursor >= self.last:
            return News(cursor, None, ())
        if not self._items or self._items[0].seq > cursor + 1:
            return None
        question = cursor, types, typed
        found = self._shared.get(question)
        if found is None:
            behind = list(islice(reversed(self._items), self.last - cursor))[::-1]
            wanted = [item for item in behind if types is None or item.type in types]
            if len(behind) > SHARED_ENTRIES:
                return self._first_frame(wanted, typed=typed)
            made = list(frames(item.text(typed=typed) for item in wanted))
            found = News(self.last, wanted[-1] if wanted else None, made)
            if len(self._shared) < SHARED_QUESTIONS:
                self._shared[question] = found
        return found

    def _first_frame(self, wanted: Sequence[Item], *, typed: bool) -> News:
        """For one who is far behind: a full frame is all that is held for it."""
        for frame, count in counted(item.text(typed=typed) for item in wanted):
            newest = wanted[count - 1]
            return News(self.last if count == len(wanted) else newest.seq, newest, (frame,))
        return News(self.last, None, ())

    async def wait(self, cursor: int) -> None:
        """Return when there is something behind `cursor`, the log has ended, or the job is gone.

        A cursor that came from the database may be ahead of this tail; the end is then news all the same.
        """
        while cursor >= self.last and not (self.deleted or self.ended):
            await self._news.wait()
