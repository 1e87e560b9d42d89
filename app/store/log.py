"""The log of a job: append-only, seq from 1 without gaps. Rule: every append is one fenced transaction.

The fence: the writer's attempt is the current one and the job's status is not terminal. A writer that was
given up for dead is refused and must end.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from app.jobs.states import TERMINAL, is_terminal, may_follow
from app.store.revisions import next_revision, touch_queue
from app.store.schema import entries, jobs
from app.store.snapshots import keep_contents
from app.store.torn import Stored, all_stored, rows
from ml.clock import now
from ml.entries import Entry, Metrics, Snapshot, Status, body

ENTRY_ROWS = 2000  # as plain text a row of six columns has at most 115 bytes: 230 kB, under 256 KiB
MESSAGE_CHARACTERS = 20_000


class AppendRefused(Exception):  # noqa: N818 - it names what happened
    """The writer is not the job's writer any more: another attempt, a terminal status, or no such job."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry on its way into the log: its JSON text lacks only seq and attempt."""

    at: str
    type: str
    split: str | None
    fields: str  # the entry's own fields, `"type":"note",…}` without the opening brace
    status: Status | None
    snapshot: Snapshot | None = None

    def text(self, job_id: str, seq: int, attempt: int) -> str:
        """The JSON object as the log keeps it; a snapshot's tells where its content is."""
        fields = self.fields
        if self.snapshot is not None:
            fields = f'"url":"/api/jobs/{job_id}/snapshots/{seq}",{fields}'
        return f'{{"seq":{seq},"at":"{self.at}","attempt":{attempt},{fields}'


def _pieces(entry: Entry) -> Iterable[Entry]:
    if not isinstance(entry, Metrics) or len(entry.columns["step"]) <= ENTRY_ROWS:
        return [entry]
    starts = range(0, len(entry.columns["step"]), ENTRY_ROWS)
    return [
        Metrics(entry.split, {name: column[at : at + ENTRY_ROWS] for name, column in entry.columns.items()})
        for at in starts
    ]


def lines(entry: Entry, at: str | None = None) -> list[Line]:
    """`entry` as the lines that the log will hold; more than one when it is too long for one."""
    made = []
    for piece in _pieces(entry):
        fields = body(piece)
        if len(fields.get("message", "")) > MESSAGE_CHARACTERS:
            fields["message"] = fields["message"][:MESSAGE_CHARACTERS] + " …"
        made.append(
            Line(
                at or now(),
                piece.type,
                piece.split if isinstance(piece, Metrics) else None,
                orjson.dumps(fields).decode()[1:],
                piece if isinstance(piece, Status) else None,
                piece if isinstance(piece, Snapshot) else None,
            )
        )
    return made


_ADVANCE = (
    update(jobs)
    .where(
        jobs.c.id == bindparam("job"),
        jobs.c.attempt == bindparam("writer_attempt"),
        jobs.c.status.not_in(sorted(TERMINAL)),
    )
    .returning(jobs.c.last_seq)
)
_ADVANCE_METRICS = _ADVANCE.values(
    last_seq=jobs.c.last_seq + bindparam("count"),
    revision=next_revision(),
    progress=func.coalesce(bindparam("new_progress"), jobs.c.progress),
    updated_at=bindparam("moment"),
)
_INSERT = insert(entries)


def append(
    connection: Connection,
    job_id: str,
    attempt: int,
    new: Sequence[Line],
    progress: str | None = None,
    adjusted: Mapping[str, Any] | None = None,
    **columns: Any,
) -> int:
    """Append inside the caller's write transaction; returns the log's last seq. Raises AppendRefused.

    A `running` or `paused` that finds a stop already asked for is left out: the stop came first. `adjusted`
    are fields of the config that change with it, `columns` further columns of the job's row.
    """
    ends_status = any(line.status for line in new)
    before = None
    if ends_status:
        new, before, changes = _settle(connection, job_id, new)
        columns = {**changes, **columns}
        if not new:
            return last_seq(connection, job_id) or 0
    if adjusted:
        columns["config"] = _with_changes(connection, job_id, adjusted)
    statement = _ADVANCE_METRICS.values(**columns) if columns else _ADVANCE_METRICS
    last = connection.execute(
        statement,
        {
            "job": job_id,
            "writer_attempt": attempt,
            "count": len(new),
            "new_progress": progress,
            "moment": now(),
        },
    ).scalar_one_or_none()
    if last is None:
        raise AppendRefused(f"job {job_id}: attempt {attempt} may not write any more")
    first = last - len(new) + 1
    connection.execute(
        _INSERT,
        [
            {
                "job_id": job_id,
                "seq": seq,
                "type": line.type,
                "split": line.split,
                "text": line.text(job_id, seq, attempt),
            }
            for seq, line in enumerate(new, start=first)
        ],
    )
    keep_contents(connection, job_id, [(seq, line.snapshot) for seq, line in enumerate(new, start=first)])
    if before == "queued" and columns.get("status") != "queued":
        touch_queue(connection)
    return int(last)


