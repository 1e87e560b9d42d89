"""A running server, called over its REST API. Rule: whatever it refuses is a sentence and an exit code."""

import re
from types import TracebackType
from typing import Any

import httpx2 as httpx

from app.command.words import FAILED, INPUT_ERROR, refuse

TIMEOUT_SECONDS = 30.0
PAGE_JOBS = 500  # as many as the server gives at once
REFUSED_INPUT = (400, 422)
ID_CHARACTERS = re.compile(r"[A-Za-z0-9_-]+")

Job = dict[str, Any]


class Server:
    """One server; its methods give what it answers, or end the command."""

    def __init__(self, url: str, token: str, *, is_local: bool) -> None:
        self.url = url
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.is_local = is_local
        self._http = httpx.Client(headers=self.headers, timeout=TIMEOUT_SECONDS, trust_env=not is_local)

    def __enter__(self) -> "Server":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """The JSON answer to a call below `/api`; None where the answer is empty."""
        response = self._send(method, path, body, query)
        if response.is_error:
            refuse(_sentences(response), INPUT_ERROR if response.status_code in REFUSED_INPUT else FAILED)
        return self._json(response) if response.content else None

    def try_to(self, method: str, path: str) -> list[str]:
        """Make a call that has no answer; the sentences of its refusal, none when it was done."""
        response = self._send(method, path, None, {})
        return _sentences(response) if response.is_error else []

    def _send(self, method: str, path: str, body: Any, query: dict[str, Any]) -> httpx.Response:
        try:
            return self._http.request(method, f"{self.url}/api{path}", json=body, params=query)
        except httpx.TransportError as error:
            why = str(error) or type(error).__name__
            refuse(
                [
                    f"No server answers at {self.url} ({why}).",
                    "Start one with `livetrain serve`, or say where it is with --port or --server URL.",
                ],
                FAILED,
            )

    def _json(self, response: httpx.Response) -> Any:
        if "json" not in response.headers.get("content-type", ""):
            refuse([f"What answers at {self.url} is not Livetrain."], FAILED)
        return response.json()

    def jobs(self, limit: int | None = None, **query: Any) -> list[Job]:
        """The jobs that `query` asks for, newest first, page by page; all of them without a `limit`."""
        found: list[Job] = []
        while True:
            wanted = PAGE_JOBS if limit is None else min(PAGE_JOBS, limit - len(found))
            page = self.ask("GET", "/jobs", limit=wanted, **query)
            found += page["jobs"]
            if page["next_cursor"] is None or len(found) == limit:
                return found
            query["cursor"] = page["next_cursor"]

    def find(self, beginning: str) -> str:
        """The id of the job that `beginning` is the id of, or the only one that begins so."""
        if not ID_CHARACTERS.fullmatch(beginning):
            refuse([f"{beginning!r} is no job's id; `livetrain jobs list` shows them."])
        if self._send("GET", f"/jobs/{beginning}", None, {}).is_success:
            return beginning
        ids = [job["id"] for job in self.jobs() if job["id"].startswith(beginning)]
        if not ids:
            refuse([f"No job's id begins with {beginning}; `livetrain jobs list` shows them."], FAILED)
        if len(ids) > 1:
            shown = ", ".join(ids[:5]) + (", …" if len(ids) > 5 else "")
            refuse([f"{len(ids)} jobs' ids begin with {beginning}: {shown}. Give more of the one you mean."])
        return str(ids[0])


def _sentences(response: httpx.Response) -> list[str]:
    if "json" not in response.headers.get("content-type", ""):
        return [f"{response.url} answered {response.status_code} {response.reason_phrase}; is it Livetrain?"]
    problem = response.json()
    errors = problem.get("errors", [])
    return [f"{error['field']}: {error['message']}" for error in errors] or [str(problem["detail"])]
