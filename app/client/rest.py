"""Calls to a running server's REST API. Rule: an answer is data, a refusal an exception."""

from types import TracebackType
from typing import Any, Self

import httpx2 as httpx

from app.client.address import Address
from app.client.errors import FieldError, NoServer, Refused

TIMEOUT_SECONDS = 30.0
PAGE_JOBS = 500  # as many as the server gives at once


class Rest:
    """One server; raises NoServer where none answers, and Refused where it does not do what was asked."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._http = httpx.Client(
            headers=address.headers, timeout=TIMEOUT_SECONDS, trust_env=not address.is_local
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the connections go."""
        self._http.close()

    def ask(self, method: str, path: str, body: Any = None, *, key: str | None = None, **query: Any) -> Any:
        """The JSON answer to a call below `/api`; None where the answer is empty. `key`: its
        Idempotency-Key."""
        response = self._send(method, path, body, query, {"Idempotency-Key": key} if key else {})
        if not response.content:
            return None
        if "json" not in response.headers.get("content-type", ""):
            raise Refused(response.status_code, f"What answers at {self.address.url} is not Livetrain.")
        return response.json()

    def text(self, path: str) -> str:
        """The answer to a GET below `/api` that is no JSON."""
        return str(self._send("GET", path, None, {}, {}).text)

    def jobs(self, limit: int | None = None, **query: Any) -> list[dict[str, Any]]:
        """The jobs that `query` asks for, newest first, page by page; all of them without a `limit`."""
        found: list[dict[str, Any]] = []
        while True:
            wanted = PAGE_JOBS if limit is None else min(PAGE_JOBS, limit - len(found))
            page = self.ask("GET", "/jobs", limit=wanted, **query)
            found += page["jobs"]
            if page["next_cursor"] is None or len(found) == limit:
                return found
            query["cursor"] = page["next_cursor"]

    def _send(
        self, method: str, path: str, body: Any, query: dict[str, Any], headers: dict[str, str]
    ) -> httpx.Response:
        url = f"{self.address.url}/api{path}"
        try:
            response = self._http.request(method, url, json=body, params=query, headers=headers)
        except httpx.TransportError as error:
            raise NoServer(self.address.url, str(error) or type(error).__name__) from error
        if response.is_error:
            raise _refusal(response)
        return response


def _refusal(response: httpx.Response) -> Refused:
    status = response.status_code
    if "json" not in response.headers.get("content-type", ""):
        words = f"{response.url} answered {status} {response.reason_phrase}; is it Livetrain?"
        return Refused(status, words)
    problem = response.json()
    errors = [FieldError(error["field"], error["message"]) for error in problem.get("errors", [])]
    return Refused(status, str(problem["detail"]), errors)
