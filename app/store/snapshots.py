"""What the log's snapshots show. Rule: the entry announces a picture, its content lies here."""

from collections.abc import Iterable

from sqlalchemy import Connection, insert, select

from app.store.schema import snapshots
from ml.entries import Snapshot


def keep_contents(connection: Connection, job_id: str, new: Iterable[tuple[int, Snapshot | None]]) -> None:
    """Keep the contents of those entries, each with its seq, that are snapshots."""
    rows = [
        {"job_id": job_id, "seq": seq, "media_type": found.media_type, "content": found.content}
        for seq, found in new
        if found is not None
    ]
    if rows:
        connection.execute(insert(snapshots), rows)


def content(connection: Connection, job_id: str, seq: int) -> tuple[str, bytes] | None:
    """Media type and content of the snapshot that entry `seq` announces; None when there is none."""
    query = select(snapshots.c.media_type, snapshots.c.content)
    row = connection.execute(query.where(snapshots.c.job_id == job_id, snapshots.c.seq == seq)).one_or_none()
    return None if row is None else (row.media_type, row.content)
