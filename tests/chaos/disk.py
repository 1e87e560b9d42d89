"""No room: for one process by its own limit, and for all on a small disk."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.chaos.faults import Unavailable, fault
from tests.chaos.scene import Scene

FILE_BYTES = 4096  # nothing may grow beyond
CHUNK = bytes(2**20)


@contextmanager
def no_room_for(*processes: psutil.Process) -> Iterator[None]:
    """They cannot write behind the first page of any file."""
    before = [process.rlimit(resource.RLIMIT_FSIZE) for process in processes]
    try:
        for process, (_, hard) in zip(processes, before, strict=True):
            process.rlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, hard))
        yield
    finally:
        for process, limits in zip(processes, before, strict=True):
            if process.is_running():
                process.rlimit(resource.RLIMIT_FSIZE, limits)


@fault("worker without room")
def worker(scene: Scene) -> None:
    """Neither its log nor its checkpoints can be written; both wait, and training goes on."""
    attempt = scene.job()["attempt"]
    with scene.truth.excused(), no_room_for(scene.worker()):
        scene.hold(scene.moment(1, 6))
    assert scene.job()["attempt"] == attempt


@fault("all without room")
def everybody(scene: Scene) -> None:
    """Server, supervisor and worker at once."""
    attempt = scene.job()["attempt"]
    with scene.truth.excused(), no_room_for(scene.worker(), scene.supervisor(), scene.server()):
        scene.hold(scene.moment(1, 6))
    assert scene.job()["attempt"] == attempt


def _filled(path: Path) -> None:
    try:
        with path.open("wb", buffering=0) as file:
            while True:
                file.write(CHUNK)
    except OSError:
        return  # full to the last byte


@fault("disk full")
def full(scene: Scene) -> None:
    """The job pauses and says why; with room again it goes on by itself."""
    if scene.disk is None:
        raise Unavailable("no small disk can be mounted here")
    filler = scene.disk / "filler"
    attempt = scene.job()["attempt"]
    try:
        _filled(filler)
        job = scene.until_status("paused")
        if job["status"] == "paused":
            answer = scene.ask("GET", f"/api/jobs/{scene.job_id}/log?types=status&limit=1000")
            assert answer is not None
            assert "full" in answer.json()["entries"][-1].get("message", ""), answer.text[-400:]
    finally:
        filler.unlink()
        os.sync()
    assert scene.until_status("running")["attempt"] == attempt, "it kept its worker"
