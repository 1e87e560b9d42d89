"""A crowd at one place of a log is sent the very same frames; the reader rests while many are served."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import pytest

from app.live import CROWDED_POLL_SECONDS, POLL_SECONDS, Live
from app.live_frames import FRAME_BYTES
from app.live_tail import SHARED_ENTRIES, SHARED_QUESTIONS, TAIL_BYTES, Item, News, Tail
from app.store.torn import Stored


def item(seq, kind="note", size=0):
    fields = {"seq": seq, "at": "2026-01-01T00:00:00.000Z", "type": kind, "message": "x" * size}
    return Item(Stored(seq, kind, json.dumps(fields, separators=(",", ":")), fields))


@pytest.fixture
def tail():
    tail = Tail(10, ended=False)
    tail.extend(map(item, range(11, 21)))
    return tail


def seqs(news):
    return [entry["seq"] for frame in news.frames for entry in json.loads(frame)]


@pytest.mark.parametrize("cursor", range(10, 20))
def test_what_lies_behind_a_cursor(tail, cursor):
    news = tail.after(cursor, None, typed=True)
    assert seqs(news) == list(range(cursor + 1, 21))
    assert (news.cursor, news.newest.seq) == (20, 20)


def test_nothing_new_and_too_far_behind(tail):
    assert tail.after(20, None, typed=True).frames == ()
    assert tail.after(25, None, typed=True).cursor == 25, "a cursor from the database may be ahead"
    assert tail.after(9, None, typed=True) is None


def test_frames_are_made_once_for_the_same_question(tail):
    assert tail.after(15, None, typed=True) is tail.after(15, None, typed=True)
    tail.extend([item(21, "change")])
    assert seqs(tail.after(15, None, typed=True)) == list(range(16, 22)), "and anew when there is more"
    changes = tail.after(15, ("change",), typed=True)
    assert (seqs(changes), changes.cursor) == ([21], 21)
    notes = tail.after(20, ("note",), typed=True)
    assert (seqs(notes), notes.cursor, notes.newest) == ([], 21, None)


def test_what_one_who_is_far_behind_is_sent_is_not_kept(tail):
    tail.extend(map(item, range(21, 21 + SHARED_ENTRIES)))
    assert tail.after(15, None, typed=True) is not tail.after(15, None, typed=True)
    assert tail.after(15, ("change",), typed=True) == News(70, None, ())


def test_one_who_is_far_behind_costs_a_frame(tail):
    tail.extend(item(seq, size=FRAME_BYTES // 20) for seq in range(21, 81))
    cursor, seen = 15, []
    while cursor < tail.last:
        news = tail.after(cursor, None, typed=True)
        assert len(news.frames) == 1 or cursor >= 80 - SHARED_ENTRIES
        assert all(len(frame) <= FRAME_BYTES for frame in news.frames)
        seen += seqs(news)
        assert (news.cursor, news.newest.seq) == (seen[-1], seen[-1])
        cursor = news.cursor
    assert seen == list(range(16, 81))


def test_few_questions_are_remembered(tail):
    for number in range(SHARED_QUESTIONS + 5):
        tail.after(15, (f"type {number}",), typed=True)
    assert len(tail._shared) == SHARED_QUESTIONS


def test_it_holds_a_bounded_part_of_the_log(tail):
    tail.extend(item(seq, size=TAIL_BYTES // 4) for seq in range(21, 31))
    assert tail.after(20, None, typed=True) is None
    assert seqs(tail.after(27, None, typed=True)) == [28, 29, 30]


@pytest.mark.parametrize(
    ("sending", "rest"), [(0.0, POLL_SECONDS), (0.015, 0.06), (0.5, CROWDED_POLL_SECONDS)]
)
def test_the_longer_sending_takes_the_fuller_frames_are(engine, monkeypatch, sending, rest):
    live, rests = Live(engine), []
    live._read_up_to["a job"], live._paces = 0, [0.0]
    live._sending_seconds = sending
    monkeypatch.setattr(live._stopping, "wait", rests.append)
    live._rest()
    assert rests == [pytest.approx(rest)]


def test_how_long_sending_took_is_measured_when_everybody_was_served(engine):
    live, served = Live(engine), []
    tails = {"many": Tail(10, ended=False), "one": Tail(10, ended=False)}

    async def watch(tail):
        await tail.wait(10)
        served.append(monotonic())

    async def crowd():
        live._loop = asyncio.get_running_loop()
        live._tails |= tails
        watched = [tails["many"]] * 100 + [tails["one"]]
        watchers = [asyncio.ensure_future(watch(tail)) for tail in watched]
        await asyncio.sleep(0)
        live._extend([(job_id, [item(11)]) for job_id in tails])
        began = monotonic()
        await asyncio.gather(*watchers)
        return began

    with ThreadPoolExecutor(1) as thread:  # this one may have a browser's loop
        began = thread.submit(asyncio.run, crowd()).result()
    assert live._sending_seconds >= served[-1] - began > 0
