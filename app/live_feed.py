"""The newest look of every changed job, shared by all who watch the list. Rule: one event loop owns it."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable

KEPT_JOBS = 1000


class Feed:
    """Changes in the order of their revisions."""

    def __init__(self) -> None:
        self.floor = 0  # changes up to this revision may be missing here
        self.revision = 0
        self.watchers = 0
        self._texts: OrderedDict[str, tuple[int, str]] = OrderedDict()
        self._news = asyncio.Event()

    def restart(self, revision: int) -> None:
        """Forget everything; changes come from `revision` on."""
        self._texts.clear()
        self.floor = self.revision = revision

    def extend(self, changes: Iterable[tuple[str, int, str]]) -> None:
        """Take job ids with revision and text, oldest first, and wake the watchers."""
        for job_id, revision, text in changes:
            self._texts[job_id] = (revision, text)
            self._texts.move_to_end(job_id)
            self.revision = max(self.revision, revision)
        while len(self._texts) > KEPT_JOBS:
            _, (revision, _) = self._texts.popitem(last=False)
            self.floor = revision
        news, self._news = self._news, asyncio.Event()
        news.set()

    def after(self, cursor: int) -> list[str] | None:
        """The texts of what changed after `cursor`; None when it lies too far back."""
        if cursor < self.floor:
            return None
        return [text for revision, text in self._texts.values() if revision > cursor]

    async def wait(self, cursor: int) -> None:
        """Return when there are changes behind `cursor`."""
        while cursor >= self.revision:
            await self._news.wait()
