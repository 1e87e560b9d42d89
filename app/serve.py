"""`livetrain serve`: the settings become a listening server. Rule: what goes wrong is said in a sentence."""

import errno
import gc
import socket
from contextlib import suppress
from typing import Any

import typer
import uvicorn

from app.access import TOKEN_FILE, kept_secret
from app.http_head import BoundedHead
from app.last_hop import by_last_hop
from app.logs import set_up
from app.loopback import is_loopback
from app.main import create_app
from app.memory import give_back
from app.occupied import SERVER, Occupied, hold
from app.settings import Settings
from app.store.migrate import WrongDatabase, bring_up_to_date
from app.websocket import BoundedWebSocket

SHUTDOWN_SECONDS = 2
BACKLOG = 2048
COLLECTED = (
    50_000,
    20,
    20,
)  # objects and rounds; reading a long log, Python's own settings take a third more time
LARGEST_MESSAGE = 64 * 1024  # bytes; pages only listen
PROTOCOLS: dict[str, Any] = {
    "http": BoundedHead,
    "ws": BoundedWebSocket,
    "ws_max_size": LARGEST_MESSAGE,
    "ws_per_message_deflate": False,  # it triples the cost of small live frames
    "log_config": None,
}


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host.strip("[]"), settings.port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            typer.echo(
                f"Port {settings.port} is taken, perhaps by another Livetrain. "
                f"Open http://{_shown(settings.host)}:{settings.port}, or choose another port with --port.",
                err=True,
            )
        else:
            typer.echo(
                f"Cannot listen on {settings.host}:{settings.port}: {error.strerror or error}.", err=True
            )
        raise typer.Exit(1) from None
    return listener


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else "localhost" if host in ("0.0.0.0", "") else host


class _Server(uvicorn.Server):
    """Says where it is once it is ready, and how to come back when it ends."""

    def __init__(self, config: uvicorn.Config, address: str, login: str) -> None:
        super().__init__(config)
        self._address = address
        self._login = login

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then print the address."""
        await super().startup(sockets)
        if self.started:
            typer.echo(f"Livetrain is ready: {self._address}{self._login}")


def serve(settings: Settings) -> None:
    """Serve until Ctrl-C."""
    give_back()
    generated = settings.needs_token and not settings.token
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        held = hold(settings.data_dir / SERVER, shared=True)
        bring_up_to_date(settings.database)
        if generated:
            settings = settings.model_copy(update={"token": kept_secret(settings.data_dir, TOKEN_FILE)})
    except Occupied:
        typer.echo(f"A backup is being restored into {settings.data_dir}; wait for its end.", err=True)
        raise typer.Exit(1) from None
    except WrongDatabase as wrong:
        typer.echo(str(wrong), err=True)
        raise typer.Exit(1) from None
    except OSError as error:
        typer.echo(f"Cannot use {settings.data_dir}: {error.strerror}. Choose another --data-dir.", err=True)
        raise typer.Exit(1) from None
    listener = _listen(settings)
    address = f"http://{_shown(settings.host)}:{listener.getsockname()[1]}{settings.root_path}/"
    set_up(settings.log_format)
    config = uvicorn.Config(
        by_last_hop(create_app(settings, supervised=settings.supervise)),
        loop="uvloop",
        access_log=False,
        log_level="warning",
        **PROTOCOLS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        proxy_headers=not is_loopback(settings.host) or bool(settings.root_path),
    )
    login = f"login?token={settings.token}" if generated else ""
    server = _Server(config, address, login)
    gc.freeze()
    gc.set_threshold(*COLLECTED)
    with suppress(KeyboardInterrupt):  # uvicorn has shut down already
        server.run(sockets=[listener])
    held.close()
    if server.started:
        typer.echo(
            "Server ended. Trainings go on by themselves; start `livetrain serve` again to watch them."
        )
