"""A second server, a second supervisor: on a data directory that has one."""

import signal
import subprocess

import httpx2 as httpx

from tests.chaos.faults import fault
from tests.chaos.scene import Scene
from tests.product import LIVETRAIN, eventually, free_port


@fault("second server")
def server(scene: Scene) -> None:
    """Both tell the same; either may go."""
    attempt, port = scene.job()["attempt"], free_port()
    command = [LIVETRAIN, "serve", "--port", str(port), "--data-dir", str(scene.product.data_directory)]
    second = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=scene.product.environment
    )
    address = f"http://127.0.0.1:{port}/api/jobs/{scene.job_id}"

    def told() -> bool:
        try:
            return httpx.get(address, timeout=10).json()["attempt"] == attempt
        except httpx.TransportError:
            return False

    try:
        eventually(told, 60, "the second server")
    finally:
        second.send_signal(scene.random.choice([signal.SIGINT, signal.SIGKILL]))
        second.wait(timeout=30)
    assert scene.job()["attempt"] == attempt


@fault("second supervisor")
def supervisor(scene: Scene) -> None:
    """Refused: one is enough."""
    before = scene.supervisor()
    command = [LIVETRAIN, "work", "--data-dir", str(scene.product.data_directory)]
    refused = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, env=scene.product.environment
    )
    assert refused.returncode == 1, refused
    assert "already works" in refused.stderr, refused.stderr
    assert scene.supervisor().pid == before.pid
