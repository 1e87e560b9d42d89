"""Health and devices: is every part at work, and what is there to train on."""

from fastapi import APIRouter, Depends, Response
from sqlalchemy import text

from app import VERSION
from app.parts import WithParts
from app.responses import Json
from app.routes.query import known_query
from app.store import devices, processes
from app.store.database import DatabaseAway, reading

SILENT_SECONDS = 5.0  # a supervisor writes its heartbeat every second

router = APIRouter(prefix="/api", tags=["system"], dependencies=[Depends(known_query)])


@router.get("/health", summary="Is every part at work")
def health(parts: WithParts) -> Response:
    """Open without a token; 503 while a part is down."""
    database = supervisor = "down"
    try:
        with reading(parts.engine) as connection:
            connection.execute(text("SELECT 1"))
            database = "ok"
            found = processes.of_kind(connection, "supervisor")
        if parts.supervisors.any_within(SILENT_SECONDS, found):
            supervisor = "ok"
    except DatabaseAway:
        pass  # said by "down"
    well = database == supervisor == "ok"
    body = {
        "status": "ok" if well else "down",
        "version": VERSION,
        "database": database,
        "supervisor": supervisor,
    }
    return Json(body, 200 if well else 503)


@router.get("/devices", summary="Devices and who uses them")
def listing(parts: WithParts) -> Response:
    """As the supervisor found them, about every two seconds; memory in bytes, utilization 0..1."""
    with reading(parts.engine) as connection:
        return Json(devices.listed(connection))
