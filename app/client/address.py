"""Where a server is, and the token it wants. Rule: what is no address is refused with the right form."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from app.loopback import is_loopback


@dataclass(frozen=True, slots=True)
class Address:
    """A server's URL without a slash at the end, and the token it wants."""

    url: str
    token: str

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine, where no proxy leads to."""
        return is_loopback(urlsplit(self.url).hostname or "")

    @property
    def headers(self) -> dict[str, str]:
        """What every call carries."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


def address_of(text: str, token: str) -> Address:
    """The server at `text`, which may be the log-in link that a server prints; else with `token`.

    Raises ValueError for what is no URL.
    """
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - asked for what it raises
    except ValueError:
        raise ValueError(f"{text} is no URL; write http://host:port") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"write http://host:port or https://host/path, not {text}")
    path = parts.path.rstrip("/")
    if path.endswith("/login"):
        path = path.removesuffix("/login")
        token = parse_qs(parts.query).get("token", [token])[0]
    return Address(f"{parts.scheme}://{parts.netloc}{path}", token)
