"""Who is at work, as one observer sees it: pids here, heartbeats elsewhere, clocks that jump."""

import dataclasses
import os
import subprocess
import sys

import pytest

from app.attendance import Attendance
from app.store.processes import Process, started_at, this_place


class Clock:
    def __init__(self, moment):
        self.moment = moment

    def __call__(self):
        return self.moment


@pytest.fixture
def clock():
    return Clock(100.0)


@pytest.fixture
def wall_clock():
    return Clock(1_800_000_000.0)


@pytest.fixture
def attendance(clock, wall_clock):
    return Attendance(clock, wall_clock)


def a_process(heartbeat_at, place="another host", pid=1, created_at=1.0):
    return Process("some", "supervisor", pid, created_at, heartbeat_at, "working", None, place)


def watched(attendance, clock, row, seconds):
    """The silence after observing the unchanged `row` once a second for so long."""
    for _ in range(seconds):
        clock.moment += 1
        seen = attendance.observe([row])
    return seen[0][1]


def test_a_heartbeat_elsewhere_that_was_written_just_now_counts(attendance, wall_clock):
    assert attendance.any_within(5, [a_process(wall_clock.moment - 1)])


def test_an_old_heartbeat_elsewhere_counts_only_once_it_changes(attendance, clock, wall_clock):
    row = a_process(wall_clock.moment - 3600)
    assert not attendance.any_within(5, [row])
    clock.moment += 1
    assert attendance.any_within(5, [dataclasses.replace(row, heartbeat_at=row.heartbeat_at + 1)])


def test_silence_elsewhere_is_noticed(attendance, clock, wall_clock):
    row = a_process(wall_clock.moment)
    attendance.observe([row])
    assert watched(attendance, clock, row, 4) == 4
    assert watched(attendance, clock, row, 3) == 7


@pytest.mark.parametrize("jump", [-3600, 3600])
def test_a_clock_that_jumps_changes_nothing(attendance, clock, wall_clock, jump):
    row = a_process(wall_clock.moment)
    attendance.observe([row])
    wall_clock.moment += jump
    for beat in (1, 2, 3):
        clock.moment += 1
        row = dataclasses.replace(row, heartbeat_at=row.heartbeat_at + beat)
        assert attendance.any_within(1.5, [row])


def test_a_pid_from_elsewhere_is_not_looked_up_here(attendance, wall_clock):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    there = a_process(wall_clock.moment, pid=ended.pid)
    assert attendance.any_within(5, [there])
    here = dataclasses.replace(there, place=this_place())
    assert not attendance.any_within(5, [here])
    assert attendance.observe([here]) == []


def test_a_process_here_is_believed_whatever_the_clock_says(attendance, clock, wall_clock):
    created_at = started_at(os.getpid())
    row = a_process(wall_clock.moment - 3600, this_place(), os.getpid(), created_at)
    assert attendance.any_within(5, [row])
    assert watched(attendance, clock, row, 11) == 11, "it lives, but is frozen"


def test_who_is_not_named_any_more_is_forgotten(attendance, clock, wall_clock):
    row = a_process(wall_clock.moment)
    attendance.observe([row])
    watched(attendance, clock, row, 20)
    attendance.observe([])
    wall_clock.moment += 20
    again = dataclasses.replace(row, heartbeat_at=wall_clock.moment)
    assert attendance.any_within(1, [again])
