"""Who may call: the token and the log-in cookie. Rule: secrets are compared in constant time."""

import hashlib
import hmac
import os
import secrets
import tempfile
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

from starlette.datastructures import Headers

COOKIE = "livetrain"
COOKIE_SECONDS = 30 * 24 * 3600
ONLY_OWNER = 0o600


def kept_token(folder: Path) -> str:
    """A secret nobody can guess, made once and kept in the file `token` that only its owner can read.

    Kept, because a server that is started again should still know those who logged in. Raises OSError.
    """
    path = folder / "token"
    if path.exists():
        path.chmod(ONLY_OWNER)  # a copied data folder may have lost it
        if kept := path.read_text("utf-8").strip():
            return kept
    descriptor, written = tempfile.mkstemp(prefix=".token-", dir=folder)  # readable by its owner alone
    with os.fdopen(descriptor, "w") as file:
        file.write(token := secrets.token_urlsafe(24))
    Path(written).replace(path)  # whole or not at all
    return token


class Access:
    """The gate of one server; `token` is empty when everybody on this machine may call."""

    def __init__(self, token: str) -> None:
        self._token = token.encode()
        # the cookie proves knowledge of the token without holding it
        self.cookie = hmac.new(self._token, b"livetrain log-in cookie", hashlib.sha256).hexdigest()

    @property
    def is_open(self) -> bool:
        """Whether no token is needed."""
        return not self._token

    def is_token(self, given: str) -> bool:
        """Whether `given` is the token."""
        return not self.is_open and hmac.compare_digest(given.encode(), self._token)

    def admits(self, headers: Headers) -> bool:
        """Whether a request with these headers may pass."""
        if self.is_open:
            return True
        scheme, _, credentials = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.is_token(credentials.strip()):
            return True
        try:
            cookies = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            return False
        given = cookies[COOKIE].value if COOKIE in cookies else ""
        return hmac.compare_digest(given.encode(), self.cookie.encode())
