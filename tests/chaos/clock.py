"""The machine's clock set to another time, under the running product."""

from tests.chaos.faults import fault
from tests.chaos.kills import kill
from tests.chaos.scene import Scene

HOUR = 3600
JUMPS = (-365 * 24 * HOUR, -24 * HOUR, -HOUR, -3, 3, HOUR, 24 * HOUR, 30 * 24 * HOUR)  # seconds
SEEN_SECONDS = 3.0  # by then everybody has looked at the clock


def set_the_clock(scene: Scene) -> None:
    """To another time than before."""
    before = scene.clock.read_text()
    scene.clock.write_text(str(scene.random.choice([jump for jump in JUMPS if str(jump) != before])))
    scene.hold(SEEN_SECONDS)


@fault("clock set")
def jumped(scene: Scene) -> None:
    """Nobody is taken for dead, or for alive, because of it."""
    attempt, supervisor = scene.job()["attempt"], scene.supervisor()
    set_the_clock(scene)
    assert scene.is_healthy()
    assert scene.supervisor().pid == supervisor.pid
    assert scene.job()["attempt"] == attempt


@fault("supervisor killed after the clock was set")
def jumped_between_supervisors(scene: Scene) -> None:
    """The next one knows the worker again, though it sees another time."""
    attempt, killed = scene.job()["attempt"], scene.supervisor()
    set_the_clock(scene)
    kill(killed)
    scene.until(lambda: scene.supervisor().pid != killed.pid, 60, "another supervisor")
    scene.hold(SEEN_SECONDS)
    assert scene.job()["attempt"] == attempt
