"""The page's own files. Rule: a versioned address is kept for a year, others are asked for again."""

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

A_YEAR = "public, max-age=31536000, immutable"


class PageFiles(StaticFiles):
    """Static files with their cache headers; an unchanged file is answered with 304."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file. Imports between modules carry no version, so they are asked for again."""
        response = await super().get_response(path, scope)
        versioned = b"v=" in scope.get("query_string", b"")
        response.headers["Cache-Control"] = A_YEAR if versioned else "no-cache"
        return response
