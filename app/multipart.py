"""A `multipart/form-data` body read as it comes (RFC 7578). Rule: a file is never held, only handed on.

FastAPI's own forms want a further package and keep what they read; these few states need neither.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from enum import Enum

LONGEST_HEADERS = 16_384  # bytes of one part's
LONGEST_BOUNDARY = 70  # characters, by RFC 2046


class BadForm(Exception):  # noqa: N818 - it names what was found
    """The body is no form; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Begin:
    """A part begins: the field's name, and the file's where it is one."""

    name: str
    file: str | None


@dataclass(frozen=True, slots=True)
class Data:
    """Some of the part's content."""

    content: bytes


Event = Begin | Data


class _State(Enum):
    PREAMBLE = 0
    AFTER_BOUNDARY = 1
    HEADERS = 2
    CONTENT = 3
    END = 4


def boundary_of(content_type: str) -> bytes:
    """The boundary that a Content-Type names. Raises BadForm."""
    boundary = message_from_bytes(b"Content-Type: " + content_type.encode("latin-1", "replace")).get_param(
        "boundary"
    )
    if not isinstance(boundary, str) or not boundary.isascii() or not 0 < len(boundary) <= LONGEST_BOUNDARY:
        most = f"at most {LONGEST_BOUNDARY} ASCII characters"
        raise BadForm(f"the form has no boundary; send it as multipart/form-data with one of {most}")
    return boundary.encode("latin-1")


class Form:
    """Chunks in, events out; holds no more than a part's headers or a boundary."""

    def __init__(self, boundary: bytes) -> None:
        self._delimiter = b"\r\n--" + boundary
        self._buffer = b"\r\n"  # so that the first boundary looks like the others
        self._state = _State.PREAMBLE

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """What the body tells so far. Raises BadForm."""
        self._buffer += chunk
        while True:
            before = self._state
            yield from self._advance()
            if self._state is before or self._state is _State.END:
                return

    def _advance(self) -> Iterator[Event]:
        if self._state in (_State.PREAMBLE, _State.CONTENT):
            at = self._buffer.find(self._delimiter)
            keep = len(self._delimiter) - 1
            content = self._buffer[:at] if at >= 0 else self._buffer[:-keep]
            if content and self._state is _State.CONTENT:
                yield Data(content)
            if at < 0:
                self._buffer = self._buffer[-keep:]
                return
            self._buffer = self._buffer[at + len(self._delimiter) :]
            self._state = _State.AFTER_BOUNDARY
        elif self._state is _State.AFTER_BOUNDARY and len(self._buffer) >= 2:
            if self._buffer[:2] not in (b"\r\n", b"--"):
                raise BadForm("a boundary of the form is followed by something else; end its line there")
            self._state = _State.HEADERS if self._buffer[:2] == b"\r\n" else _State.END
            self._buffer = self._buffer[2:]
        elif self._state is _State.HEADERS:
            at = self._buffer.find(b"\r\n\r\n")
            if at > LONGEST_HEADERS or (at < 0 and len(self._buffer) > LONGEST_HEADERS):
                most = f"{LONGEST_HEADERS:,} bytes"
                raise BadForm(f"a part of the form has headers of more than {most}; shorten them")
            if at < 0:
                return
            headers, self._buffer = self._buffer[:at], self._buffer[at + 4 :]
            self._state = _State.CONTENT
            yield _begin(headers)

    def close(self) -> None:
        """The body is over. Raises BadForm when the form is not."""
        if self._state is not _State.END:
            raise BadForm("the form was cut short; send it again")


def _begin(headers: bytes) -> Begin:
    message = message_from_bytes(headers)
    name = message.get_param("name", header="content-disposition")
    if not isinstance(name, str) or message.get_content_disposition() != "form-data":
        raise BadForm("a part of the form has no name; give every part the name of its field")
    return Begin(name, message.get_filename())


async def read_form(content_type: str, chunks: AsyncIterator[bytes]) -> AsyncIterator[Event]:
    """The events of a whole body. Raises BadForm."""
    form = Form(boundary_of(content_type))
    async for chunk in chunks:
        for event in form.feed(chunk):
            yield event
    form.close()
