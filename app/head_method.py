"""HEAD wherever there is GET. Rule: the same answer; its body is left out by the server that sends it."""

from starlette.types import ASGIApp, Receive, Scope, Send


class HeadMethod:
    """ASGI middleware: who only looks, as link checkers and monitors do, is answered like who reads."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; what asked with HEAD keeps its own scope, so that no body is sent to it."""
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)
