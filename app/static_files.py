"""The page's own files. Rule: a versioned address is kept for a year, others are asked for again."""

import gzip
import re
from functools import lru_cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

A_YEAR = "public, max-age=31536000, immutable"
PACKED = {".js", ".css", ".svg"}  # text; a third of it is left, compressed
LEVEL = 9  # half a millisecond a module, once
_DOCUMENTATION = re.compile(rb"^[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*$", re.MULTILINE | re.DOTALL)


class PageFiles(StaticFiles):
    """Static files with their cache headers, compressed for who takes it; an unchanged file is a 304."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file. Imports between modules carry no version, so they are asked for again."""
        response = await super().get_response(path, scope)
        if Path(path).suffix in PACKED:
            if isinstance(response, FileResponse) and scope["method"] == "GET" and _takes_gzip(scope):
                response = _packed(response)
            response.headers["Vary"] = "Accept-Encoding"
        versioned = b"v=" in scope.get("query_string", b"")
        response.headers["Cache-Control"] = A_YEAR if versioned else "no-cache"
        return response


def _takes_gzip(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return "gzip" in headers.get("accept-encoding", "") and "range" not in headers


def _packed(whole: FileResponse) -> Response:
    headers = {
        "Content-Encoding": "gzip",
        "ETag": f"W/{whole.headers['etag']}",  # the same file in other bytes
        "Last-Modified": whole.headers["last-modified"],
    }
    body = _compressed(Path(whole.path), whole.headers["etag"])
    return Response(body, headers=headers, media_type=whole.media_type)


@lru_cache(maxsize=1000)
def _compressed(path: Path, etag: str) -> bytes:
    """`etag` changes with the file."""
    content = path.read_bytes()
    if path.suffix == ".js" and "vendor" not in path.parts:
        content = _DOCUMENTATION.sub(_only_its_lines, content)
    return gzip.compress(content, LEVEL, mtime=0)


def _only_its_lines(found: re.Match[bytes]) -> bytes:
    """Documentation is for readers of the source, and a quarter of what would be sent."""
    return b"\n" * found.group().count(b"\n")
