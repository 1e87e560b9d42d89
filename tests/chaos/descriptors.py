"""No file descriptor left."""

import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psutil

from tests.chaos.faults import fault
from tests.chaos.kills import kill
from tests.chaos.scene import Scene

CALLERS = 30


@contextmanager
def no_descriptor_for(process: psutil.Process, spare: int) -> Iterator[None]:
    """It may open `spare` more than it has now."""
    before = process.rlimit(resource.RLIMIT_NOFILE)
    process.rlimit(resource.RLIMIT_NOFILE, (process.num_fds() + spare, before[1]))
    try:
        yield
    finally:
        if process.is_running():
            process.rlimit(resource.RLIMIT_NOFILE, before)


@fault("server without file descriptors")
def server(scene: Scene) -> None:
    """Many call it at once; afterwards it answers as before, and its supervisor is still cared for."""
    attempt = scene.job()["attempt"]
    with no_descriptor_for(scene.server(), scene.random.randrange(4)), ExitStack() as callers:
        for _ in range(CALLERS):
            caller = callers.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", scene.product.port))
        scene.hold(scene.moment(1, 4))
    scene.until(scene.is_healthy, 20, "the server to answer")
    assert scene.job()["attempt"] == attempt


@fault("supervisor without file descriptors")
def supervisor(scene: Scene) -> None:
    """It cannot start a worker then; it goes on, and does it later."""
    attempt, before = scene.job()["attempt"], scene.supervisor()
    spare = scene.spare_worker()
    with no_descriptor_for(before, scene.random.randrange(4)):
        kill(spare)
        scene.hold(scene.moment(1, 4))
    assert scene.supervisor().pid == before.pid
    assert scene.job()["attempt"] == attempt
