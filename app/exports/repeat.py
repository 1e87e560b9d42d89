"""A call that makes the same again, as a line for a shell. Rule: a token is never written down."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

TOKEN = '-H "Authorization: Bearer $LIVETRAIN_TOKEN"'  # the reader's shell knows it, the file does not


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is called, without a slash at the end, and whether it wants a token."""

    url: str
    needs_token: bool


def curl(address: Address, path: str, body: Mapping[str, Any]) -> str:
    """The `curl` call that posts `body` to `path` of the API."""
    parts = [f"curl -s {shlex.quote(f'{address.url}/api{path}')}"]
    parts += [TOKEN] if address.needs_token else []
    parts += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(orjson.dumps(body).decode())}"]
    return " \\\n  ".join(parts)
