"""Serving below a path of a proxy. Rule: it works whether the proxy strips the path or not."""

from starlette.types import ASGIApp, Receive, Scope, Send


class Prefix:
    """ASGI middleware that tells the router which prefix to look past."""

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        self._app = app
        self._root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if self._root_path and scope["type"] != "lifespan":
            path = scope["path"]
            if not f"{path}/".startswith(f"{self._root_path}/"):  # the proxy took it away
                path = self._root_path + path
            scope = {**scope, "root_path": self._root_path, "path": path}
        await self._app(scope, receive, send)
