"""The API's own description at /api/docs, drawn from OpenAPI without a script or another host."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.routes.pages import page

router = APIRouter(include_in_schema=False)


def operations(description: dict[str, Any]) -> list[dict[str, Any]]:
    """Every method of every path, flat, in the order of the description."""
    return [
        {"method": method.upper(), "path": path, **operation}
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]


@router.get("/api/docs")
def docs(request: Request) -> Response:
    """Every endpoint with its parameters."""
    title = request.app.title
    return page(request, "api.html", operations=operations(request.app.openapi()), title=title)
