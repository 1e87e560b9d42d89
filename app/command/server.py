"""A running server, for commands. Rule: whatever it refuses is a sentence and an exit code."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from app.client.address import Address
from app.client.errors import NoServer, Refused
from app.client.rest import Rest
from app.command.words import FAILED, INPUT_ERROR, refuse

REFUSED_INPUT = (400, 422)
ID_CHARACTERS = re.compile(r"[A-Za-z0-9_-]+")

Job = dict[str, Any]


@contextmanager
def in_sentences() -> Iterator[None]:
    """What a server refuses ends the command, in its words."""
    try:
        yield
    except NoServer as error:
        hint = "Start one with `livetrain serve`, or say where it is with --port or --server URL."
        refuse([str(error), hint], FAILED)
    except Refused as refusal:
        refuse(refusal.sentences, INPUT_ERROR if refusal.status in REFUSED_INPUT else FAILED)


class Server:
    """One server; its methods give what it answers, or end the command."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._rest = Rest(address)

    def __enter__(self) -> "Server":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rest.close()

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """The JSON answer to a call below `/api`; None where the answer is empty."""
        with in_sentences():
            return self._rest.ask(method, path, body, **query)

    def try_to(self, method: str, path: str) -> list[str]:
        """Make a call that has no answer; the sentences of its refusal, none when it was done."""
        with in_sentences():
            try:
                self._rest.ask(method, path)
            except Refused as refusal:
                return refusal.sentences
        return []

    def jobs(self, limit: int | None = None, **query: Any) -> list[Job]:
        """The jobs that `query` asks for, newest first; all of them without a `limit`."""
        with in_sentences():
            return self._rest.jobs(limit, **query)

    def find(self, beginning: str) -> str:
        """The id of the job that `beginning` is the id of, or the only one that begins so."""
        if not ID_CHARACTERS.fullmatch(beginning):
            refuse([f"{beginning!r} is no job's id; `livetrain jobs list` shows them."])
        if not self.try_to("GET", f"/jobs/{beginning}"):
            return beginning
        ids = [job["id"] for job in self.jobs() if job["id"].startswith(beginning)]
        if not ids:
            refuse([f"No job's id begins with {beginning}; `livetrain jobs list` shows them."], FAILED)
        if len(ids) > 1:
            shown = ", ".join(ids[:5]) + (", …" if len(ids) > 5 else "")
            refuse([f"{len(ids)} jobs' ids begin with {beginning}: {shown}. Give more of the one you mean."])
        return str(ids[0])