def _settle(
    connection: Connection, job_id: str, new: Sequence[Line]
) -> tuple[list[Line], str, dict[str, Any]]:
    """The lines to write, the status they find, and the row's columns after them."""
    found: str | None = connection.execute(
        select(jobs.c.status).where(jobs.c.id == job_id)
    ).scalar_one_or_none()
    if found is None or is_terminal(found):
        raise AppendRefused(f"job {job_id} has ended or is gone")
    status, kept, changes = found, [], {}
    for line in new:
        change = line.status
        if change is not None:
            if change.status in ("running", "paused") and status == "stopping":
                continue
            if change.status != status and not may_follow(status, change.status):
                raise AppendRefused(f"job {job_id} is {status}, it cannot become {change.status}")
            status = change.status
            changes.update(_columns(change, line.at))
        kept.append(line)
    return kept, found, changes


def _with_changes(connection: Connection, job_id: str, adjusted: Mapping[str, Any]) -> str | None:
    text = connection.execute(select(jobs.c.config).where(jobs.c.id == job_id)).scalar_one_or_none()
    return None if text is None else orjson.dumps({**orjson.loads(text), **adjusted}).decode()


def _columns(change: Status, at: str) -> dict[str, Any]:
    columns: dict[str, Any] = {"status": change.status}
    if change.status == "starting":
        columns["started_at"] = func.coalesce(jobs.c.started_at, at)  # of the first attempt
    if change.status in ("running", "queued"):
        columns["held_by"] = None
    if is_terminal(change.status):
        columns |= {"finished_at": at, "reason": change.reason, "error": change.message}
    if change.device is not None:
        columns["device"] = change.device
    if change.data_fingerprint is not None:
        columns["data_fingerprint"] = change.data_fingerprint
    return columns


def read(
    connection: Connection,
    job_id: str,
    after: int,
    limit: int,
    types: Sequence[str] | None = None,
    split: str | None = None,
    before: int | None = None,
) -> list[Stored]:
    """Up to `limit` entries with `after` < seq < `before`, in order."""
    query = (
        select(entries.c.seq, entries.c.type, entries.c.text)
        .where(entries.c.job_id == job_id, entries.c.seq > after)
        .order_by(entries.c.seq)
        .limit(limit)
    )
    if types is not None:
        query = query.where(entries.c.type.in_(types))
    if split is not None:
        query = query.where(entries.c.split == split)
    if before is not None:
        query = query.where(entries.c.seq < before)
    return all_stored(rows(connection, query))


def read_back(
    connection: Connection, job_id: str, before: int | None, limit: int, split: str
) -> list[Stored]:
    """Up to `limit` entries of `split` and rewinds with seq < `before`, newest first; None: from the end."""
    query = (
        select(entries.c.seq, entries.c.type, entries.c.text)
        .where(entries.c.job_id == job_id, or_(entries.c.split == split, entries.c.type == "rewind"))
        .order_by(entries.c.seq.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(entries.c.seq < before)
    return all_stored(rows(connection, query))


def read_on(connection: Connection, job_id: str, after: int, limit: int, split: str) -> list[Stored]:
    """Up to `limit` entries of `split` and rewinds with seq > `after`, in order."""
    query = (
        select(entries.c.seq, entries.c.type, entries.c.text)
        .where(
            entries.c.job_id == job_id,
            entries.c.seq > after,
            or_(entries.c.split == split, entries.c.type == "rewind"),
        )
        .order_by(entries.c.seq)
        .limit(limit)
    )
    return all_stored(rows(connection, query))


def read_these(connection: Connection, job_id: str, seqs: Sequence[int]) -> list[Stored]:
    """The entries of these numbers, in order.

    They are one parameter: with one each every amount of them would be a statement of its own, of which a
    connection keeps a hundred.
    """
    asked = func.json_each(orjson.dumps(seqs).decode()).table_valued("value")
    query = (
        select(entries.c.seq, entries.c.type, entries.c.text)
        .where(entries.c.job_id == job_id, entries.c.seq.in_(select(asked.c.value)))
        .order_by(entries.c.seq)
    )
    return all_stored(rows(connection, query))


def last_seq(connection: Connection, job_id: str) -> int | None:
    """The log's last seq; None for an unknown job."""
    found: int | None = connection.execute(
        select(jobs.c.last_seq).where(jobs.c.id == job_id)
    ).scalar_one_or_none()
    return found
