"""Who may call, and what: the tokens and the log-in cookie. Rule: secrets are compared in constant time."""

import hashlib
import hmac
import os
import secrets
import tempfile
from collections.abc import Mapping
from enum import Enum
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import TypeVar

from starlette.datastructures import Headers

from app.guesses import Guesses

COOKIE = "livetrain"  # and a word of the server's own
COOKIE_SECONDS = 30 * 24 * 3600
ONLY_OWNER = 0o600
TOKEN_FILE = "token"
COOKIE_KEY_FILE = "cookie_key"

Secret = TypeVar("Secret", bytes, str)


class Right(Enum):
    """What a caller may do."""

    STEER = "steer"
    WATCH = "watch"


def kept_secret(folder: Path, name: str) -> str:
    """A secret nobody can guess, made once and kept in the file `name` that only its owner can read.

    Kept, because a server that is started again should still know those who logged in. Raises OSError.
    """
    path = folder / name
    if path.exists():
        path.chmod(ONLY_OWNER)  # a copied data folder may have lost it
        if kept := path.read_text("utf-8").strip():
            return kept
    descriptor, written = tempfile.mkstemp(prefix=f".{name}-", dir=folder)  # readable by its owner alone
    with os.fdopen(descriptor, "w") as file:
        file.write(secret := secrets.token_urlsafe(24))
    Path(written).replace(path)  # whole or not at all
    return secret


def _whose(given: Secret, kept: Mapping[Right, Secret]) -> Right | None:
    """Whose secret `given` is; all are compared, whichever it is."""
    found = [right for right, secret in kept.items() if hmac.compare_digest(given, secret)]
    return found[0] if found else None


class Access:
    """The gate of one server; without any token everybody on this machine may call.

    `key` makes the cookies. With another one, or another token, nobody is logged in any more.
    """

    def __init__(self, token: str, viewer_token: str = "", key: str = "") -> None:
        self._key = (key or secrets.token_urlsafe(24)).encode()
        given = {right: text for right, text in ((Right.STEER, token), (Right.WATCH, viewer_token)) if text}
        self._tokens = {right: self._digest(text) for right, text in given.items()}
        # a cookie proves knowledge of the token without holding it, and tells nothing to guess the token by
        self._cookies = {
            right: self._digest(f"log-in cookie to {right.value}: {text}").hex()
            for right, text in given.items()
        }
        # browsers send cookies to every port of a machine: servers beside one another must not share one
        self.cookie_name = f"{COOKIE}-{self._digest('the name of its cookie').hex()[:8]}"
        self._guesses = Guesses()

    def _digest(self, text: str) -> bytes:
        """Of one length for all texts: how long a comparison takes must not tell how long the token is."""
        return hmac.new(self._key, text.encode(), hashlib.sha256).digest()

    @property
    def is_open(self) -> bool:
        """Whether no token is needed."""
        return not self._tokens

    def cookie_of(self, right: Right) -> str:
        """What the browser of somebody with this right keeps."""
        return self._cookies[right]

    def refuse(self, address: str) -> None:
        """Raises TooManyGuesses where nothing from `address` is compared now."""
        self._guesses.refuse(address)

    def try_token(self, given: str, address: str) -> Right | None:
        """What the token `given` opens, None for a wrong one, which is counted for `address`.

        Raises TooManyGuesses.
        """
        self.refuse(address)
        digest = self._digest(given)
        right = _whose(digest, self._tokens)
        if right is None:
            self._guesses.note(address, digest)
        return right

    def right_of(self, headers: Headers, address: str) -> Right | None:
        """What a request with these headers may do. Raises TooManyGuesses; a cookie is no guess."""
        if self.is_open:
            return Right.STEER
        by_cookie = self.by_cookie(headers)
        scheme, _, credentials = headers.get("authorization", "").partition(" ")
        if by_cookie is Right.STEER or scheme.lower() != "bearer":
            return by_cookie
        return self.try_token(credentials.strip(), address) or by_cookie

    def by_cookie(self, headers: Headers) -> Right | None:
        """What the log-in cookie in these headers allows."""
        try:
            cookies = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            return None
        given = cookies[self.cookie_name].value if self.cookie_name in cookies else ""
        return _whose(given, self._cookies) if given.isascii() else None
