"""The API's own description, completed. Rule: what every call may answer is said here, a route says the rest.

A route declares the statuses of its own refusals (`responses={409: {}}`); their form is filled in here.
"""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI

from app.access import Access
from app.doorbell import READING
from app.security import OPEN_PATHS
from app.shapes.problem import ProblemBody

PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemBody"}}}
OF_EVERY_CALL = {403, 422, 503}  # another host or origin, a parameter nobody reads, the database away
LOCATED: dict[str, Any] = {
    "headers": {
        "Location": {"required": True, "description": "Where it is now.", "schema": {"type": "string"}}
    }
}
_CLOCK = {
    "required": True,
    "description": "The server's milliseconds since 1970.",
    "schema": {"type": "integer"},
}
_HEADERS = {
    "401": {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}},
    "429": {"Retry-After": {"required": True, "schema": {"type": "integer"}}},
    "503": {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}},
}
_UNTRUE = ("HTTPValidationError", "ValidationError")  # the framework's own form of a refusal


def file(media_type: str, *, is_text: bool = False) -> dict[str, Any]:
    """A response that is a file."""
    schema = {"type": "string"} if is_text else {"type": "string", "format": "binary"}
    return {"content": {media_type: {"schema": schema}}}


def describe(server: FastAPI, access: Access) -> None:
    """Let `server` tell of every call how it refuses, and of a server with a token how to show it."""
    made = server.openapi

    def openapi() -> dict[str, Any]:
        description = made()
        if "ProblemBody" not in description["components"]["schemas"]:
            _complete(description, access)
        return description

    server.openapi = openapi  # type: ignore[method-assign]


def _complete(description: dict[str, Any], access: Access) -> None:
    components = description["components"]
    problem = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    components["schemas"] |= {**problem.pop("$defs"), "ProblemBody": problem}
    for name in _UNTRUE:
        components["schemas"].pop(name, None)
    if not access.is_open:
        components["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer"},
            "cookie": {"type": "apiKey", "in": "cookie", "name": access.cookie_name},
        }
    for path, methods in description["paths"].items():
        needs_token = not access.is_open and path not in OPEN_PATHS
        for method, operation in methods.items():
            changes = method.upper() not in READING
            _complete_operation(path, operation, needs_token=needs_token, changes=changes)


def _complete_operation(path: str, operation: dict[str, Any], *, needs_token: bool, changes: bool) -> None:
    responses = operation["responses"]
    refusals = OF_EVERY_CALL | ({404} if "{" in path else set()) | ({401, 429} if needs_token else set())
    refusals |= {413} if "requestBody" in operation else set()
    refusals |= {415} if changes else set()
    responses["422"] = {}  # without the framework's own form
    for status in sorted(refusals):
        responses.setdefault(str(status), {})
    for status, response in responses.items():
        response.setdefault("description", HTTPStatus(int(status)).phrase)
        headers = response.setdefault("headers", {})
        headers |= {"X-Livetrain-Time": _CLOCK} if path.startswith("/api/") else {}
        if int(status) >= 400:
            response.setdefault("content", PROBLEM)
            headers |= _HEADERS.get(status, {})
    operation["responses"] = dict(sorted(responses.items()))
    if needs_token:
        operation["security"] = [{name: []} for name in ("bearer", "cookie")]
