"""A row, a pid and a beginning: who is alive, whatever the clock says."""

import os
import signal
import subprocess
import sys

import psutil
import pytest

from app.jobs.crew import Crew
from app.store import processes
from app.store.database import reading, writing


@pytest.mark.skipif(
    not hasattr(psutil, "_pslinux"), reason="elsewhere a process keeps the moment it began at"
)
@pytest.mark.parametrize("seconds", [-86400.0, -1.0, 1.0, 3600.0])
def test_who_lives_is_known_again_after_the_clock_was_set(engine, monkeypatch, seconds):
    with writing(engine) as connection:
        processes.register(connection, "w1", "worker", "idle")
    with reading(engine) as connection:
        (row,) = processes.of_kind(connection, "worker")
    boot_time = psutil._pslinux.boot_time
    created = psutil.Process().create_time()
    monkeypatch.setattr(psutil._pslinux, "boot_time", lambda: boot_time() + seconds)
    assert psutil.Process().create_time() != created, "it seems to have begun at another time"
    assert row.is_alive()


def test_two_processes_of_one_number_are_told_apart_by_their_beginning():
    first = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    began = processes.started_at(first.pid)
    assert processes.started_at(os.getpid()) < began
    assert processes.is_alive(first.pid, began)
    first.communicate(b"\n")
    assert not processes.is_alive(first.pid, began)
    with pytest.raises(psutil.NoSuchProcess):
        processes.started_at(first.pid)


def test_an_adopted_worker_is_gone_when_its_end_returns(engine, tmp_path):
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True)
    with writing(engine) as connection:
        processes.register(connection, "w1", "worker", "busy", child.pid)
    with reading(engine) as connection:
        (worker,) = processes.of_kind(connection, "worker")
    child.send_signal(signal.SIGSTOP)
    Crew("", tmp_path).end(worker)  # not the one that started it
    assert not worker.is_alive()
    child.communicate()
