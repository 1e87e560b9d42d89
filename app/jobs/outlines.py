"""The outlines of the trainings that are asked for. Rule: together they take a bounded memory, and an answer
of a moment ago is given again.

A crowd that asks one thing about one training takes a tenth of a core at most while an answer takes up to a
tenth of a second: it is given again for nine times as long as it took, a second at most.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Engine

from app.jobs.outline import Outline, UnevenError
from app.store import log
from app.store.database import reading
from ml.columns import Column

MOST_BYTES = 100_000_000  # of them all, as after 17 hours of training; the one asked for last always stays
MOST_JOBS = 500
LEAST_ENTRIES = 500  # of a log that is worth an outline
REST = 9.0  # times as long as an answer took it is given again
LONGEST_REST = 1.0  # seconds
QUESTIONS = 4  # of a job that are remembered
REMEMBERED_ROWS = 10_000  # of an answer; longer ones are made again


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rows of a chart: their columns, out of `total`, of a log whose last entry is `last_seq`."""

    columns: dict[str, Column]
    total: int
    last_seq: int
    _written: dict[str, bytes] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def text(self, encoding: str, write: Callable[[], bytes]) -> bytes:
        """What `write` made of it for this encoding, once for all who ask."""
        with self._lock:
            if encoding not in self._written:
                self._written[encoding] = write()
            return self._written[encoding]

    @property
    def nbytes(self) -> int:
        """The memory it takes."""
        columns = sum(column.nbytes for column in self.columns.values())
        return columns + sum(map(len, list(self._written.values())))


Question = tuple[int, bool]  # max_points, at


@dataclass(slots=True)
class _Kept:
    """What is known of one job. `is_uneven`: its steps have a hole."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    outline: Outline | None = None
    is_uneven: bool = False
    given: dict[Question, tuple[Chosen, float]] = field(default_factory=dict)  # and until when

    def remember(self, question: Question, found: Chosen, began: float) -> None:
        self.given.pop(question, None)
        if len(found.columns["step"]) > REMEMBERED_ROWS:
            return
        now = time.monotonic()
        self.given[question] = found, now + min(LONGEST_REST, REST * (now - began))
        while len(self.given) > QUESTIONS:
            del self.given[next(iter(self.given))]

    @property
    def nbytes(self) -> int:
        outline, given = self.outline, list(self.given.values())  # another thread may be changing both
        answers = sum(chosen.nbytes for chosen, _ in given)
        return answers + (outline.nbytes if outline else 0)

    def forget(self) -> None:
        self.outline = None
        self.given.clear()


class Outlines:
    """By job, the newest asked for last; several threads may ask."""

    def __init__(self, engine: Engine, most_bytes: int = MOST_BYTES) -> None:
        self._engine = engine
        self._most_bytes = most_bytes
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.Lock()
        self._whole_log = threading.Lock()

    def chosen(
        self, job_id: str, last_seq: int, max_points: int, *, at: bool, is_over: bool = False
    ) -> Chosen | None:
        """What shows the whole training in about `max_points` points; None where the log has to be read.

        `last_seq`: the log holds so much at least. `is_over`: nothing comes for now, so that nothing may be
        missing."""
        if last_seq < LEAST_ENTRIES:
            return None
        kept, question = self._of(job_id), (max_points, at)
        with kept.lock:
            began = time.monotonic()
            given, until = kept.given.get(question, (None, 0.0))
            if given and (given.last_seq >= last_seq or (began < until and not is_over)):
                return given
            if kept.is_uneven:
                return None
            return self._found(kept, job_id, question, began)

    def _found(self, kept: _Kept, job_id: str, question: Question, began: float) -> Chosen | None:
        max_points, at = question
        with reading(self._engine) as connection:
            last = log.last_seq(connection, job_id) or 0
            kept.outline = kept.outline or Outline()
            try:
                kept.outline.catch_up(connection, job_id)
                rows = kept.outline.rows(connection, job_id, max_points)
                columns = kept.outline.columns(connection, job_id, rows, at=at)
            except UnevenError:
                kept.forget()
                kept.is_uneven = True
                return None
            except Exception:  # the database went away: the outline may have taken in half of a page
                kept.forget()
                raise
            found = Chosen(columns, len(kept.outline), last)
        kept.remember(question, found, began)
        self._trim(kept)
        return found

    @contextmanager
    def reading_whole(self, last_seq: int) -> Iterator[None]:
        """While a whole log is read after all: of long ones one at a time, for each takes a lot of memory."""
        if last_seq < LEAST_ENTRIES:
            yield
            return
        with self._whole_log:
            yield

    def _of(self, job_id: str) -> _Kept:
        with self._lock:
            kept = self._kept.pop(job_id, None) or _Kept()
            self._kept[job_id] = kept
            while len(self._kept) > MOST_JOBS:
                del self._kept[next(iter(self._kept))]
            return kept

    def _trim(self, used: _Kept) -> None:
        """The outlines asked for longest ago go; those that are in use stay."""
        with self._lock:
            everybody = list(self._kept.values())
        total = sum(kept.nbytes for kept in everybody)
        for kept in everybody:
            if total <= self._most_bytes:
                return
            if kept is not used and kept.outline is not None and kept.lock.acquire(blocking=False):
                total -= kept.nbytes
                kept.forget()
                kept.lock.release()
