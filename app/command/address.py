"""Which server a command speaks to: by the settings it was started with, or by its URL."""

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from app.client.address import Address, address_of
from app.command.server import Server
from app.command.words import refuse
from app.options import with_settings
from app.settings import Settings

PANEL = "Which server: as it was started"
ANY_ADDRESS = ("0.0.0.0", "::", "[::]")  # what a server binds to, and nobody can call


def of_settings(settings: Settings) -> Address:
    """Where `livetrain serve` listens with the same settings."""
    if settings.port == 0:
        refuse(["--port (LIVETRAIN_PORT): 0 is any free port; give the one that the server printed."])
    host = "localhost" if settings.host in ANY_ADDRESS else settings.host
    shown = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return Address(f"http://{shown}:{settings.port}{settings.root_path}", settings.token)


def of_url(text: str, token: str) -> Address:
    """The server at `text`, which may be the log-in link that a server prints."""
    try:
        return address_of(text, token)
    except ValueError as error:
        refuse([f"--server: {error}"])


def with_server(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that name a server; the function gets it as `server` and its own options."""
    own = [p for p in inspect.signature(command).parameters.values() if p.name != "server"]

    @functools.wraps(command)
    def connected(settings: Settings, *, url: str, **values: Any) -> None:
        address = of_url(url, settings.token) if url else of_settings(settings)
        with Server(address) as server:
            command(server=server, **values)

    text = "URL of the server, such as its log-in link; instead of host, port and root path."
    option = typer.Option("--server", help=text, rich_help_panel=PANEL)
    url = inspect.Parameter(
        "url", inspect.Parameter.KEYWORD_ONLY, default="", annotation=Annotated[str, option]
    )
    settings = inspect.Parameter("settings", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Settings)
    connected.__signature__ = inspect.Signature([settings, *own, url])  # type: ignore[attr-defined]
    del connected.__wrapped__
    return with_settings("host", "port", "root_path", "token", panel=PANEL)(connected)
