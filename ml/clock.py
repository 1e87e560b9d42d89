"""The time as the wire carries it. Rule: ISO 8601 in UTC, with milliseconds, ending in Z."""

import time
from datetime import UTC, datetime


def iso(seconds: float) -> str:
    """`seconds` since 1970 as text; texts sort as the moments do."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def now() -> str:
    """This moment as text."""
    return iso(time.time())


def seconds_of(text: str) -> float:
    """The inverse of `iso`: seconds since 1970."""
    return datetime.fromisoformat(text).timestamp()
