"""Refuses what a form of any page can send. Rule: a change is asked for in JSON, which no form can."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.doorbell import READING
from app.errors import answer
from app.messages import FieldError

OF_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")  # what HTML knows
UPLOAD = "/api/datasets"  # takes a form, and nothing without its fields
NOT_A_FORM = "must be no form's: send JSON with Content-Type: application/json, or neither type nor body."


class FormTypes:
    """ASGI middleware: to the API, a form is no call, with a body or without."""

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        self._app = app
        self._root = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it with 415."""
        if scope["type"] == "http" and scope["method"] not in READING:
            path = scope["path"].removeprefix(self._root)
            kind = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
            if kind in OF_FORMS and path.startswith("/api/") and path.rstrip("/") != UPLOAD:
                said = [FieldError("body", NOT_A_FORM)]
                await answer(415, f"body: {NOT_A_FORM}", said)(scope, receive, send)
                return
        await self._app(scope, receive, send)
