"""Asking a part whether it is at work, as containers do. Rule: the exit code answers, a sentence says why."""

import http.client
import json
import time

from app.settings import Settings

ANSWER_SECONDS = 5.0
LOOK_SECONDS = 0.1
SIGN_SECONDS = 5.0  # a supervisor writes its heartbeat every second
WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # bound to every address, the server is also here


class NotWell(Exception):  # noqa: N818 - it names what was found
    """The part is not at work; the message says what was seen."""


def check_server(settings: Settings) -> None:
    """Ask the server of these settings for its health. Raises NotWell."""
    host = settings.host.strip("[]")
    # not urllib: it would go by way of a proxy that the environment names
    connection = http.client.HTTPConnection(WILDCARDS.get(host, host), settings.port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/api/health", headers={"Host": "localhost"})
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise NotWell(f"No server answers on port {settings.port}: {error}.") from None
    finally:
        connection.close()
    if answer.status != 200:
        raise NotWell(f"The server on port {settings.port} is not well: {_down(body)}.")


def _down(body: bytes) -> str:
    try:
        parts = json.loads(body)
        return ", ".join(f"{part} is down" for part in ("database", "supervisor") if parts[part] == "down")
    except (ValueError, KeyError, TypeError):
        return "what answers there is not Livetrain"


def check_supervisor(settings: Settings) -> None:
    """Wait for a heartbeat of the data folder's supervisor. Raises NotWell.

    Seen to change, so that no clock has to be right.
    """
    from app.store import processes  # 0.15 s of imports that asking the server need not pay every few seconds
    from app.store.database import DatabaseAway, database_path, open_database, reading

    path = database_path(settings.database)
    if not path.exists():
        raise NotWell(f"There is no database {path} yet.")
    engine = open_database(settings.database)
    before: dict[str, float] | None = None
    deadline = time.monotonic() + SIGN_SECONDS
    try:
        while time.monotonic() < deadline:
            with reading(engine) as connection:
                rows = [row for row in processes.of_kind(connection, "supervisor") if row.is_alive()]
            beats = {row.id: row.heartbeat_at for row in rows}
            if before is not None and beats.items() - before.items():
                return
            before = beats
            time.sleep(LOOK_SECONDS)
    except DatabaseAway as away:
        raise NotWell(f"The database is away: {away.orig}.") from None
    finally:
        engine.dispose()
    raise NotWell(f"No supervisor gave a sign of life within {SIGN_SECONDS:g} s.")
