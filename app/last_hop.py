"""Who calls through a proxy, where any proxy is believed. Rule: only what the nearest one says itself.

uvicorn then takes the first address of X-Forwarded-For, which a caller can invent: most proxies append.
"""

import os

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

BELIEVED = "FORWARDED_ALLOW_IPS"  # uvicorn's own setting
ANYBODY = "*"


class LastHop:
    """ASGI middleware inside uvicorn's: the last address named is the caller's."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "lifespan":
            named = Headers(scope=scope).getlist("x-forwarded-for")
            if last := ",".join(named).rpartition(",")[2].strip():
                scope = {**scope, "client": (_without_port(last), 0)}
        await self._app(scope, receive, send)


def _without_port(named: str) -> str:
    """Of `203.0.113.9:4000` and `[2001:db8::1]:4000` the address; every connection has another port."""
    if named.startswith("["):
        return named[1:].partition("]")[0]
    return named.partition(":")[0] if named.count(":") == 1 else named


def by_last_hop(app: ASGIApp) -> ASGIApp:
    """`app`, as it is to stand behind uvicorn's reading of what proxies say."""
    return LastHop(app) if os.environ.get(BELIEVED, "").strip() == ANYBODY else app
