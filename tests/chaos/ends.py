"""Asked to end, politely: what trains is saved, and goes on by itself."""

import signal

from tests.chaos.faults import fault
from tests.chaos.scene import Scene


def _goes_on_by_itself(scene: Scene, attempt: int) -> None:
    """A further attempt trains that nobody asked for."""

    def further() -> bool:
        job = scene.job()
        assert job["status"] in ("running", "paused", "queued", "starting", "completed"), job
        return job["attempt"] > attempt or job["status"] == "completed"

    scene.until(further, 90, "the job to go on by itself")


@fault("worker asked to end")
def worker(scene: Scene) -> None:
    """It pauses its job, which goes on with another one."""
    attempt = scene.job()["attempt"]
    scene.worker().send_signal(signal.SIGTERM)
    _goes_on_by_itself(scene, attempt)


@fault("supervisor asked to end")
def supervisor(scene: Scene) -> None:
    """It ends its workers too, after they have saved; the server starts another one."""
    attempt = scene.job()["attempt"]
    scene.supervisor().send_signal(signal.SIGTERM)
    _goes_on_by_itself(scene, attempt)


@fault("server ended and started")
def server(scene: Scene) -> None:
    """Ctrl-C, as people do it."""
    attempt = scene.job()["attempt"]
    assert scene.product.server is not None
    with scene.truth.excused():
        scene.product.server.send_signal(signal.SIGINT)
        assert scene.product.server.wait(timeout=30) == 0
        scene.start_server()
    assert scene.job()["attempt"] == attempt


@fault("stopped without saving")
def stopped(scene: Scene) -> None:
    """By hand, and resumed by hand: from the last checkpoint."""
    scene.ask("POST", f"/api/jobs/{scene.job_id}/stop", json={"save": scene.random.random() < 0.5})
    scene.until_status("stopped")
