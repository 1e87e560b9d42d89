"""Short questions to a warm worker (previews). Rule: the same question is asked once, whoever asks."""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from app.store.schema import processes, requests

KEPT_SECONDS = 60.0  # answers are cached by the server; the row only carries them there


@dataclass(frozen=True, slots=True)
class Claimed:
    """A question that a worker has taken."""

    key: str
    kind: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: exactly one of the two is set."""

    answer: str | None
    error: str | None


def key_of(kind: str, arguments: Any) -> str:
    """The name under which this question is asked and its answer kept."""
    return hashlib.sha256(orjson.dumps([kind, arguments], option=orjson.OPT_SORT_KEYS)).hexdigest()


def ask(connection: Connection, key: str, kind: str, arguments: Mapping[str, Any]) -> None:
    """Put the question unless it waits already under `key`. Old ones are swept out on the way."""
    connection.execute(delete(requests).where(requests.c.created_at < time.time() - KEPT_SECONDS))
    row = {"key": key, "kind": kind, "arguments": orjson.dumps(arguments).decode(), "created_at": time.time()}
    connection.execute(insert(requests).values(**row).on_conflict_do_nothing())


def claim(connection: Connection, worker_id: str) -> Claimed | None:
    """The oldest question nobody has taken, for a worker that is idle; it is `answering` from then on."""
    waiting = select(requests).where(requests.c.worker_id.is_(None)).order_by(requests.c.created_at).limit(1)
    row = connection.execute(waiting).one_or_none()
    if row is None:
        return None
    took = connection.execute(
        update(processes)
        .where(processes.c.id == worker_id, processes.c.state == "idle", processes.c.job_id.is_(None))
        .values(state="answering")
    )
    if not took.rowcount:
        return None
    connection.execute(update(requests).where(requests.c.key == row.key).values(worker_id=worker_id))
    return Claimed(row.key, row.kind, orjson.loads(row.arguments))


def any_waiting(connection: Connection) -> bool:
    """Whether a question waits for a worker."""
    query = select(requests.c.key).where(requests.c.worker_id.is_(None)).limit(1)
    return connection.execute(query).one_or_none() is not None


def answer(connection: Connection, key: str, text: str | None, error: str | None) -> None:
    """Give the answer, or say why there is none."""
    connection.execute(update(requests).where(requests.c.key == key).values(answer=text, error=error))


def find_answer(connection: Connection, key: str) -> Answer | None:
    """The answer if it is there."""
    row = connection.execute(
        select(requests.c.answer, requests.c.error).where(requests.c.key == key)
    ).one_or_none()
    if row is None or (row.answer is None and row.error is None):
        return None
    return Answer(row.answer, row.error)


def forget(connection: Connection, key: str) -> None:
    """Drop the question with its answer."""
    connection.execute(delete(requests).where(requests.c.key == key))


def abandon(connection: Connection, worker_id: str) -> None:
    """A worker died: whoever waits for its answer is told."""
    connection.execute(
        update(requests)
        .where(requests.c.worker_id == worker_id, requests.c.answer.is_(None))
        .values(error="The worker that computed this ended unexpectedly.")
    )
