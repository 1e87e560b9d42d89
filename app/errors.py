"""Errors as RFC 9457 problems. Rule: every refusal names what to do and has this form."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any, get_args

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.logs import of_job
from app.messages import FieldError, in_plain_words
from app.responses import Json
from app.store.database import DatabaseAway
from ml.writing import printable

log = logging.getLogger("livetrain")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Problem(Exception):  # noqa: N818 - the name RFC 9457 gives it
    """Raised by a route; becomes a problem+json answer."""

    def __init__(
        self,
        status: int,
        detail: str,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors
        self.headers = headers


def problem_body(status: int, detail: str, errors: Sequence[FieldError] = ()) -> dict[str, Any]:
    """The members of a problem."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = [_member(error) for error in errors]
    return body


def _member(error: FieldError) -> dict[str, Any]:
    said: dict[str, Any] = {"field": error.field, "message": error.message}
    if error.start is not None:
        said |= {"start": error.start, "end": error.end}
    return said


def answer(
    status: int, detail: str, errors: Sequence[FieldError] = (), headers: Mapping[str, str] | None = None
) -> Response:
    """A problem as a response."""
    said = [
        replace(error, field=printable(error.field), message=printable(error.message)) for error in errors
    ]
    body = problem_body(status, printable(detail), said)
    return Json(body, status, dict(headers or {}), media_type="application/problem+json")


def invalid(errors: Sequence[FieldError]) -> Problem:
    """What was sent cannot be accepted; every field that is wrong is named."""
    return Problem(422, "; ".join(f"{error.field}: {error.message}" for error in errors), errors)


async def _on_problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return answer(error.status, error.detail, error.errors, error.headers)


def _methods_at(request: Request) -> str:
    """What the address takes, over all of its routes."""
    routes = [route for route in request.app.routes if not isinstance(route, Mount)]
    taken = [
        method
        for method in METHODS
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    ]
    return ", ".join(["GET", "HEAD", *taken[1:]] if taken[:1] == ["GET"] else taken)


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 400:  # the framework could not read a body, and says no more
        return await _on_problem(request, invalid([FieldError("body", _unreadable(error.__cause__))]))
    details = {
        404: "There is nothing at this address; /api/docs lists what there is.",
        405: "This address does not take that method; /api/docs lists what it takes.",
    }
    headers = dict(error.headers or {})
    if error.status_code == 405:  # a route knows its own methods alone; a file can only be read
        headers["Allow"] = _methods_at(request) or "GET, HEAD"
    errors = [FieldError("body", error.detail)] if error.status_code == 413 else []
    return answer(error.status_code, details.get(error.status_code, error.detail), errors, headers)


def _unreadable(cause: BaseException | None) -> str:
    if isinstance(cause, RecursionError):
        return "is nested too deeply to be read; send a flatter object."
    if isinstance(cause, UnicodeDecodeError):
        return "is no UTF-8 text; send JSON in UTF-8."
    return "cannot be read as JSON; send an object with numbers of a usual length."


def _body_fields(request: Request) -> list[str]:
    """What the body of the call may hold."""
    route = request.scope["route"]
    assert isinstance(route, APIRoute)
    taken = [parameter.field_info.annotation for parameter in route.dependant.body_params]
    kinds = [kind for each in taken for kind in get_args(each) or (each,)]  # a body may be left out: X | None
    models = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
    return [name for model in models for name in model.model_fields]


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    problem = invalid(in_plain_words(error.errors(), _body_fields(request)))
    return answer(problem.status, problem.detail, problem.errors)


async def _on_away(_request: Request, error: Exception) -> Response:
    log.warning("the database is away: %s", error)
    if "full" in str(error.__cause__ or error):
        detail = "The disk of the data folder is full; nothing is lost. Make room on it, then try again."
        return answer(503, detail, headers={"Retry-After": "10"})
    detail = "The database is busy or away; trainings go on. Try again in a second."
    return answer(503, detail, headers={"Retry-After": "1"})


class LastResort:
    """ASGI middleware: what nobody expected is logged, and answered as a problem."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:  # in the middle of a body or of an answer; nobody is left to be told
            log.debug("the caller left in the middle of %r", scope.get("path"))
        except Exception:  # the boundary of a request: the server goes on
            job_id = scope.get("path_params", {}).get("job_id")
            log.exception("failed at %s", scope.get("path"), extra=of_job(job_id))
            if started or scope["type"] != "http":
                raise
            detail = "The server failed at this; its log says where. Trainings are not affected."
            await answer(500, detail)(scope, receive, send)


def add_error_handlers(server: FastAPI) -> None:
    """Let every error leave in the form of a problem."""
    server.add_exception_handler(Problem, _on_problem)
    server.add_exception_handler(HTTPException, _on_http)
    server.add_exception_handler(RequestValidationError, _on_invalid)
    server.add_exception_handler(DatabaseAway, _on_away)
