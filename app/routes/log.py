"""The log as REST: entries raw and in order, and its metrics sampled for charts or complete as CSV."""

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from heapq import merge
from itertools import islice, starmap
from math import inf
from operator import itemgetter
from typing import Annotated, Any, Literal, get_args

import numpy as np
from fastapi import APIRouter, Depends, Query, Response
from starlette.responses import StreamingResponse

from app.errors import invalid
from app.jobs.folds import limited, rows_until
from app.jobs.outlines import Chosen
from app.jobs.rows import Indices, Rows, rows_of
from app.jobs.states import ACTIVE
from app.jobs.view import plain_text
from app.messages import FieldError
from app.openapi import file
from app.parts import WithParts
from app.responses import Json
from app.routes.checked import known_job
from app.routes.query import known_query
from app.sampling import averaged, chosen_rows
from app.shapes.log import ChartRows, EntryType, Log
from app.store import log
from app.store.database import reading
from ml.columns import Column, encode, plain
from ml.entries import Metrics, Split

router = APIRouter(prefix="/api/jobs/{job_id}", tags=["log"], dependencies=[Depends(known_query)])

TYPES = get_args(EntryType)
_TYPE = rf"\s*({'|'.join(TYPES)})?\s*"
Types = Annotated[  # described as a pattern; a refusal names the types there are
    str | None, Query(json_schema_extra={"pattern": rf"^{_TYPE}(,{_TYPE})*$"})
]
LARGEST_SEQ = 2**63 - 1  # what the database can count to
LARGEST_NUMBER = 2**31 - 1  # of steps
Encoding = Literal["plain", "typed"]
CSV_COLUMNS = ("step", "epoch", "loss", "accuracy", "learning_rate", "train_seconds")
CSV_SPLITS: tuple[Split, ...] = ("train", "validation", "test")  # in this order at one step
CSV_BLOCK_ROWS = 5000  # sent at once; a thread change a block, not a row


def chosen_types(text: str | None) -> list[str] | None:
    """The entry types named in `types=`, None for all; 422 for one there is not."""
    if not text:
        return None
    types = [name.strip() for name in text.split(",") if name.strip()]
    wrong = [name for name in types if name not in TYPES]
    if wrong:
        message = f"there is no type {wrong[0]}; there are {', '.join(TYPES)}, separated by commas."
        raise invalid([FieldError("types", message)])
    return types


@router.get("/log", response_model=Log, summary="Entries of the log")
def entries(
    parts: WithParts,
    job_id: str,
    after: Annotated[int, Query(ge=0, le=LARGEST_SEQ)] = 0,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
    types: Types = None,
    encoding: Encoding = "plain",
) -> Response:
    """Raw, in order, `seq > after`; `more` says whether there are further ones."""
    known_job(parts, job_id)
    wanted = chosen_types(types)
    with reading(parts.engine) as connection:
        stored = log.read(connection, job_id, after, limit + 1, wanted)
        last = log.last_seq(connection, job_id) or 0
    texts = [
        plain_text(entry.text) if entry.type == "metrics" and encoding == "plain" else entry.text
        for entry in stored[:limit]
    ]
    more = "true" if len(stored) > limit else "false"
    body = f'{{"entries":[{",".join(texts)}],"last_seq":{last},"more":{more}}}'
    return Response(body, media_type="application/json")


@router.get("/metrics", response_model=ChartRows, summary="Metrics for a chart")
def metrics(
    parts: WithParts,
    job_id: str,
    split: Split = "train",
    max_points: Annotated[int, Query(ge=2, le=100_000)] = 2000,
    from_step: Annotated[int | None, Query(ge=0, le=LARGEST_SEQ)] = None,
    to_step: Annotated[int | None, Query(ge=0, le=LARGEST_SEQ)] = None,
    after: Annotated[int, Query(ge=0, le=LARGEST_SEQ)] = 0,
    average_over: Annotated[int, Query(ge=1, le=LARGEST_NUMBER)] = 1,
    at: bool = False,
    encoding: Encoding = "plain",
) -> Response:
    """In each of max_points/2 equal step ranges the rows of least and greatest loss and accuracy, plus
    the first, the last, and every row that is not finite.

    `after`, the `last_seq` of an earlier answer, asks for what came since: drop the rows beyond `rewound_to`
    where it is not null, then append these. `average_over` steps give one row, the mean of theirs, first.
    `at=true` adds a column `at`, when each row was made: seconds since 1970, exact to the 0.04 s that an
    entry of the log holds."""
    row = known_job(parts, job_id)
    is_whole = split == "train" and from_step is None and to_step is None and not after
    if is_whole and average_over == 1:
        is_over = row.status not in ACTIVE
        outlined = parts.outlines.chosen(job_id, row.last_seq, max_points, at=at, is_over=is_over)
        if outlined is not None:
            return _outlined(outlined, encoding)
    least = -inf if from_step is None else from_step
    greatest = inf if to_step is None else to_step
    with parts.outlines.reading_whole(row.last_seq) if is_whole else nullcontext():
        with reading(parts.engine) as connection:
            found, rewound_to = rows_of(connection, job_id, split, after, least, greatest)
            last = log.last_seq(connection, job_id) or 0
        columns, total = _shown(found, max_points, average_over, at=at)
        del found
    return _chart(split, columns, total, last, rewound_to if after else None, encoding)


