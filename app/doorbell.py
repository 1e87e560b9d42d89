"""Rings the supervisor after every call that may have changed something for it."""

from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.bell import SUPERVISOR, ring

READING = {"GET", "HEAD", "OPTIONS"}


class Doorbell:
    """ASGI middleware: a successful call of the API that is no mere question wakes the supervisor."""

    def __init__(self, app: ASGIApp, data_directory: Path) -> None:
        self._app = app
        self._data = data_directory

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; what it changed is committed when its answer begins."""
        if scope["type"] != "http" or scope["method"] in READING or "/api/" not in scope["path"]:
            await self._app(scope, receive, send)
            return

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 400:
                ring(self._data, SUPERVISOR)
            await send(message)

        await self._app(scope, receive, told)
