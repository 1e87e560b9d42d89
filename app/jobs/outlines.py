"""The outlines of the trainings that are asked for. Rule: together they keep a bounded number of rows, and an
answer that took long is given again to whoever asks the same soon after."""

import threading
import time
from dataclasses import dataclass, field

from sqlalchemy import Engine

from app.jobs.outline import Outline, UnevenError
from app.store import log
from app.store.database import reading
from ml.columns import Column

MOST_ROWS = 6_000_000  # of all outlines: 48 MB
LEAST_ENTRIES = 500  # of a log that is worth an outline
REST = 4.0  # times as long as an answer took it is given again, so that any crowd takes a fifth of a core
LONGEST_REST = 1.0  # seconds
QUESTIONS = 4  # of a job that are remembered


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rows of a chart: their columns, out of `total`, of a log whose last entry is `last_seq`."""

    columns: dict[str, Column]
    total: int
    last_seq: int


@dataclass(slots=True)
class _Kept:
    lock: threading.Lock = field(default_factory=threading.Lock)
    outline: Outline | None = field(default_factory=Outline)  # None: it cannot be outlined
    given: dict[tuple[int, bool], tuple[Chosen, float]] = field(default_factory=dict)  # and until when

    def remember(self, question: tuple[int, bool], found: Chosen, began: float) -> None:
        now = time.monotonic()
        self.given[question] = found, now + min(LONGEST_REST, REST * (now - began))
        while len(self.given) > QUESTIONS:
            del self.given[next(iter(self.given))]


class Outlines:
    """By job, the newest asked for last; several threads may ask."""

    def __init__(self, engine: Engine, most_rows: int = MOST_ROWS) -> None:
        self._engine = engine
        self._most_rows = most_rows
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.Lock()
        self.whole_log = (
            threading.Lock()
        )  # for who reads one after all: of millions of steps one at a time is enough

    def chosen(self, job_id: str, max_points: int, *, at: bool) -> Chosen | None:
        """What shows the whole training in about `max_points` points; None where the log has to be read."""
        kept = self._of(job_id)
        with kept.lock, reading(self._engine) as connection:
            began = time.monotonic()
            last = log.last_seq(connection, job_id) or 0
            if kept.outline is None or last < LEAST_ENTRIES:
                return None
            given, until = kept.given.get((max_points, at), (None, 0.0))
            if given and (given.last_seq == last or began < until):
                return given
            try:
                kept.outline.catch_up(connection, job_id)
                if len(kept.outline) > self._most_rows:
                    raise UnevenError
                rows = kept.outline.rows(max_points)
                columns = kept.outline.columns(connection, job_id, rows, at=at)
            except UnevenError:
                kept.outline = None
                return None
            found = Chosen(columns, len(kept.outline), last)
            kept.remember((max_points, at), found, began)
        self._trim()
        return found

    def _of(self, job_id: str) -> _Kept:
        with self._lock:
            kept = self._kept.pop(job_id, None) or _Kept()
            self._kept[job_id] = kept
            return kept

    def _trim(self) -> None:
        with self._lock:
            rows = {job_id: len(kept.outline or ()) for job_id, kept in self._kept.items()}
            total = sum(rows.values())
            for job_id, count in rows.items():
                if total <= self._most_rows:
                    return
                total -= count
                del self._kept[job_id]
