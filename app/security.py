"""Host, Origin and token checks on HTTP and websockets alike. Rule: refused before all else.

A page of another site could otherwise steer trainings through the visitor's browser, also by DNS rebinding.
"""

import re
import time
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.access import Access, Right
from app.elsewhere import is_from_elsewhere, may_elsewhere
from app.errors import answer
from app.guesses import TooManyGuesses
from app.loopback import is_loopback
from app.settings import LOOPBACK_HOSTS, Settings
from app.watching import WATCHING, may_watchers, remember_right

NO_TOKEN_CLOSE = 4401
SLOWED_CLOSE = 1013  # of RFC 6455's registry: try again later
SLOWED = "too many wrong tokens from here; try again in a minute"
OPEN_PATHS = ("/api/health", "/login", "/logout")
OPEN_FOLDER = "/static/"
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^][@:/?#\\\s]+)(:\d{1,5})?")  # a name or an address, and its port
PORTS = {"http": 80, "https": 443}  # that an address need not name
FIGURES = "/metrics"  # asked for by programs, which no log-in page helps
# Plotly writes style elements and shows pictures it made itself; scripts come from this server alone
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def host_name(host: str) -> str:
    """The name in a Host header, without its port; IPv6 addresses keep their brackets."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].lower()


def address_of_caller(scope: Scope) -> str:
    """Where a request comes from; a proxy's word for it where the server believes that."""
    client = scope.get("client")
    return client[0] if client else ""


class Security:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, settings: Settings, access: Access) -> None:
        self._app = app
        self._access = access
        self._root = settings.root_path
        named = {host.lower() for host in settings.allowed_hosts}
        self._any_host = not is_loopback(settings.host) and not named
        bound = f"[{settings.host.strip('[]')}]" if ":" in settings.host else settings.host
        self._hosts = {host_name(host) for host in named} | set(LOOPBACK_HOSTS) | {bound.lower()}
        # a proxy's public name may call under another Host; localhost has pages of other programs too
        self._public = {host for host in named if host_name(host) not in LOOPBACK_HOSTS}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request pass, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        path = scope["path"].removeprefix(self._root) or "/"
        is_api = path.startswith("/api/")

        async def send_with_headers(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                added = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    added.setdefault(name, value)
                if is_api:
                    added["X-Livetrain-Time"] = str(time.time_ns() // 1_000_000)
                    added.setdefault("Cache-Control", "no-store")
            await send(message)

        refusal = self._foreign(scope, headers) or self._unknown(scope, headers, path)
        if refusal is None:
            await self._app(scope, receive, send_with_headers)
        elif scope["type"] == "http":
            await refusal(scope, receive, send_with_headers)
        elif refusal.status_code == 403:
            await _deny(scope, receive, send_with_headers, refusal)
        else:
            await receive()
            await send({"type": "websocket.accept"})
            is_slowed = refusal.status_code == 429
            code, reason = (SLOWED_CLOSE, SLOWED) if is_slowed else (NO_TOKEN_CLOSE, "a token is needed")
            await send({"type": "websocket.close", "code": code, "reason": reason})

    def _foreign(self, scope: Scope, headers: Headers) -> Response | None:
        """The refusal of a wrong name, or of another site's page."""
        host = headers.get("host", "")
        if len(headers.getlist("host")) > 1:
            return answer(403, "A request has one Host.")
        if not _is_address(host) or not (self._any_host or host_name(host) in self._hosts):
            detail = f"This server is not called {host_name(host)!r}; LIVETRAIN_ALLOWED_HOSTS adds names."
            return answer(403, detail)
        origin = headers.get("origin")
        if origin is not None and not self._is_own(origin, host):
            return answer(403, f"Pages of {origin} may not call this server.")
        # a websocket always has an Origin
        if scope["type"] == "http" and is_from_elsewhere(headers) and not may_elsewhere(scope, headers):
            return answer(403, "Pages of other sites may lead to this server, not call it; open its address.")
        return None

    def _unknown(self, scope: Scope, headers: Headers, path: str) -> Response | None:
        """The refusal of a caller without a token, or without the one that this takes."""
        if path in OPEN_PATHS or path.startswith(OPEN_FOLDER):
            return None
        try:
            right = self._access.right_of(headers, address_of_caller(scope))
        except TooManyGuesses as many:
            return answer(429, str(many), headers={"Retry-After": str(many.seconds)})
        if right is Right.STEER or (right is Right.WATCH and may_watchers(scope, path)):
            remember_right(scope, right)
            return None
        if right is Right.WATCH:
            return answer(403, WATCHING)
        if path.startswith("/api/") or path == FIGURES:
            detail = "A token is needed: send Authorization: Bearer TOKEN, or log in at /login."
            return answer(401, detail, headers={"WWW-Authenticate": "Bearer"})
        return RedirectResponse(f"{self._root}/login", 303)

    def _is_own(self, origin: str, host: str) -> bool:
        """A public name counts at its scheme's own port, or at the one that it was named with: behind other
        ports of that machine are pages of other programs, and cookies know no ports."""
        try:
            parts = urlsplit(origin)
            at_own_port = parts.port in (None, PORTS.get(parts.scheme))
        except ValueError:
            return False
        called = parts.netloc.lower()
        public = host_name(called) if at_own_port else called
        return bool(called) and (called == host.lower() or public in self._public)


def _is_address(host: str) -> bool:
    """Whether an address can be made of it; any Host may be sent where every name is accepted."""
    try:
        urlsplit(f"//{host}").port  # noqa: B018 - asked for what it raises
    except ValueError:
        return False
    return not host or _HOST.fullmatch(host) is not None


async def _deny(scope: Scope, receive: Receive, send: Send, refusal: Response) -> None:
    """Refuse a websocket's handshake with HTTP 403."""
    await receive()
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})
        return

    async def as_denial(message: Message) -> None:
        await send({**message, "type": f"websocket.{message['type']}"})

    await refusal({**scope, "type": "http", "method": "GET"}, receive, as_denial)
