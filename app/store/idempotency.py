"""Idempotency keys of job creation. Rule: written in the transaction that makes the job."""

import hashlib

import orjson
from sqlalchemy import Connection, insert, select

from app.store.schema import idempotency_keys
from ml.clock import now
from ml.config import TrainConfig


class KeyTaken(Exception):  # noqa: N818 - it names what was found
    """The key was used with another body."""


def body_hash(config: TrainConfig) -> str:
    """The same for the same config, however it was written down."""
    return hashlib.sha256(
        orjson.dumps(config.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)
    ).hexdigest()


def find(connection: Connection, key: str, config: TrainConfig) -> str | None:
    """The job that was made under `key`. Raises KeyTaken when that was for another config."""
    row = connection.execute(select(idempotency_keys).where(idempotency_keys.c.key == key)).one_or_none()
    if row is None:
        return None
    if row.body_hash != body_hash(config):
        raise KeyTaken(key)
    return str(row.job_id)


def keep(connection: Connection, key: str, config: TrainConfig, job_id: str) -> None:
    """Remember that `key` made `job_id`."""
    connection.execute(
        insert(idempotency_keys).values(key=key, body_hash=body_hash(config), job_id=job_id, created_at=now())
    )
