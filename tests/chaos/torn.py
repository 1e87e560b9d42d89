"""A checkpoint that a crash, or a disk, has damaged."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ml.checkpoint_files import FACTS, STATE, WEIGHTS, Name, checkpoints_in, parse_name
from tests.chaos.faults import Unavailable, fault
from tests.chaos.kills import kill
from tests.chaos.scene import Scene


def _halved(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def _flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


WAYS: list[Callable[[Path], None]] = [_halved, _flipped, _emptied, Path.unlink]


def _listed(scene: Scene, what: str) -> list[dict[str, Any]]:
    path, member = {
        "checkpoints": ("checkpoints", "checkpoints"),
        "notes": ("log?types=note&limit=1000", "entries"),
    }[what]
    answer = scene.ask("GET", f"/api/jobs/{scene.job_id}/{path}")
    return list(answer.json()[member]) if answer is not None and answer.status_code == 200 else []


@fault("newest checkpoint torn")
def newest(scene: Scene) -> None:
    """It is named in the log, and the one before it is used."""
    scene.until(lambda: _listed(scene, "checkpoints"), 60, "a checkpoint")
    kill(scene.worker())
    if scene.until_status("interrupted")["status"] == "completed":
        raise Unavailable("the job had completed")
    step = max(checkpoint["step"] for checkpoint in _listed(scene, "checkpoints"))
    folder = checkpoints_in(scene.product.data_directory, scene.job_id)
    names = [name for path in folder.iterdir() if (name := parse_name(path.name)) and name.step == step]
    torn: Name = max(names)
    way, file = scene.random.choice(WAYS), scene.random.choice([WEIGHTS, STATE, FACTS])
    way(folder / str(torn) / file)
    scene.settle()
    said = [note["message"] for note in _listed(scene, "notes")]
    assert any(f"{torn}) is damaged" in message for message in said), (torn, way.__name__, file, said)
