"""Answers that are files to be kept. Rule: they hold no secret of the server."""

from fastapi import Request, Response

from app.access import Access
from app.exports.page import policy
from app.exports.repeat import Address


def address_of(request: Request) -> Address:
    """The server as the reader calls it."""
    access: Access = request.app.state.access
    root_path = request.app.state.parts.settings.root_path
    return Address(f"{request.url.scheme}://{request.url.netloc}{root_path}", not access.is_open)


def download(name: str) -> dict[str, str]:
    """Headers of a file to be kept."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def page_file(page: str, name: str) -> Response:
    """A page that needs no server, as a file to be kept."""
    headers = {**download(name), "Content-Security-Policy": policy()}
    return Response(page, media_type="text/html", headers=headers)
