"""HEAD wherever there is GET. Rule: the same answer without its body; a long one is not made for nobody."""

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

READ_ALONE = "/static/"  # files are looked at by themselves


class HeadMethod:
    """ASGI middleware: who only looks, as link checkers and monitors do, is answered like who reads."""

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        self._app = app
        self._files = f"{root_path}{READ_ALONE}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        is_head = scope["type"] == "http" and scope["method"] == "HEAD"
        if not is_head or scope["path"].startswith(self._files):
            await self._app(scope, receive, send)
            return
        is_told = False

        async def tell(message: Message) -> None:
            nonlocal is_told
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body", "body": b""})
                is_told = True
            elif message.get("more_body"):
                raise OSError("nobody reads the rest")  # as when a reader has gone: whoever makes it stops

        try:
            await self._app({**scope, "method": "GET"}, receive, tell)
        except (OSError, ClientDisconnect):
            if not is_told:
                raise
