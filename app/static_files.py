"""The page's own files. Rule: an address with their stamp is kept for a year, others are asked for again."""

import gzip
import re
from functools import lru_cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.module_graph import modules_of
from app.static_stamp import LENGTH, Stamp

A_YEAR = "public, max-age=31536000, immutable"
PACKED = {".js", ".css", ".svg"}  # text; a third of it is left, compressed
LEVEL = 9  # half a millisecond a module, once
_STAMPED = re.compile(rf"([0-9a-f]{{{LENGTH}}})/(.+)", re.DOTALL)
_DOCUMENTATION = re.compile(rb"^[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*$", re.MULTILINE | re.DOTALL)


class PageFiles(StaticFiles):
    """Static files with their cache headers, compressed for who takes it; an unchanged file is a 304."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory)
        self._folder = directory
        self._stamp = Stamp(directory)

    def address(self, root_path: str) -> str:
        """What a page puts before the path of a file, as the files are now."""
        return f"{root_path}/static/{self._stamp.renew()}"

    def modules(self, *scripts: str) -> tuple[str, ...]:
        """Every module that `scripts`, paths of files, lead to; none where the first is no file."""
        if not (self._folder / scripts[0]).is_file():
            return ()
        return modules_of(self._folder, self._stamp.word, *scripts)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, with or without a stamp before its path; one of other files is not kept."""
        stamp = ""
        if found := _STAMPED.fullmatch(path):
            stamp, path = found.groups()
        response = await super().get_response(path, scope)
        if Path(path).suffix in PACKED:
            if isinstance(response, FileResponse) and scope["method"] == "GET" and _takes_gzip(scope):
                response = _packed(response)
            response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = A_YEAR if stamp and self._stamp.names(stamp, path) else "no-cache"
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
