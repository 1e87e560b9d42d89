"""How large a body may be. Rule: counted as it comes, whatever its header says."""

import re

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import answer
from app.messages import FieldError

LARGEST_BODY = 1 << 20  # bytes; the largest study that is taken has some ten thousand
COUNTS_ITSELF = re.compile(r"/api/(?:datasets|jobs/[^/]+/class-map)$")  # app/uploads.py, app/routes/trying.py
TOO_LARGE = f"The body is larger than {LARGEST_BODY >> 20} MiB, more than any call takes; send less."


class BodyLimit:
    """ASGI middleware: no call holds more in memory than it can use."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it as soon as it is known to be too large."""
        if scope["type"] != "http" or COUNTS_ITSELF.search(scope["path"]):
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isascii() and declared.isdigit() and int(declared) > LARGEST_BODY:
            await answer(413, TOO_LARGE, [FieldError("body", TOO_LARGE)], {"Connection": "close"})(
                scope, receive, send
            )
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > LARGEST_BODY:
                raise HTTPException(413, TOO_LARGE, {"Connection": "close"})
            return message

        await self._app(scope, counted, send)
