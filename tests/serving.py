"""The application in this process, for tests of its routes; and on a real port, for its websockets."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.testclient import TestClient

from app.main import create_app
from app.serve import PROTOCOLS
from app.settings import Settings
from tests.product import eventually, free_port

LOCAL = "http://127.0.0.1:8000"


@contextmanager
def client_on(folder: Path, base_url: str = LOCAL, **settings: Any) -> Iterator[TestClient]:
    """A client of a fresh application on `folder`."""
    with TestClient(create_app(Settings(data_dir=folder, **settings)), base_url=base_url) as client:
        yield client


def cookie_name(client: TestClient) -> str:
    """What the log-in cookie of its server is called."""
    name: str = client.app.state.access.cookie_name  # type: ignore[attr-defined]
    return name


@contextmanager
def server_on(folder: Path, port: int | None = None, **settings: Any) -> Iterator[str]:
    """The application behind uvicorn as it is served; yields `127.0.0.1:port`."""
    port = port or free_port()
    config = uvicorn.Config(
        create_app(Settings(data_dir=folder, port=port, **settings)),
        port=port,
        **PROTOCOLS,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    try:
        eventually(lambda: server.started, 20, "uvicorn")
        yield f"127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
