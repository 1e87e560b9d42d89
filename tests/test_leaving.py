"""Being asked to end, in the worst moments: a signal between any two lines of what the main thread does."""

import signal
import sys
import threading
from pathlib import Path

import pytest

from app import bell
from app.jobs import leaving, supervisor
from app.jobs.leaving import Leaving
from app.jobs.supervisor import Supervisor
from app.jobs.worker import Worker

STUCK_SECONDS = 60  # a thread that waits for itself waits for ever
WATCHED = {Path(module.__file__ or "") for module in (bell, leaving, supervisor, threading)}


@pytest.fixture(autouse=True)
def watchdog():
    """A deadlock becomes a failure: an alarm breaks even the wait for a lock."""

    def stuck(_number, _frame):
        raise AssertionError("the main thread waits for itself")

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGALRM)}
    signal.signal(signal.SIGALRM, stuck)
    signal.alarm(STUCK_SECONDS)
    yield
    signal.alarm(0)
    sys.settrace(None)
    for number, handler in before.items():
        signal.signal(number, handler)


class SignalAt:
    """SIGTERM to this process at the `place`-th line that is run while it is entered, counted from 1."""

    def __init__(self, place):
        self.place = place
        self.passed = 0

    def __enter__(self):
        sys.settrace(self._entered)
        return self

    def __exit__(self, *_):
        sys.settrace(None)

    @property
    def was_sent(self):
        return self.passed >= self.place

    def _entered(self, frame, _event, _argument):
        return self._line if Path(frame.f_code.co_filename) in WATCHED else None

    def _line(self, _frame, event, _argument):
        if event == "line":
            self.passed += 1
            if self.passed == self.place:
                signal.raise_signal(signal.SIGTERM)
        return self._line


class Rounds(Supervisor):
    """A supervisor whose looks find nothing; it is rung at once, and ends by itself after three."""

    looks = 0

    def look(self):
        self.looks += 1
        self._bell.ring()
        return self.looks < 3


class NoCrew:
    """Nobody works."""


def test_a_supervisor_hears_a_signal_between_any_two_lines_of_its_round(engine, tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "REST_SECONDS", 0.0)
    place = 0
    while True:
        place += 1
        watching = Rounds(engine, NoCrew(), tmp_path, cpu_slots=1)
        signal.signal(signal.SIGTERM, lambda _number, _frame, watching=watching: watching.leave())
        with SignalAt(place) as at:
            watching.run()
        if not at.was_sent:
            break
        assert watching._leaving.is_set()
    assert place > 20, "it was sent in many places"
    assert watching.looks == 3


@pytest.mark.parametrize("kind", ["supervisor", "worker"])
def test_a_second_signal_may_come_while_the_first_is_heard(engine, tmp_path, kind):
    place = 0
    while True:
        place += 1
        asked = Leaving()
        if kind == "worker":
            one = Worker(engine, "w1", tmp_path, asked)
        else:
            one = Supervisor(engine, NoCrew(), tmp_path, cpu_slots=1)
            asked = one._leaving
        signal.signal(signal.SIGTERM, lambda _number, _frame, one=one: one.leave())
        with SignalAt(place) as at:
            one.leave()
        assert asked.is_set()
        one._bell.close()
        if not at.was_sent:
            break
    assert place > 4


def test_a_bell_may_be_rung_at_any_moment_of_its_closing(tmp_path):
    place = 0
    while True:
        place += 1
        closing = bell.Bell(tmp_path, "worker", "one")
        signal.signal(signal.SIGTERM, lambda _number, _frame, closing=closing: closing.ring())
        with SignalAt(place) as at:
            closing.close()
        assert not list((tmp_path / bell.FOLDER).iterdir())
        if not at.was_sent:
            break
    assert place > 3
