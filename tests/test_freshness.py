"""Silence is measured by the observer's clock, and only while it observes."""

from app.jobs.freshness import Freshness
from app.jobs.warmth import Warmth


class Clock:
    def __init__(self):
        self.moment = 100.0

    def __call__(self):
        return self.moment


def test_a_heartbeat_that_stays_the_same_counts_as_silence():
    clock = Clock()
    fresh = Freshness(clock)
    assert fresh.silent_seconds(1.0) == 0
    for _ in range(9):
        clock.moment += 1
        silent = fresh.silent_seconds(1.0)
    assert silent == 9
    assert fresh.silent_seconds(0.5) == 0, "another value is a sign of life, even when clocks jumped back"


def test_no_process_is_silent_from_the_beginning():
    clock = Clock()
    fresh = Freshness(clock)
    clock.moment += 1.5
    assert fresh.silent_seconds(None) == 1.5


def test_time_in_which_nobody_observed_does_not_count():
    clock = Clock()
    fresh = Freshness(clock)
    fresh.silent_seconds(1.0)
    clock.moment += 3600
    assert fresh.silent_seconds(1.0) == 0
    clock.moment += 1
    assert fresh.silent_seconds(1.0) == 1


def test_workers_that_die_while_warming_are_started_ever_more_slowly():
    clock = Clock()
    warmth = Warmth(clock)
    pauses = []
    for _ in range(10):
        assert warmth.may_start
        warmth.failed("broken")
        began = clock.moment
        while not warmth.may_start:
            clock.moment += 0.25
        pauses.append(clock.moment - began)
    assert pauses[:3] == [1.0, 2.0, 4.0]
    assert pauses[-1] == 30.0
    assert warmth.is_hopeless
    warmth.succeeded()
    assert not warmth.is_hopeless


def test_a_heartbeat_may_have_been_there_before_the_first_look():
    clock = Clock()
    fresh = Freshness(clock, already=4.0)
    assert fresh.silent_seconds(1.0) == 4
    clock.moment += 1
    assert fresh.silent_seconds(1.0) == 5
    assert fresh.silent_seconds(2.0) == 0
