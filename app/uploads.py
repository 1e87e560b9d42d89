"""An archive on its way in: received to disk, claimed under a name, handed to a process that unpacks it.

Rule: nothing of it is held in memory or believed here; the process is the only one that opens it.
"""

import asyncio
import fcntl
import json
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import IO, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request

from app.errors import Problem, invalid
from app.jobs.crew import child_environment
from app.messages import FieldError, in_plain_words
from app.multipart import BadForm, Begin, Data, read_form
from ml.config import OWN_NAME
from ml.datasets import own
from ml.datasets.registry import NAMES

LARGEST_ARCHIVE = 2_000_000_000  # bytes
LONGEST_FIELD = 1000  # bytes of a form's field
BLOCK_BYTES = 1 << 20  # written at once
LOOK_SECONDS = 10.0  # in which most of what is wrong with an archive is known, so that the answer can say it
POLL_SECONDS = 0.02
ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")  # the second is an empty one's
FILE_FIELDS = ("archive", "file")


class Upload(BaseModel):
    """What is said of an archive beside its pictures."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=OWN_NAME)]
    side: Annotated[int, Field(ge=8, le=224)] = 32
    test_fraction: Annotated[float, Field(ge=0.05, le=0.5)] = 0.2
    split_seed: Annotated[int, Field(ge=0, le=2**32 - 1)] = 0
    flip_keeps_labels: bool = False


def checked(fields: Mapping[str, str]) -> Upload:
    """The fields as they were sent. Raises Problem: 422 for what they cannot be, 409 for a built-in name."""
    try:
        upload = Upload.model_validate(dict(fields))
    except ValidationError as error:
        found = in_plain_words(error.errors(), list(Upload.model_fields))
        raise invalid([_renamed(one) if one.field == "name" else one for one in found]) from None
    if upload.name in NAMES:
        detail = f"{upload.name} is the name of a built-in data set; choose another one."
        raise Problem(409, detail, [FieldError("name", detail)])
    return upload


def _renamed(error: FieldError) -> FieldError:
    rule = "must begin with a small letter and hold at most 40 small letters, digits, - and _."
    missing = "is missing; say what the data set is to be called."
    return FieldError("name", missing if "missing" in error.message else rule)


def refuse_taken(name: str, data_directory: Path) -> None:
    """409 when there is a data set of this name, or one is being made."""
    found = own.progress(name, data_directory)
    if (own.root(data_directory) / name).exists():
        detail = f"There is a data set {name} already; choose another name, or delete that one first."
    elif found is not None and found["state"] == "unpacking":
        detail = f"A data set {name} is being unpacked; choose another name, or wait for it."
    else:
        return
    raise Problem(409, detail, [FieldError("name", detail)])


class Arrival:
    """A folder of its own for one upload; gone on leaving unless it was claimed."""

    def __init__(self, data_directory: Path) -> None:
        self._data = data_directory
        folder = own.root(data_directory)
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix=own.ARRIVING, dir=folder))
        self._lock: IO[bytes] = (self.folder / own.LOCK).open("wb")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.fields: dict[str, str] = {}
        self.bytes = 0

    def __enter__(self) -> "Arrival":
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.close()  # a process that unpacks has it still
        if self.folder.name.startswith(own.ARRIVING):
            shutil.rmtree(self.folder, ignore_errors=True)

    async def receive(self, request: Request, query: Mapping[str, str]) -> Upload:
        """The body to disk as it comes, and what is said beside it. Raises Problem."""
        kind = request.headers.get("content-type", "")
        length = request.headers.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length) > LARGEST_ARCHIVE + 100 * LONGEST_FIELD:
            raise _too_large()
        kind, media_type = kind.strip(), kind.split(";")[0].strip().lower()
        if media_type == "multipart/form-data":
            if query:
                fields = [FieldError(name, "belongs into the form, beside the archive.") for name in query]
                raise invalid(fields)
            await self._receive_form(kind, request.stream())
        elif media_type in ("application/zip", "application/x-zip-compressed"):
            self.fields |= query
            refuse_taken(checked(self.fields).name, self._data)
            await self._write(request.stream())
        else:
            message = "must be sent as multipart/form-data, or as the body with Content-Type application/zip."
            raise Problem(415, f"archive: {message}", [FieldError("archive", message)])
        upload = checked(self.fields)
        refuse_taken(upload.name, self._data)
        self._refuse_no_zip()
        return upload

    async def _receive_form(self, kind: str, chunks: AsyncIterator[bytes]) -> None:
        """Fields to `fields`, the file to disk; what is wrong is said before the file comes."""
        field: str | None = None
        text = b""

        async def content() -> AsyncIterator[bytes]:
            nonlocal field, text
            async for event in read_form(kind, chunks):
                if isinstance(event, Data):
                    if field is None:
                        yield event.content
                    else:
                        text += event.content
                        if len(text) > LONGEST_FIELD:
                            raise invalid(
                                [FieldError(field, f"is longer than {LONGEST_FIELD} bytes; shorten it.")]
                            )
                        self.fields[field] = text.decode("utf-8", "replace")
                else:
                    field, text = self._begun(event), b""
                    if field is not None:
                        self.fields[field] = ""

        try:
            await self._write(content())
        except BadForm as bad:
            raise invalid([FieldError("archive", f"{bad}.")]) from None

    def _begun(self, part: Begin) -> str | None:
        """The field that begins, None for the file."""
        if part.name not in FILE_FIELDS:
            if part.name not in Upload.model_fields:
                names = ", ".join([*Upload.model_fields, FILE_FIELDS[0]])
                raise invalid(
                    [FieldError(part.name, f"there is no field of this name; the fields are {names}.")]
                )
            return part.name
        if self.bytes:
            raise invalid([FieldError(part.name, "may hold one file only; pack all class folders into it.")])
        if "name" in self.fields:
            refuse_taken(checked(self.fields).name, self._data)
        return None

    async def _write(self, chunks: AsyncIterator[bytes]) -> None:
        """To disk in blocks, off the event loop: a slow disk must not hold the streams of others."""
        block = bytearray()
        try:
            with (self.folder / own.ARCHIVE).open("wb") as file:
                async for chunk in chunks:
                    self.bytes += len(chunk)
                    if self.bytes > LARGEST_ARCHIVE:
                        raise _too_large()
                    block += chunk
                    if len(block) >= BLOCK_BYTES:
                        await asyncio.to_thread(file.write, bytes(block))
                        block.clear()
                await asyncio.to_thread(file.write, bytes(block))
        except OSError as error:
            why = error.strerror or error
            message = f"could not be kept ({why}); make room in the data folder, then send it again."
            raise Problem(507, f"archive: {message}", [FieldError("archive", message)]) from None

    def _refuse_no_zip(self) -> None:
        if not self.bytes:
            raise invalid([FieldError("archive", "is missing; choose a zip of class folders.")])
        with (self.folder / own.ARCHIVE).open("rb") as file:
            if file.read(4) not in ZIP_STARTS:
                raise invalid([FieldError("archive", "is no zip file; pack the class folders as a zip.")])

    def unpack(self, upload: Upload) -> "subprocess.Popen[bytes]":
        """Claim the name and start the process that unpacks. Raises Problem: 409 when the name was taken."""
        claimed = own.root(self._data) / f"{own.ADVANCING}{upload.name}"
        known = own.progress(upload.name, self._data)
        if (known is None or known["state"] == "failed") and not own.is_at_work(claimed):
            own.remove(claimed)
        message = "looking into the archive"
        own.write_progress(self.folder, state="unpacking", message=message, done=0, total=0, errors=[])
        try:
            self.folder.rename(claimed)  # refused by the system when somebody else was faster
        except OSError:
            refuse_taken(upload.name, self._data)
            raise
        self.folder = claimed
        wishes = json.dumps(upload.model_dump(exclude={"name"}))
        process = subprocess.Popen(
            [sys.executable, "-m", "ml.datasets.own_unpack", str(claimed), wishes],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # it goes on when the server ends, and puts the whole into place
            pass_fds=[self._lock.fileno()],
            env=child_environment(),
        )
        threading.Thread(target=process.wait, daemon=True).start()  # no zombie is left
        return process


def _too_large() -> Problem:
    most = f"{LARGEST_ARCHIVE / 1e9:g} GB"
    message = f"is larger than {most}; leave pictures out, or make them smaller."
    return Problem(413, f"archive: {message}", [FieldError("archive", message)])


async def first_word(name: str, data_directory: Path, process: "subprocess.Popen[bytes]") -> dict[str, Any]:
    """The progress once the process has looked into the archive; {} once the data set is there."""
    deadline = asyncio.get_running_loop().time() + LOOK_SECONDS
    while True:
        has_ended = process.poll() is not None  # asked first: its last word is written then
        found = own.progress(name, data_directory)
        if found is None:
            return {}
        is_known = found["state"] == "failed" or found["total"] > 0
        if is_known or has_ended or asyncio.get_running_loop().time() > deadline:
            return found
        await asyncio.sleep(POLL_SECONDS)
