"""Commands for the worker that trains a job. Rule: each waits here until the entry that shows its effect.

So nothing that was asked for is lost with a worker: what it had not done yet, the next attempt does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, delete, insert, select

from app.store.schema import commands
from ml.clock import now


@dataclass(frozen=True, slots=True)
class Given:
    """A command as it waits; `kind` is pause, resume, step, stop, leave or adjust."""

    id: int
    kind: str
    arguments: dict[str, Any]


def give(connection: Connection, job_id: str, kind: str, **arguments: Any) -> None:
    """Put a command behind those that wait."""
    text = orjson.dumps(arguments).decode()
    connection.execute(insert(commands).values(job_id=job_id, kind=kind, arguments=text, created_at=now()))


def waiting(connection: Connection, job_id: str, after: int = 0) -> list[Given]:
    """The job's commands with a greater id than `after`, in order."""
    query = (
        select(commands.c.id, commands.c.kind, commands.c.arguments)
        .where(commands.c.job_id == job_id, commands.c.id > after)
        .order_by(commands.c.id)
    )
    return [Given(number, kind, orjson.loads(text)) for number, kind, text in connection.execute(query)]


def _last(connection: Connection, job_id: str) -> Given | None:
    wishes = [given for given in waiting(connection, job_id) if given.kind != "adjust"]
    return wishes[-1] if wishes else None


def last_wish(connection: Connection, job_id: str) -> str | None:
    """The last waiting command that says whether the job should run: pause, resume, step, stop or leave."""
    last = _last(connection, job_id)
    return None if last is None else last.kind


def is_held(connection: Connection, job_id: str) -> bool:
    """Whether the last waiting wish is a pause that the house, not a person, asked for."""
    last = _last(connection, job_id)
    return last is not None and last.arguments.get("held_by") is not None


def finish(connection: Connection, ids: Sequence[int]) -> None:
    """Forget what was carried out."""
    connection.execute(delete(commands).where(commands.c.id.in_(ids)))


def clear_wishes(connection: Connection, job_id: str) -> None:
    """Forget whether the job should run: an attempt has ended. Adjustments wait for the next one."""
    connection.execute(delete(commands).where(commands.c.job_id == job_id, commands.c.kind != "adjust"))
