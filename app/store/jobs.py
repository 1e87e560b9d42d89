"""Job rows: create, find, list, rename, move in the queue, delete. Rule: texts in, rows out, no policy."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, Row, Select, and_, bindparam, delete, func, insert, or_, select, update

from app.jobs.states import ACTIVE
from app.store.attempts import RESTARTS
from app.store.log import append, lines
from app.store.revisions import next_revision, touch_queue
from app.store.schema import jobs, tombstones
from ml.clock import now
from ml.config import TrainConfig
from ml.entries import Status
from ml.naming import label

ID_BYTES = 8  # 64 random bits: ids cannot be guessed or collide in practice

_ahead = jobs.alias("ahead")
_position = (
    select(func.count())
    .select_from(_ahead)
    .where(_ahead.c.status == "queued", _ahead.c.queue_order <= jobs.c.queue_order)
    .scalar_subquery()
)
JobRow = Row[Any]


def _select() -> Select[Any]:
    return select(jobs, _position.label("queue_position"))


_BY_ID = _select().where(jobs.c.id == bindparam("of"))  # asked at every call: made once


def new_id() -> str:
    """An id for a job; the command line takes it as an argument, so it does not begin with a dash."""
    while (job_id := secrets.token_urlsafe(ID_BYTES)).startswith("-"):
        pass
    return job_id


def create(
    connection: Connection,
    config: TrainConfig,
    progress: Mapping[str, Any],
    *,
    job_id: str | None = None,
    parent: Mapping[str, Any] | None = None,
    study_id: str | None = None,
    data_fingerprint: str | None = None,
) -> str:
    """A queued job with its first log entry; returns its id. `parent`: what a fork's `forked_from` keeps;
    `data_fingerprint`: of the data that its checkpoint learned from."""
    job_id = job_id or new_id()
    text = config.model_dump_json()
    connection.execute(
        insert(jobs).values(
            id=job_id,
            number=select(func.coalesce(func.max(_ahead.c.number), 0) + 1).scalar_subquery(),
            name=config.name or _label(config, parent),
            status="queued",
            dataset=config.dataset,
            config=text,
            original_config=text,
            attempt=1,
            created_at=now(),
            queue_order=select(func.coalesce(func.max(_ahead.c.queue_order), 0) + 1).scalar_subquery(),
            last_seq=0,
            progress=orjson.dumps(progress).decode(),
            tags="[]",
            notes="",
            parent_id=parent["job_id"] if parent else None,
            forked_from=orjson.dumps(parent).decode() if parent else None,
            study_id=study_id,
            data_fingerprint=data_fingerprint,
            restarts_left=RESTARTS,
            revision=next_revision(),
            updated_at=now(),
        )
    )
    append(connection, job_id, 1, lines(Status("queued")))
    return job_id


def _label(config: TrainConfig, parent: Mapping[str, Any] | None) -> str:
    return f"{label(config)} · from step {parent['step']:,}" if parent else label(config)


def get(connection: Connection, job_id: str) -> JobRow | None:
    """The job's row with its `queue_position`, or None."""
    return connection.execute(_BY_ID, {"of": job_id}).one_or_none()


def listed(
    connection: Connection,
    *,
    statuses: Sequence[str] = (),
    dataset: str | None = None,
    study_id: str | None = None,
    ids: Sequence[str] = (),
    tag: str | None = None,
    words: Sequence[str] = (),
    sort: str = "-created_at",
    after: tuple[Any, int] | None = None,
    limit: int = 50,
) -> Sequence[JobRow]:
    """Jobs in the order of `sort` (`created_at` or `name`, `-` for descending), behind the cursor `after`.

    With `ids` only these; `tag` is one of theirs; each of `words` is in the name or a tag, in any case.
    """
    key = jobs.c.name if sort.endswith("name") else jobs.c.number
    downward = sort.startswith("-")
    query = _select()
    if statuses:
        query = query.where(jobs.c.status.in_(statuses))
    if dataset is not None:
        query = query.where(jobs.c.dataset == dataset)
    if study_id is not None:
        query = query.where(jobs.c.study_id == study_id)
    if ids:
        query = query.where(jobs.c.id.in_(ids))
    if tag is not None:
        query = query.where(jobs.c.tags.icontains(orjson.dumps(tag).decode(), autoescape=True))
    for word in words:
        said = (column.icontains(word, autoescape=True) for column in (jobs.c.name, jobs.c.tags))
        query = query.where(or_(*said))
    if after is not None:
        value, number = after
        if downward:
            query = query.where(or_(key < value, and_(key == value, jobs.c.number < number)))
        else:
            query = query.where(or_(key > value, and_(key == value, jobs.c.number > number)))
    order = (key.desc(), jobs.c.number.desc()) if downward else (key.asc(), jobs.c.number.asc())
    return connection.execute(query.order_by(*order).limit(limit)).all()


def count_active(connection: Connection) -> int:
    """How many jobs hold a device."""
    query = select(func.count()).select_from(jobs).where(jobs.c.status.in_(ACTIVE))
    return int(connection.execute(query).scalar_one())


def changed_since(connection: Connection, revision: int, limit: int) -> Sequence[JobRow]:
    """Jobs that changed after `revision`, in that order; about `limit`, and never half of a revision.

    A change of the queue gives every job that waits the same revision.
    """
    query = _select().where(jobs.c.revision > revision).order_by(jobs.c.revision)
    rows = list(connection.execute(query.limit(limit)))
    if len(rows) == limit:
        last = rows[-1].revision
        rows = [row for row in rows if row.revision < last]
        rows += connection.execute(_select().where(jobs.c.revision == last))
    return rows


def deleted_since(connection: Connection, revision: int) -> list[tuple[str, int]]:
    """Ids and revisions of jobs deleted after `revision`."""
    query = (
        select(tombstones.c.job_id, tombstones.c.revision)
        .where(tombstones.c.revision > revision)
        .order_by(tombstones.c.revision)
    )
    return [(job_id, number) for job_id, number in connection.execute(query)]


def was_deleted(connection: Connection, job_id: str) -> bool:
    """Whether a job of this id existed once."""
    query = select(tombstones.c.job_id).where(tombstones.c.job_id == job_id)
    return connection.execute(query).one_or_none() is not None


def change(connection: Connection, job_id: str, **columns: Any) -> None:
    """Set columns of the row that are no part of the log."""
    values = {**columns, "revision": next_revision(), "updated_at": now()}
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(**values))


def move_in_queue(connection: Connection, job_id: str, position: int) -> None:
    """Put a queued job at `position` (from 1; past the end means last)."""
    query = select(jobs.c.id).where(jobs.c.status == "queued").order_by(jobs.c.queue_order)
    order = [other for other in connection.execute(query).scalars() if other != job_id]
    order.insert(min(position - 1, len(order)), job_id)
    for place, other in enumerate(order, start=1):
        connection.execute(update(jobs).where(jobs.c.id == other).values(queue_order=place))
    touch_queue(connection)


def remove(connection: Connection, job_id: str) -> None:
    """Delete the job with its log, leaving a tombstone for those who watch it."""
    tombstone = {"job_id": job_id, "revision": next_revision(), "deleted_at": now()}
    connection.execute(insert(tombstones).values(**tombstone))
    connection.execute(delete(jobs).where(jobs.c.id == job_id))
