"""What the supervisor found to train on, for the server to show. Rule: only the supervisor writes it."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, or_, select

from app.jobs.devices import Device
from app.jobs.states import ACTIVE
from app.store.schema import devices, jobs, processes


def replace(connection: Connection, found: Iterable[Device]) -> None:
    """Make the table say what was found now."""
    connection.execute(delete(devices))
    rows = [{**asdict(device), "position": position} for position, device in enumerate(found)]
    connection.execute(insert(devices), rows)


def names(connection: Connection) -> list[str] | None:
    """The names of the devices; None while no supervisor has looked."""
    query = select(devices.c.name).order_by(devices.c.position)
    return list(connection.execute(query).scalars()) or None


def holders(connection: Connection) -> list[tuple[str, str | None, str]]:
    """Id, device and status of every job that holds a slot: it is active, or paused with a worker."""
    held = select(processes.c.job_id).where(processes.c.kind == "worker", processes.c.job_id.is_not(None))
    query = (
        select(jobs.c.id, jobs.c.device, jobs.c.status)
        .where(
            or_(
                jobs.c.status.in_(sorted(ACTIVE)),
                and_(jobs.c.status == "paused", jobs.c.id.in_(held)),
            )
        )
        .order_by(jobs.c.number)
    )
    return [(job_id, device, status) for job_id, device, status in connection.execute(query)]


def listed(connection: Connection) -> list[dict[str, Any]]:
    """Every device with the jobs that hold its slots."""
    holding: dict[str | None, list[str]] = {}
    for job_id, device, _ in holders(connection):
        holding.setdefault(device, []).append(job_id)
    found = []
    for row in connection.execute(select(devices).order_by(devices.c.position)):
        described = {str(name): value for name, value in row._mapping.items() if name != "position"}
        found.append({**described, "job_ids": holding.get(row.name, [])})
    return found
