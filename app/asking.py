"""Questions that need torch, asked of a warm worker. Rule: the same question is computed once.

The answers' kinds are in `app/jobs/answers.py`; what a worker said is kept here for who asks next.
"""

import re
import time
from typing import Annotated, Any

import orjson
from fastapi import Depends, Header

from app.bell import WORKER, ring
from app.errors import Problem
from app.parts import Parts
from app.store import requests
from app.store.database import Watch, reading, writing

ANSWER_SECONDS = 2.0
LONGEST_SECONDS = 60.0  # a worker takes about five to warm up, and far longer on a busy machine
POLL_SECONDS = 0.01
KEPT_ANSWERS = 64

WAIT = re.compile(r"(?:^|[,;\s])wait=(\d{1,6})(?:$|[,;\s])")


def seconds_of(
    prefer: Annotated[
        str | None,
        Header(description="wait=SECONDS, 60 at most: patience while workers warm up (RFC 7240)"),
    ] = None,
) -> float:
    """How long whoever asks is willing to wait: two seconds, or what a header Prefer says."""
    found = WAIT.search(prefer or "")
    return min(float(found[1]), LONGEST_SECONDS) if found else ANSWER_SECONDS


WithPatience = Annotated[float, Depends(seconds_of)]


def answer_of(
    parts: Parts,
    kind: str,
    arguments: dict[str, Any],
    *,
    depends_on: object = None,
    seconds: float = ANSWER_SECONDS,
) -> Any:
    """A worker's answer to the question `kind` with `arguments`.

    `depends_on`: what else the answer rests on; when that changes the question is asked anew. 503 with
    Retry-After when none came within `seconds` (it is kept for who asks again), 409 with the worker's words
    when it cannot be answered.
    """
    key = requests.key_of(kind, [arguments, depends_on])
    if key not in parts.answers:
        parts.answers[key] = _asked(parts, key, kind, arguments, seconds)
        while len(parts.answers) > KEPT_ANSWERS:
            del parts.answers[next(iter(parts.answers))]
    return parts.answers[key]


def remembered(parts: Parts, kind: str, arguments: dict[str, Any]) -> Any:
    """The answer that was given to this question before; None when it is not known (any more)."""
    return parts.answers.get(requests.key_of(kind, [arguments, None]))


def _asked(parts: Parts, key: str, kind: str, arguments: dict[str, Any], seconds: float) -> Any:
    with writing(parts.engine) as connection:
        requests.ask(connection, key, kind, arguments)
    ring(parts.settings.data_dir, WORKER)
    watch = Watch(parts.engine)
    deadline = time.monotonic() + seconds
    try:
        while time.monotonic() < deadline:
            if watch.changed():
                with reading(parts.engine) as connection:
                    found = requests.find_answer(connection, key)
                if found is not None:
                    return _given(parts, key, found)
            time.sleep(POLL_SECONDS)
    finally:
        watch.close()
    detail = "No worker has answered yet: they are warming up, busy, or reading the data set. Ask again."
    raise Problem(503, detail, headers={"Retry-After": "1"})


def _given(parts: Parts, key: str, found: requests.Answer) -> Any:
    if found.error is not None:
        with writing(parts.engine) as connection:
            requests.forget(connection, key)  # so that it can be asked again
        raise Problem(409, found.error)
    return orjson.loads(found.answer or "null")
