"""Figures for Prometheus. Rule: the library that writes them is loaded by the first who asks."""

from fastapi import APIRouter, Depends, Response

from app.openapi import file
from app.parts import WithParts
from app.routes.query import known_query

router = APIRouter(tags=["system"], dependencies=[Depends(known_query)])


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: file("text/plain", is_text=True)},
    summary="Figures for Prometheus",
)
def figures(parts: WithParts) -> Response:
    """How the product is, in Prometheus' text form; with a token where one is needed."""
    from app.vitals.exposed import MEDIA_TYPE, exposed

    return Response(exposed(parts), media_type=MEDIA_TYPE)
