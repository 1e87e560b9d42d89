"""What somebody may do who may only watch. Rule: ask everything, change nothing."""

import re

from starlette.types import Scope

from app.access import Right
from app.doorbell import READING

WATCHING = "This token may only watch. To start or change anything, log in at /login with the server's token."
# sent by POST, and change nothing
QUESTIONS = re.compile(r"/api/(?:inspect|measure|studies/estimate|jobs/[^/]+/class-map)")
_KEY = "livetrain.right"


def may_watchers(scope: Scope, path: str) -> bool:
    """Whether this request is one that changes nothing; `path` is its address below the URL prefix."""
    if scope["type"] == "websocket" or scope["method"] in READING:
        return True
    return scope["method"] == "POST" and QUESTIONS.fullmatch(path) is not None


def remember_right(scope: Scope, right: Right) -> None:
    """So that a page can say what its reader may do."""
    scope[_KEY] = right


def is_watching(scope: Scope) -> bool:
    """Whether the caller may only watch."""
    return scope.get(_KEY) is Right.WATCH
