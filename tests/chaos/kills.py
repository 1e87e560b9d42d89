"""SIGKILL, to one or to many."""

import os
import signal

import psutil

from tests.chaos.faults import fault
from tests.chaos.scene import Scene
from tests.product import eventually


def kill(*processes: psutil.Process) -> None:
    """SIGKILL to each that is still there."""
    for process in processes:
        if process.is_running():
            os.kill(process.pid, signal.SIGKILL)


@fault("worker killed")
def worker(scene: Scene) -> None:
    """The job is interrupted, and says that its worker was lost."""
    kill(scene.worker())
    job = scene.until_status("interrupted")
    assert job["status"] == "completed" or job["reason"] == "worker_lost", job


@fault("worker killed while paused")
def paused_worker(scene: Scene) -> None:
    """A job at rest is interrupted too, and does not start again by itself."""
    scene.ask("POST", f"/api/jobs/{scene.job_id}/pause")
    if scene.until_status("paused")["status"] == "paused":
        kill(scene.worker())
        scene.until_status("interrupted")


@fault("warm worker killed")
def spare_worker(scene: Scene) -> None:
    """Nobody notices but the supervisor."""
    attempt = scene.job()["attempt"]
    kill(scene.spare_worker())
    assert scene.job()["attempt"] == attempt


@fault("supervisor killed")
def supervisor(scene: Scene) -> None:
    """The server starts another one, which adopts the worker."""
    attempt = scene.job()["attempt"]
    killed = scene.supervisor()
    kill(killed)
    scene.until(lambda: scene.supervisor().pid != killed.pid, 60, "another supervisor")
    assert scene.job()["attempt"] == attempt, "it was not interrupted"


@fault("server killed")
def server(scene: Scene) -> None:
    """Training goes on without it."""
    with scene.truth.excused():
        kill(scene.server())
        scene.hold(scene.moment(0, 2))
        scene.start_server()


@fault("several killed at once")
def several(scene: Scene) -> None:
    """Two or three of worker, supervisor and server, in one moment."""
    everybody = [scene.worker(), scene.supervisor(), scene.server()]
    chosen = scene.random.sample(everybody, scene.random.choice([2, 2, 3]))
    if scene.server() not in chosen:
        kill(*chosen)
        return
    with scene.truth.excused():
        kill(*chosen)
        scene.start_server()


@fault("machine restarted")
def everything(scene: Scene) -> None:
    """Every process of the product is gone at once, and the server is started again."""
    with scene.truth.excused():
        kill(*scene.product.processes())
        eventually(lambda: not scene.product.processes(), 20, "every process to be gone")
        scene.start_server()
    scene.until_status("interrupted", "running")
