"""Bells wake who waits, at once, and are hints only."""

import os
import threading
import time

import pytest

from app.bell import FOLDER, Bell, ring

LONG = 30.0


@pytest.fixture
def bell(tmp_path):
    made = Bell(tmp_path, "worker", "one")
    yield made
    made.close()


def waits_for(bell, act):
    """Seconds that a wait of 30 s took when `act` came in it."""
    took = []

    def wait():
        began = time.monotonic()
        bell.wait(LONG)
        took.append(time.monotonic() - began)

    waiter = threading.Thread(target=wait)
    waiter.start()
    act()
    waiter.join()
    return took[0]


def test_a_ring_wakes_every_bell_of_its_kind(tmp_path, bell):
    second, other = Bell(tmp_path, "worker", "two"), Bell(tmp_path, "supervisor", "one")
    ring(tmp_path, "worker")
    assert waits_for(bell, lambda: None) < LONG
    assert waits_for(second, lambda: None) < LONG
    began = time.monotonic()
    other.wait(0.05)
    assert time.monotonic() - began >= 0.05
    second.close()
    other.close()


def test_a_ring_is_heard_while_waiting_and_its_owner_can_ring_too(tmp_path, bell):
    assert waits_for(bell, lambda: ring(tmp_path, "worker")) < LONG
    assert waits_for(bell, bell.ring) < LONG


def test_many_rings_are_one_and_never_block(tmp_path, bell):
    for _ in range(100):
        bell.ring()
    for _ in range(100):
        ring(tmp_path, "worker")
    bell.wait(LONG)
    began = time.monotonic()
    bell.wait(0.05)
    assert time.monotonic() - began >= 0.05


def test_the_bell_of_a_dead_process_is_taken_away(tmp_path, bell):
    gone = tmp_path / FOLDER / "worker-gone"
    os.mkfifo(gone)
    ring(tmp_path, "worker")
    assert not gone.exists()
    assert (tmp_path / FOLDER / "worker-one").exists()


def test_without_pipes_the_owner_wakes_by_itself(tmp_path, monkeypatch):
    def refuse(*_arguments):
        raise OSError("not here")

    monkeypatch.setattr("os.mkfifo", refuse)
    bell = Bell(tmp_path, "worker", "deaf")
    began = time.monotonic()
    bell.wait(LONG)
    bell.ring()
    bell.close()
    assert time.monotonic() - began < LONG
