"""Wrong tokens, counted by who gave them. Rule: over the limit nothing is compared, right or wrong."""

import ipaddress
import time
from collections import deque
from collections.abc import Callable
from math import ceil
from threading import Lock

MOST_WRONG = 10  # different ones in a window; the same one again is a program that was not told, no guess
WINDOW_SECONDS = 60.0
MOST_CALLERS = 1000  # remembered; the one that was quiet longest goes first
NETWORK_BITS = 64  # of an IPv6 address: whoever has one has all of its network


class TooManyGuesses(Exception):  # noqa: N818 - it names what was found
    """This caller gave too many wrong tokens; `seconds` until one more is looked at."""

    def __init__(self, seconds: int) -> None:
        wait = f"wait {seconds} second{'' if seconds == 1 else 's'}, then try again"
        super().__init__(f"Too many wrong tokens came from this address; {wait}.")
        self.seconds = seconds


def neighbourhood(address: str) -> str:
    """What counts as one caller: an IPv4 address, a network of IPv6 addresses, or whatever else is given."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, NETWORK_BITS), strict=False))


class Guesses:
    """The wrong tokens of the last minute; `now` is a steady clock in seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = Lock()  # log-ins come from threads, other calls from the event loop
        self._wrong: dict[str, deque[tuple[float, bytes]]] = {}

    def refuse(self, address: str) -> None:
        """Raises TooManyGuesses for a caller that is over the limit."""
        caller, now = neighbourhood(address), self._now()
        with self._lock:
            wrong = self._wrong.get(caller, deque())
            while wrong and wrong[0][0] <= now - WINDOW_SECONDS:
                wrong.popleft()
            if len(wrong) >= MOST_WRONG:
                raise TooManyGuesses(ceil(wrong[0][0] + WINDOW_SECONDS - now))

    def note(self, address: str, digest: bytes) -> None:
        """A wrong token, by its digest, was given."""
        caller, now = neighbourhood(address), self._now()
        with self._lock:
            wrong = self._wrong.pop(caller, deque())
            self._wrong[caller] = wrong  # at the end: it was heard of last
            if digest not in (known for _, known in wrong):
                wrong.append((now, digest))
            while len(self._wrong) > MOST_CALLERS:
                del self._wrong[next(iter(self._wrong))]
