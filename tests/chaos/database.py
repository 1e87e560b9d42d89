"""The database locked by somebody, or away."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.chaos.faults import fault
from tests.chaos.kills import kill
from tests.chaos.scene import Scene
from tests.product import LIVETRAIN, free_port


@contextmanager
def locked(scene: Scene) -> Iterator[None]:
    """Nobody else may write."""
    path = scene.product.data_directory / "livetrain.db"
    holder = sqlite3.connect(path, timeout=20, isolation_level=None)
    try:
        holder.execute("BEGIN IMMEDIATE")
        with scene.truth.excused():
            yield
            holder.execute("ROLLBACK")
    finally:
        holder.close()


@contextmanager
def away(scene: Scene) -> Iterator[None]:
    """The file is not where it was."""
    path = scene.product.data_directory / "livetrain.db"
    elsewhere = path.with_suffix(".elsewhere")
    with scene.truth.excused():
        path.rename(elsewhere)
        try:
            yield
        finally:
            assert not path.exists(), "nobody puts another one in its place"
            elsewhere.rename(path)


@fault("database locked")
def is_locked(scene: Scene) -> None:
    """Trainings go on, and readers do not wait."""
    attempt = scene.job()["attempt"]
    with locked(scene):
        scene.hold(scene.moment(0.5, 4))
        assert scene.job()["attempt"] == attempt
        scene.hold(scene.moment(0.5, 4))
    assert scene.job()["attempt"] == attempt


@fault("worker killed while the database is locked")
def worker_killed_meanwhile(scene: Scene) -> None:
    """The truth is written as soon as it can be."""
    worker = scene.worker()
    with locked(scene):
        kill(worker)
        scene.hold(scene.moment(0.5, 4))
    scene.until_status("interrupted")


@fault("server started while the database is locked")
def server_started_meanwhile(scene: Scene) -> None:
    """It starts all the same."""
    with locked(scene):
        kill(scene.server())
        scene.start_server()


@fault("supervisor killed while the database is locked")
def supervisor_killed_meanwhile(scene: Scene) -> None:
    """The next one waits for the database and adopts the worker."""
    attempt, killed = scene.job()["attempt"], scene.supervisor()
    with locked(scene):
        kill(killed)
        scene.hold(scene.moment(2, 8))
    scene.until(lambda: scene.supervisor().pid != killed.pid, 60, "another supervisor")
    assert scene.job()["attempt"] == attempt


@fault("database away")
def is_away(scene: Scene) -> None:
    """As long as it is, nothing is lost and nobody makes another one."""
    attempt = scene.job()["attempt"]
    with away(scene):
        scene.hold(scene.moment(0.5, 4))
    assert scene.job()["attempt"] == attempt


@fault("server started while the database is away")
def not_started_without(scene: Scene) -> None:
    """It refuses: the journal that lies there belongs to a database that is somewhere."""
    with away(scene):
        command = [LIVETRAIN, "serve", "--port", str(free_port())]
        command += ["--data-dir", str(scene.product.data_directory)]
        refused = subprocess.run(
            command, capture_output=True, text=True, timeout=60, check=False, env=scene.product.environment
        )
    assert refused.returncode == 1, refused
    assert "put the database back" in refused.stderr, refused.stderr


@fault("supervisor killed while the database is away")
def supervisor_killed_without(scene: Scene) -> None:
    """The next one comes when the database does."""
    attempt, killed = scene.job()["attempt"], scene.supervisor()
    with away(scene):
        kill(killed)
        scene.hold(scene.moment(2, 5))
        assert not (scene.product.data_directory / "livetrain.db").exists()
    scene.until(lambda: scene.supervisor().pid != killed.pid, 60, "another supervisor")
    assert scene.job()["attempt"] == attempt
