"""The API's own description at /api/docs, drawn from OpenAPI without a script or another host."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.responses import HTMLResponse

from app.parts import WithParts
from app.routes.pages import templates

router = APIRouter(include_in_schema=False)


def operations(description: dict[str, Any]) -> list[dict[str, Any]]:
    """Every method of every path, flat, in the order of the description."""
    return [
        {"method": method.upper(), "path": path, **operation}
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]


@router.get("/api/docs")
def docs(request: Request, parts: WithParts) -> Response:
    """Every endpoint with its parameters."""
    context = {
        "operations": operations(request.app.openapi()),
        "title": request.app.title,
        "root_path": parts.settings.root_path,
        "static": request.app.state.page_files.address(parts.settings.root_path),
    }
    response: HTMLResponse = templates.TemplateResponse(request, "api.html", context)
    return response
