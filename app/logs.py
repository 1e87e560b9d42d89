"""What the processes say while they work, for people or for programs. Rule: a line about a job has its id."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal

import orjson

from ml.clock import iso
from ml.writing import one_line, printable

LogFormat = Literal["text", "json"]
TEXT = "%(asctime)s %(levelname)s %(name)s:%(about)s %(message)s"

_job_id: ContextVar[str | None] = ContextVar("job_id", default=None)


@contextmanager
def about(job_id: str) -> Iterator[None]:
    """Whatever is logged meanwhile, by whichever module, is about this job."""
    before = _job_id.set(job_id)
    try:
        yield
    finally:
        _job_id.reset(before)


def of_job(job_id: str | None) -> dict[str, Any]:
    """The `extra` of one line that is about a job."""
    return {"job_id": job_id}


def _job_of(record: logging.LogRecord) -> str | None:
    found: str | None = getattr(record, "job_id", None) or _job_id.get()
    return found


class TextLine(logging.Formatter):
    """A line for people."""

    def __init__(self) -> None:
        super().__init__(TEXT)

    def format(self, record: logging.LogRecord) -> str:
        """Moment, level, part, job, message; a traceback below."""
        job_id = _job_of(record)
        record.about = f" [job {one_line(job_id)}]" if job_id else ""
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the base class's name
        """What was said, on one line: a caller's words, such as an id, must not look like another's."""
        record.message = one_line(record.message)
        return super().formatMessage(record)


class JsonLine(logging.Formatter):
    """One JSON object a line: `at`, `level`, `logger`, `message`, and where they apply `job_id`, `error`."""

    def format(self, record: logging.LogRecord) -> str:
        """The object; a traceback is its `error`, so that a line is never torn."""
        fields = {
            "at": iso(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if (job_id := _job_of(record)) is not None:
            fields["job_id"] = job_id
        if record.exc_info:
            fields["error"] = self.formatException(record.exc_info)
        return orjson.dumps({name: printable(text) for name, text in fields.items()}).decode()


def set_up(log_format: LogFormat) -> None:
    """Let this process say what it does on stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLine() if log_format == "json" else TextLine())
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def is_routine(line: str) -> bool:
    """Whether a line of either form only says that all goes its way."""
    return " INFO livetrain" in line or '"level":"info"' in line
