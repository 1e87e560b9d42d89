"""What must not grow: processes, slots, files, file descriptors and memory of the server."""

from dataclasses import dataclass

import psutil

from app.bell import FOLDER, SUPERVISOR, WORKER, ring
from tests.chaos.scene import WORKERS, Scene
from tests.faults import remains
from tests.product import eventually

DESCRIPTORS = 24  # five kept connections to the database are three files each; some are sockets of ours
MEBIBYTE = 2**20
MEMORY = 64 * MEBIBYTE  # of one server, over its life under chaos
REAPED_SECONDS = 10.0  # a server looks once a second after the supervisors it started
BELLS = WORKERS + 1  # and the supervisor's


@dataclass
class First:
    """What a server had when it was first seen at rest."""

    descriptors: int
    memory: int


class Leaks:
    """Looks whenever nothing trains; `memory` and `descriptors`: the most that one server grew by."""

    def __init__(self) -> None:
        self.memory = self.descriptors = 0
        self._first: dict[int, First] = {}
        self._names: set[str] | None = None

    def look(self, scene: Scene) -> list[str]:
        """What is there that should not be."""
        found = remains(scene.product, workers=WORKERS)
        server = scene.server()
        now = First(server.num_fds(), server.memory_info().rss)
        first = self._first.setdefault(server.pid, now)
        grown = First(now.descriptors - first.descriptors, now.memory - first.memory)
        self.memory = max(self.memory, grown.memory)
        self.descriptors = max(self.descriptors, grown.descriptors)
        if grown.descriptors > DESCRIPTORS:
            found.append(f"{grown.descriptors} further file descriptors of the server")
        if grown.memory > MEMORY:
            found.append(f"{grown.memory // MEBIBYTE} MiB more memory of the server")
        try:
            eventually(
                lambda: not any(map(_is_zombie, server.children())), REAPED_SECONDS, "the dead to be reaped"
            )
        except AssertionError:
            found += [f"zombie {child.pid}" for child in server.children() if _is_zombie(child)]
        return found + self._files(scene)

    def _files(self, scene: Scene) -> list[str]:
        names = {path.name for path in scene.product.data_directory.iterdir()}
        if self._names is None:
            self._names = names | {"reserve", "supervisor.old.log"}
        for kind in (SUPERVISOR, WORKER):
            ring(scene.product.data_directory, kind)  # which takes the bells of the dead away
        bells = len(list((scene.product.data_directory / FOLDER).iterdir()))
        found = [f"{bells} bells"] if bells > BELLS else []
        return found + [f"file {name}" for name in sorted(names - self._names)]


def _is_zombie(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
