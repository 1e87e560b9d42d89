"""What a browser says of where a request comes from (Fetch Metadata). Rule: other sites may open pages only.

Browsers say it to HTTPS and to their own machine, programs never: what is not said refuses nothing.
"""

from starlette.datastructures import Headers
from starlette.types import Scope

ELSEWHERE = ("cross-site", "same-site")  # another port of this machine is the same site and another program


def is_from_elsewhere(headers: Headers) -> bool:
    """Whether a page that is not this server's asked for it."""
    return headers.get("sec-fetch-site") in ELSEWHERE


def may_elsewhere(scope: Scope, headers: Headers) -> bool:
    """Whether somebody follows a link into a window: no picture, frame, script, form or prefetch."""
    return (
        scope["type"] == "http"
        and scope["method"] in ("GET", "HEAD")
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") == "document"
        and "sec-purpose" not in headers
    )


def was_followed(headers: Headers) -> bool:
    """Whether a link may have been followed from elsewhere: a browser that says so, or that says nothing.

    What it opens comes without the log-in cookie, and so does what that redirects to.
    """
    if "sec-fetch-site" in headers:
        return is_from_elsewhere(headers)
    return "text/html" in headers.get("accept", "")
