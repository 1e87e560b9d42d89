"""What the log's snapshots show. Rule: a short content is in its entry alone, a longer one here alone."""

from collections.abc import Iterable

import orjson
from sqlalchemy import Connection, insert, select

from app.store.schema import entries, snapshots
from app.store.torn import rows, stored
from ml.entries import Snapshot


def keep_contents(connection: Connection, job_id: str, new: Iterable[tuple[int, Snapshot | None]]) -> None:
    """Keep the contents that their entries, each with its seq, do not hold themselves."""
    rows = [
        {"job_id": job_id, "seq": seq, "media_type": found.media_type, "content": found.content}
        for seq, found in new
        if found is not None and not found.is_inline
    ]
    if rows:
        connection.execute(insert(snapshots), rows)


def content(connection: Connection, job_id: str, seq: int) -> tuple[str, bytes] | None:
    """Media type and content of the snapshot that entry `seq` announces; None when there is none."""
    query = select(snapshots.c.media_type, snapshots.c.content)
    row = connection.execute(query.where(snapshots.c.job_id == job_id, snapshots.c.seq == seq)).one_or_none()
    return _inline(connection, job_id, seq) if row is None else (row.media_type, row.content)


def _inline(connection: Connection, job_id: str, seq: int) -> tuple[str, bytes] | None:
    query = select(entries.c.seq, entries.c.type, entries.c.text).where(
        entries.c.job_id == job_id, entries.c.seq == seq, entries.c.type == Snapshot.type
    )
    found = [stored(*row).fields for row in rows(connection, query)]
    fields = found[0] if found else {}
    return (fields["media_type"], orjson.dumps(fields["data"])) if "data" in fields else None
