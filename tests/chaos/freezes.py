"""SIGSTOP: a process that is there and does nothing, for a moment or for ever."""

import os
import signal

from app.store.processes import started_at
from tests.chaos.faults import fault
from tests.chaos.scene import Scene

MOMENT = (0.5, 4.0)  # seconds; nobody is given up for so little


@fault("worker frozen for a moment")
def worker_for_a_moment(scene: Scene) -> None:
    """It goes on, as the same attempt."""
    attempt = scene.job()["attempt"]
    scene.freeze(scene.worker(), seconds=scene.moment(*MOMENT))
    assert scene.job()["attempt"] == attempt


@fault("worker frozen")
def worker(scene: Scene) -> None:
    """It is ended, and only then is its job interrupted."""
    frozen = scene.worker()
    began = started_at(frozen.pid)
    os.kill(frozen.pid, signal.SIGSTOP)
    scene.until_status("interrupted")
    scene.until(lambda: scene.is_gone(frozen, began), 2, "the frozen worker's end")


@fault("supervisor frozen for a moment")
def supervisor_for_a_moment(scene: Scene) -> None:
    """The same one goes on, and gives up nobody that it could not see meanwhile."""
    supervisor, attempt = scene.supervisor(), scene.job()["attempt"]
    scene.freeze(supervisor, seconds=scene.moment(*MOMENT))
    assert scene.supervisor().pid == supervisor.pid
    assert scene.job()["attempt"] == attempt


@fault("supervisor frozen")
def supervisor(scene: Scene) -> None:
    """The server ends it and starts another one."""
    frozen, attempt = scene.supervisor(), scene.job()["attempt"]
    began = started_at(frozen.pid)
    os.kill(frozen.pid, signal.SIGSTOP)
    scene.until(lambda: scene.is_gone(frozen, began), 30, "the frozen supervisor's end")
    scene.until(scene.is_healthy, 30, "another supervisor")
    assert scene.job()["attempt"] == attempt


@fault("server frozen for a moment")
def server_for_a_moment(scene: Scene) -> None:
    """Who watches waits; nobody loses anything."""
    attempt = scene.job()["attempt"]
    scene.freeze(scene.server(), seconds=scene.moment(*MOMENT))
    assert scene.job()["attempt"] == attempt


@fault("all frozen for a moment")
def all_for_a_moment(scene: Scene) -> None:
    """As when a machine sleeps and wakes."""
    attempt = scene.job()["attempt"]
    with scene.truth.excused():
        scene.freeze(scene.worker(), scene.supervisor(), scene.server(), seconds=scene.moment(2, 12))
    assert scene.job()["attempt"] == attempt


@fault("supervisor killed beside a frozen worker")
def worker_without_supervisor(scene: Scene) -> None:
    """The next supervisor does not wait the whole time once more."""
    frozen = scene.worker()
    os.kill(frozen.pid, signal.SIGSTOP)
    os.kill(scene.supervisor().pid, signal.SIGKILL)
    scene.until_status("interrupted")
