"""Health and devices: is every part at work, and what is there to train on."""

from fastapi import APIRouter, Depends, Response

from app import VERSION
from app.parts import WithParts
from app.responses import Json
from app.routes.query import known_query
from app.shapes.choices import Device, Health
from app.store import devices
from app.store.database import reading
from app.vitals.seen import glance

router = APIRouter(prefix="/api", tags=["system"], dependencies=[Depends(known_query)])


@router.get(
    "/health", response_model=Health, responses={503: {"model": Health}}, summary="Is every part at work"
)
def health(parts: WithParts) -> Response:
    """Open without a token; 503 while database or supervisor is down. `parts` also tells of the workers
    (`ok`, `warming`, `none`) and the disk (`ok`, `low`, `full`)."""
    seen = glance(parts)
    body = {
        "status": "ok" if seen.is_well else "down",
        "version": VERSION,
        "database": seen.database,
        "supervisor": seen.supervisor,
        "parts": seen.parts,
    }
    return Json(body, 200 if seen.is_well else 503)


@router.get("/devices", response_model=list[Device], summary="Devices and who uses them")
def listing(parts: WithParts) -> Response:
    """As the supervisor found them, about every two seconds; memory in bytes, utilization 0..1."""
    with reading(parts.engine) as connection:
        return Json(devices.listed(connection))
