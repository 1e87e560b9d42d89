"""Promises 11 to 16: jobs that outlast kills, a full disk and a move to another machine."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.accept.report import Report
from tests.faults import (
    CONFIG,
    FROZEN_SECONDS,
    NOTICED_SECONDS,
    PHASES,
    TARGETS,
    curve_of,
    disturbed,
    remains,
    worker_of,
)
from tests.product import LIVETRAIN, TERMINAL, Product, eventually

DISK_MEGABYTES = 120
ROOT = Path(__file__).parent.parent.parent


def kills(report: Report, product: Product, seed: int, count: int = 10) -> None:
    """SIGKILL at `count` random moments over all phases and targets; a frozen worker besides."""
    choose = random.Random(seed)
    reference = product.create(**CONFIG)["id"]
    product.wait(reference)
    expected = curve_of(product, reference)
    pairs = [(PHASES[i % len(PHASES)], choose.choice(TARGETS)) for i in range(count)]
    outcomes = []
    for phase, target in pairs:
        outcome = disturbed(product, expected, phase, target, choose)
        outcomes.append(outcome)
        report.holds(f"{target} killed while {phase}: curve equals the undisturbed one", outcome.equal)
    noticed = [outcome.noticed_seconds for outcome in outcomes if outcome.noticed_seconds is not None]
    report.at_most("status true after at most", max(noticed, default=0.0), NOTICED_SECONDS, " s")

    frozen = product.create(**CONFIG)["id"]
    eventually(lambda: product.job(frozen)["step"] > 50, 60, "steps")
    began = time.monotonic()
    os.kill(worker_of(product, frozen) or 0, signal.SIGSTOP)
    product.wait(frozen, "interrupted", seconds=30)
    report.at_most("frozen worker: interrupted after", time.monotonic() - began, FROZEN_SECONDS, " s")
    product.http.post(f"/api/jobs/{frozen}/resume")
    product.wait(frozen)
    report.holds("frozen worker: curve equals the undisturbed one", curve_of(product, frozen) == expected)
    left = remains(product)
    report.line("processes, slots, files left behind", str(len(left)), "0", not left)
    for what in left:
        print(f"        {what}")


def transitions(report: Report) -> None:
    """The status table, and what every control does in every state, twice."""
    command = [sys.executable, "-m", "pytest", "-q", "tests/test_states.py", "tests/test_control.py"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    last = done.stdout.strip().splitlines()[-1]
    report.holds("every transition, every control in every state, twice", done.returncode == 0, last)


def steering(report: Report, product: Product) -> None:
    """`adjust` and `fork` over the API of a running server."""
    parent = product.create(**CONFIG)["id"]
    product.wait(parent)
    expected = curve_of(product, parent)
    checkpoints = product.http.get(f"/api/jobs/{parent}/checkpoints").json()["checkpoints"]
    step = checkpoints[len(checkpoints) // 2]["step"]
    fork = product.http.post(f"/api/jobs/{parent}/fork", json={"at_step": step}).json()["id"]
    product.wait(fork)
    found = [line for line in curve_of(product, fork) if line.startswith("train,")]
    wanted = [line for line in expected if line.startswith("train,") and int(line.split(",")[1]) > step]
    first = min(int(line.split(",")[1]) for line in found)
    report.line("a fork's first step", str(first), f"{step + 1}", first == step + 1)
    report.holds("its curve without changes equals the parent's", found == wanted, f"{len(found)} steps")

    job_id = product.create(**CONFIG)["id"]
    eventually(lambda: product.job(job_id)["step"] > 60, 60, "steps")
    product.http.post(f"/api/jobs/{job_id}/adjust", json={"learning_rate": 0.004})
    product.wait(job_id)
    (change,) = product.http.get(f"/api/jobs/{job_id}/log?types=change").json()["entries"]
    columns = product.http.get(f"/api/jobs/{job_id}/metrics?max_points=100000").json()["columns"]
    rates = dict(zip(columns["step"], columns["learning_rate"], strict=True))
    epochs = dict(zip(columns["step"], columns["epoch"], strict=True))
    same_epoch = [step for step in rates if step >= change["step"] and epochs[step] == epochs[change["step"]]]
    agree = all(rates[step] == change["after"] for step in same_epoch)
    report.holds("the column agrees with the change from its step on", agree, f"step {change['step']}")
    later = [rates[step] for step in sorted(rates) if step > same_epoch[-1]]
    report.holds("the schedule multiplies on", later == sorted(later, reverse=True) and later[-1] < 0.004)


def full_disk(report: Report, folder: Path) -> None:
    """A small disk of its own runs full and gets room again."""
    disk = folder / "small-disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "tmpfs", str(disk)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        report.skipped("a full disk", f"no small disk can be mounted here: {mounted.stderr.strip()}")
        return
    try:
        with Product(disk / "data") as product:
            _fill_and_free(report, product.ready(), disk)
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)


def _fill_and_free(report: Report, product: Product, disk: Path) -> None:
    reference = product.create(**CONFIG)["id"]
    product.wait(reference)
    expected = curve_of(product, reference)
    job_id = product.create(**CONFIG)["id"]
    eventually(lambda: product.job(job_id)["step"] > 30, 60, "steps")
    filler = disk / "filler"
    try:
        with filler.open("wb") as file:
            while True:
                file.write(bytes(2**20))
                file.flush()
    except OSError:
        pass  # full to the last byte
    began = time.monotonic()
    job = eventually(
        lambda: found if (found := product.job(job_id))["status"] in {"paused", *TERMINAL} else None,
        60,
        "the job to pause",
    )
    report.line("full disk: the job is", job["status"], "paused", job["status"] == "paused")
    report.at_most("after", time.monotonic() - began, 10, " s")
    said = product.http.get(f"/api/jobs/{job_id}/log?types=status&limit=100").json()["entries"][-1]
    report.holds("it says why", "full" in said.get("message", ""), said.get("message", ""))
    filler.unlink()
    job = product.wait(job_id, *TERMINAL, seconds=120)
    report.line("with room again it ends as", job["status"], "completed", job["status"] == "completed")
    report.holds("nothing was lost: curve equals the undisturbed one", curve_of(product, job_id) == expected)


def backup(report: Report, product: Product, folder: Path) -> None:
    """Taken while jobs train and one is watched; restored elsewhere."""
    ended = product.create(**CONFIG)["id"]
    product.wait(ended)
    expected = curve_of(product, ended)
    running = product.create(**{**CONFIG, "epochs": 400})["id"]
    eventually(lambda: product.job(running)["step"] > 100, 60, "steps")
    archive = folder / "backup.tar"
    target = folder / "restored"
    for command in (
        [LIVETRAIN, "backup", str(archive), "--data-dir", str(product.data_directory)],
        [LIVETRAIN, "restore", str(archive), "--data-dir", str(target)],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        report.holds(f"livetrain {command[1]}", done.returncode == 0, done.stdout.strip().splitlines()[-1])
    still = product.job(running)["status"]
    report.line("the backed-up job meanwhile", still, "running", still == "running")
    product.http.post(f"/api/jobs/{running}/stop")
    with Product(target) as restored:
        restored.ready()
        report.holds("an ended job's curve is unchanged", curve_of(restored, ended) == expected)
        job = restored.wait(running, "interrupted", "running", seconds=30)
        entries = restored.http.get(f"/api/jobs/{running}/log?after=0&limit=10000").json()["entries"]
        gapless = [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
        report.holds("the running job's log has no gap", gapless, f"{len(entries)} entries")
        report.line("the running job is", job["status"], "interrupted", job["status"] == "interrupted")
        restored.http.post(f"/api/jobs/{running}/resume")
        restored.wait(running, "running", seconds=60)
        before = max(int(line.split(",")[1]) for line in curve_of(restored, running))
        eventually(lambda: restored.job(running)["step"] > before, 60, "further steps")
        report.holds("resumed there it goes on", True, f"after step {before:,}")
        restored.http.post(f"/api/jobs/{running}/stop")


def containers(report: Report) -> None:
    """`make compose-check`, where a container engine answers."""
    answers = (
        shutil.which("docker")
        and not subprocess.run(["docker", "info"], capture_output=True, check=False).returncode
    )
    if not answers:
        report.skipped("containers", "no container engine answers here; `make compose-check` tries them")
        return
    done = subprocess.run(["make", "compose-check"], cwd=ROOT, capture_output=True, text=True, check=False)
    print(done.stdout)
    report.holds("make compose-check", done.returncode == 0)
