"""Rounds of chaos: a job, some faults, its completion, the verdict. Rule: the same seed, the same faults."""

import os
import random
import subprocess
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.catalogue import FAULTS, Unavailable
from tests.chaos.judge import verdict
from tests.chaos.leaks import DESCRIPTORS, MEBIBYTE, MEMORY, Leaks
from tests.chaos.scene import CONFIG, SLOTS, Over, Scene
from tests.chaos.table import Table
from tests.chaos.watch import Watcher
from tests.faults import FROZEN_SECONDS, NOTICED_SECONDS, curve_of
from tests.product import Product

PER_JOB = (2, 8)
STEPS_BETWEEN = (10, 120)
STOPS_BEFORE_END = 0.75  # of its steps; a fault needs a job that trains
DISK_MEGABYTES = 500
PATH = Path(__file__).parent / "moved_clock"


@contextmanager
def small_disk(folder: Path) -> Iterator[Path | None]:
    """A disk of its own that can be filled; None where none may be mounted."""
    disk = folder / "disk"
    disk.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "tmpfs", str(disk)]
    if subprocess.run(["mount", *options], capture_output=True, check=False).returncode:
        yield None
        return
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


@contextmanager
def stage(folder: Path, random_: random.Random) -> Iterator[Scene]:
    """A running product, ready for chaos."""
    clock = folder / "clock"
    clock.write_text("0")
    paths = os.pathsep.join(filter(None, [str(PATH), os.environ.get("PYTHONPATH", "")]))
    environment = {"PYTHONPATH": paths, "CHAOS_CLOCK": str(clock), "LIVETRAIN_CPU_SLOTS": str(SLOTS)}
    with small_disk(folder) as disk, Product((disk or folder) / "data", **environment) as product:
        scene = Scene(product.ready(), random_, clock, disk)
        with scene.truth:
            yield scene


class Soak:
    """Draws faults from a deck of `kinds` that is shuffled again whenever it is used up."""

    def __init__(
        self,
        scene: Scene,
        kinds: Sequence[str],
        say: Callable[[str], None],
        per_job: tuple[int, int] = PER_JOB,
    ) -> None:
        self.table = Table()
        self.leaks = Leaks()
        self.wrong: list[str] = []
        self.jobs = self.steps = 0
        self._scene = scene
        self._skipped = 0  # faults that could not be done
        self._kinds = list(kinds)
        self._deck: list[str] = []
        self._say = say
        self._per_job = per_job  # least and most
        self._expected: list[str] = []

    def run(self, count: int, seconds: float = float("inf")) -> None:
        """Until `count` faults were done, or so many seconds are over."""
        scene, began = self._scene, time.monotonic()
        scene.job_id = scene.product.create(**CONFIG)["id"]
        scene.until_status("completed", seconds=300)
        self._expected = curve_of(scene.product, scene.job_id)
        self._tidy()
        while (left := count - self.table.injected - self._skipped) > 0:
            if time.monotonic() - began > seconds:
                return
            self._round(min(scene.random.randint(*self._per_job), left))

    def _round(self, count: int) -> None:
        scene = self._scene
        scene.job_id = scene.product.create(**CONFIG)["id"]
        self.jobs += 1
        done: list[str] = []
        with Watcher(lambda after: scene.product.stream_address(scene.job_id, after)) as watcher:
            try:
                while len(done) < count and self._reached_a_moment():
                    done.append(self._one())
                scene.settle()
                job = scene.until_status("completed", seconds=300)
                self._note(done, verdict(scene, watcher, self._expected))
                self.steps += job["total_steps"]
            except Exception:  # noqa: BLE001 - the boundary: one broken job must not hide the next
                self._note(done, [traceback.format_exc()])
        self._note(done, self._tidy())

    def _reached_a_moment(self) -> bool:
        """Wait until some more steps are done; False when the job is nearly over."""
        scene = self._scene
        job = scene.until_status("running", seconds=120)
        wanted = (job["step"] or 0) + scene.random.randint(*STEPS_BETWEEN)
        if wanted > STOPS_BEFORE_END * job["total_steps"]:
            return False
        scene.until(lambda: scene.job()["step"] >= wanted, 120, f"step {wanted}")
        return True

    def _one(self) -> str:
        if not self._deck:
            self._deck = list(self._kinds)
            self._scene.random.shuffle(self._deck)
        kind = self._deck.pop()
        began = time.monotonic()
        try:
            FAULTS[kind](self._scene)
            self._scene.settle()
            recovered = True
        except Over:
            self._deck.append(kind)  # for the next job
            return kind
        except Unavailable as why:
            self.table.unavailable[kind] = str(why)
            self._skipped += 1
            self._scene.settle()
            return kind
        except Exception:  # noqa: BLE001 - likewise
            recovered = False
            self._note([kind], [traceback.format_exc()])
        seconds = time.monotonic() - began
        self.table.add(kind, recovered=recovered, seconds=seconds)
        self._say(f"{self.table.injected:4d}  {kind}: {'ok' if recovered else 'WRONG'}, {seconds:.1f} s")
        return kind

    def _tidy(self) -> list[str]:
        """The job is deleted, and nothing of it is left."""
        scene = self._scene
        scene.ask("POST", f"/api/jobs/{scene.job_id}/stop")
        try:
            scene.until(self._deleted, 60, "the job's deletion")
            return self.leaks.look(scene)
        except Exception:  # noqa: BLE001 - likewise
            return [traceback.format_exc()]

    def _deleted(self) -> bool:
        answer = self._scene.ask("DELETE", f"/api/jobs/{self._scene.job_id}")
        return answer is not None and answer.status_code in (204, 404)

    def _note(self, done: Sequence[str], troubles: Sequence[str]) -> None:
        for trouble in troubles:
            self.wrong.append(f"after {', '.join(done) or 'no fault'}: {trouble}")
            self._say(f"WRONG {self.wrong[-1]}")

    def figures(self) -> list[tuple[str, str, str, bool]]:
        """What, figure, bound, and whether it holds."""
        truth, leaks = self._scene.truth, self.leaks
        injected, recovered = self.table.injected, self.table.recovered
        wrong = [*self.wrong, *truth.wrong]
        return [
            ("faults recovered from", f"{recovered} of {injected}", "all", recovered == injected),
            ("jobs whose log, steps, statuses and curve are right",
             f"{self.jobs} jobs, {self.steps:,} steps, {len(wrong)} wrong", "0 wrong", not wrong),
            ("status true about a dead worker within", f"{truth.dead:.1f} s", f"≤ {NOTICED_SECONDS:g} s",
             truth.dead <= NOTICED_SECONDS),
            ("status true about a frozen worker within", f"{truth.frozen:.1f} s", f"≤ {FROZEN_SECONDS:g} s",
             truth.frozen <= FROZEN_SECONDS),
            ("further file descriptors of a server", str(leaks.descriptors), f"≤ {DESCRIPTORS}",
             leaks.descriptors <= DESCRIPTORS),
            ("further memory of a server", f"{leaks.memory / MEBIBYTE:.0f} MiB",
             f"≤ {MEMORY // MEBIBYTE} MiB", leaks.memory <= MEMORY),
        ]  # fmt: skip