def _outlined(found: Chosen, encoding: Encoding) -> Response:
    """The answer for a whole training; its text is kept with it."""

    def write() -> bytes:
        made = _chart("train", found.columns, found.total, found.last_seq, None, encoding)
        return bytes(made.body)

    return Response(found.text(encoding, write), media_type="application/json")


def _shown(found: Rows, max_points: int, average_over: int, *, at: bool) -> tuple[dict[str, Column], int]:
    """The columns of the rows that show `found`, and out of how many."""

    def chosen(rows: Indices) -> dict[str, Column]:
        return found.chosen(rows) | ({"at": found.moments(rows)} if at else {})

    if average_over > 1:
        every = averaged(chosen(np.arange(len(found))), average_over)
        rows = chosen_rows(every["step"], [every["loss"], every["accuracy"]], max_points)
        return {name: column[rows] for name, column in every.items()}, len(every["step"])
    rows = chosen_rows(found.step, [found.column("loss"), found.column("accuracy")], max_points)
    return chosen(rows), len(found)


def _chart(
    split: Split,
    columns: dict[str, Column],
    total: int,
    last: int,
    rewound_to: int | None,
    encoding: Encoding,
) -> Response:
    write = encode if encoding == "typed" else plain
    return Json(
        {
            "split": split,
            "columns": {name: write(column) for name, column in columns.items()},
            "total_points": total,
            "sampled": len(columns["step"]) < total,
            "last_seq": last,
            "rewound_to": rewound_to,
        }
    )


def _csv_rows(entries: Iterable[Metrics]) -> Iterator[tuple[int, str]]:
    """The rows of one split with their steps, which ascend; decoded an entry at a time."""
    for entry in entries:
        columns = [
            plain(entry.columns[name]) if name in entry.columns else [""] * len(entry.columns["step"])
            for name in CSV_COLUMNS
        ]
        for values in zip(*columns, strict=True):
            yield values[0], f"{entry.split},{','.join(map(str, values))}\r\n"


def _csv_lines(texts: Iterable[str]) -> Iterator[str]:
    """All rows by step, of one step by split: whenever the log was written, the same."""
    stored: dict[str, list[tuple[dict[str, Any], float]]] = {split: [] for split in CSV_SPLITS}
    for fields, until in limited(texts):
        if fields["type"] == "metrics":
            stored[fields["split"]].append((fields, until))
    rows = [_csv_rows(filter(None, starmap(rows_until, stored[split]))) for split in CSV_SPLITS]
    for _, line in merge(*rows, key=itemgetter(0)):  # where keys are equal, the earlier iterator is first
        yield line


@router.get(
    "/metrics.csv",
    response_class=StreamingResponse,
    responses={200: file("text/csv", is_text=True)},
    summary="Every row as CSV",
)
def csv(parts: WithParts, job_id: str) -> Response:
    """Never sampled; empty where a column does not apply. By step; of one step training comes first, then
    validation, then test."""
    row = known_job(parts, job_id)

    def lines() -> Iterator[str]:
        yield "split,step,epoch,loss,accuracy,learning_rate,train_seconds\r\n"
        with reading(parts.engine) as connection:
            stored = log.read(connection, job_id, 0, -1, ["metrics", "rewind"])
        rows = _csv_lines(entry.text for entry in stored)
        while block := list(islice(rows, CSV_BLOCK_ROWS)):
            yield "".join(block)

    disposition = f'attachment; filename="livetrain-{row.id}.csv"'
    return StreamingResponse(lines(), media_type="text/csv", headers={"Content-Disposition": disposition})
