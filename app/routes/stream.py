"""The two websockets. Rule: replay, live view and reconnection are one thing: entries after a cursor."""

import asyncio

from fastapi import APIRouter, WebSocket

from app.errors import Problem
from app.live_socket import JobStream, send_jobs, until_gone
from app.parts import Parts, WithParts
from app.routes.log import chosen_types
from app.store.database import reading
from app.store.log import last_seq

router = APIRouter()

BAD_QUERY = 4400
UNKNOWN_JOB = 4404
LONGEST_REASON = 123  # bytes, by RFC 6455
QUERY = ("after", "types", "encoding", "frame_seconds")
SLOWEST_FRAMES = 5.0  # seconds between two


def _after(text: str) -> int | None:
    """The cursor in `text`; None when it is no number from 0."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _frame_seconds(text: str) -> float | None:
    """The time between frames in `text`; None when it is no number from 0 to SLOWEST_FRAMES."""
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if 0.0 <= seconds <= SLOWEST_FRAMES else None


def _reason(words: str) -> str:
    """`words`, as many as a close frame has room for."""
    return words.encode()[:LONGEST_REASON].decode("utf-8", "ignore")


def _last_seq(parts: Parts, job_id: str) -> int:
    """From the database: a watcher may have heard of an entry before the live reader did."""
    with reading(parts.engine) as connection:
        return last_seq(connection, job_id) or 0


@router.websocket("/api/jobs/{job_id}/stream")
async def job(websocket: WebSocket, parts: WithParts, job_id: str) -> None:
    """JSON arrays of the job's entries with seq > `after`, then live until the log has ended."""
    await websocket.accept()
    query = websocket.query_params
    cursor = _after(query.get("after", "0"))
    encoding = query.get("encoding", "plain")
    if cursor is None:
        await websocket.close(BAD_QUERY, "after must be a whole number, at least 0")
        return
    if encoding not in ("plain", "typed") or any(name not in QUERY for name in query):
        await websocket.close(
            BAD_QUERY, "the parameters are after, types, encoding=plain|typed, frame_seconds"
        )
        return
    frame_seconds = _frame_seconds(query.get("frame_seconds", "0"))
    if frame_seconds is None:
        await websocket.close(BAD_QUERY, f"frame_seconds must be a number from 0 to {SLOWEST_FRAMES:g}")
        return
    try:
        types = chosen_types(query.get("types"))
    except Problem as problem:
        await websocket.close(BAD_QUERY, _reason(problem.detail))
        return
    async with parts.live.following(job_id, frame_seconds) as tail:
        if tail is None:
            await websocket.close(UNKNOWN_JOB, "there is no such job")
        elif cursor > tail.last and cursor > await asyncio.to_thread(_last_seq, parts, job_id):
            await websocket.close(BAD_QUERY, "after is beyond the log's last seq")
        else:
            typed = encoding == "typed"
            stream = JobStream(
                parts.engine,
                job_id,
                cursor,
                types,
                typed=typed,
                frame_seconds=frame_seconds,
                lag=parts.live.lag,
            )
            await until_gone(websocket, lambda: stream.send(websocket, tail))


@router.websocket("/api/stream")
async def jobs(websocket: WebSocket, parts: WithParts) -> None:
    """JSON arrays of changed jobs, first the newest 200."""
    await websocket.accept()
    await until_gone(websocket, lambda: send_jobs(websocket, parts.engine, parts.live))
