"""`make compose-check`: the containers do what docs/operations.md says, tried with plain `docker compose`.

It builds the image, starts both services on a free port as a project of its own, trains through restarts of
either, and leaves nothing behind. CIFAR10=/path/to/archive-or-folder includes a job on those pictures;
COMPOSE_OVERRIDE=/path/to/file.yaml adds a compose file, where a build needs what this machine has.
"""

import argparse
import os
import secrets
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx2 as httpx

from tests.accept.learning import CIFAR10, FORMS, unpack
from tests.accept.report import Report
from tests.composed import PROJECT, Composed, Follower
from tests.product import eventually

JOB: dict[str, Any] = {
    "dataset": "digits", "architecture": "alexnet", "batch_size": 16, "epochs": 150, "seed": 3,
    "momentum": 0.9, "learning_rate": 0.01, "name": "through restarts",
}  # fmt: skip
INTERRUPTIONS = {
    "restart worker": [["restart", "worker"]],
    "restart web": [["restart", "web"]],
    "down, then up": [["down"], ["up", "--detach", "--wait"]],
}
MORE_STEPS = 500
GRACE_SECONDS = 60  # compose.yaml's stop_grace_period


def start(report: Report, stack: Composed) -> None:
    """Build the image and start both services."""
    report.holds("the image is built", True, f"after {stack.timed('build'):.0f} s")
    report.at_most("both services are healthy after", stack.timed("up", "--detach", "--wait"), 120, " s")
    report.at_most("size of the image", stack.image_bytes() / 1e9, 10, " GB")
    images = {stack.inspect(service)["Image"] for service in ("web", "worker")}
    report.line("images they run", str(len(images)), "1", len(images) == 1)


def confinement(report: Report, stack: Composed) -> None:
    """What the containers may do, and who reaches them."""
    for service in ("web", "worker"):
        user = stack.run("exec", "-T", service, "id", "--user").strip()
        report.line(f"{service}: user", user, "not 0", user != "0")
        for folder, writable in (("/livetrain", False), ("/data", True), ("/tmp", True)):
            probe = f"touch {folder}/probe 2>/dev/null && rm {folder}/probe && echo yes || echo no"
            can = stack.run("exec", "-T", service, "sh", "-c", probe).strip() == "yes"
            report.line(
                f"{service}: writes to {folder}",
                "yes" if can else "no",
                "yes" if writable else "no",
                can == writable,
            )
    published = stack.inspect("web")["HostConfig"]["PortBindings"]
    addresses = [binding["HostIp"] for bindings in published.values() for binding in bindings]
    report.line("web: published on", ", ".join(addresses), "127.0.0.1", addresses == ["127.0.0.1"])
    ports = stack.inspect("worker")["HostConfig"]["PortBindings"]
    report.line("worker: published ports", str(len(ports or {})), "0", not ports)
    answer = stack.http.get("/api/health", headers={"host": f"rebound.example:{stack.port}"})
    report.line(
        "another host name is answered with", str(answer.status_code), "403", answer.status_code == 403
    )


def log_in(report: Report, stack: Composed) -> str:
    """Nobody without the token, everybody with the link; returns the token."""
    status = stack.http.get("/api/jobs").status_code
    report.line("without a token", str(status), "401", status == 401)
    link = stack.login_link()
    assert link, "the server's log holds no log-in link"
    report.line("the link's port", link[1], str(stack.port), link[1] == str(stack.port))
    with httpx.Client(trust_env=False) as browser:
        entered = browser.get(link[0], follow_redirects=True)
        page = entered.status_code == 200 and entered.url.path == "/" and "<main" in entered.text
        report.holds("the link leads to the page", page, f"{entered.status_code} at {entered.url.path}")
        status = browser.get(f"{stack.url}/api/jobs").status_code
        report.line("with the link's cookie", str(status), "200", status == 200)
    stack.use_token(link[2])
    status = stack.http.get("/api/jobs").status_code
    report.line("with the token in the header", str(status), "200", status == 200)
    return link[2]


def live(report: Report, stack: Composed) -> tuple[str, Follower]:
    """A job that is watched while it trains."""
    began = time.monotonic()
    job_id = stack.create(**JOB)
    follower = Follower(stack, job_id)
    eventually(lambda: follower.steps, 60, "the first steps over the websocket")
    report.at_most(
        "from creating a job to its first step on the websocket", time.monotonic() - began, 20, " s"
    )
    seen = len(follower.steps)
    eventually(lambda: len(follower.steps) >= seen + MORE_STEPS, 60, f"{MORE_STEPS} more steps, live")
    status = stack.job(job_id)["status"]
    report.line(f"its status {MORE_STEPS} steps later", status, "running", status == "running")
    return job_id, follower


def restarts(report: Report, stack: Composed, job_id: str, follower: Follower) -> None:
    """Services are started again, and containers replaced, while the job trains; not a step is lost."""
    for what, commands in INTERRUPTIONS.items():
        before = stack.step(job_id)
        seconds = sum(stack.timed(*words) for words in commands)
        report.at_most(f"{what} at step {before:,}", seconds, GRACE_SECONDS, " s")
        began = time.monotonic()
        goal = before + MORE_STEPS
        eventually(lambda goal=goal: stack.step(job_id) >= goal, 120, f"step {goal} after {what}")
        report.at_most(f"{MORE_STEPS} steps further after", time.monotonic() - began, 60, " s")
        eventually(lambda: stack.http.get("/api/health").status_code == 200, 60, "health")
    job = stack.wait(job_id, seconds=600)
    follower.join(timeout=60)
    once = ["queued", "starting", "running"]
    report.line(
        "its statuses",
        " → ".join(follower.statuses),
        "paused and resumed twice",
        follower.statuses == [*once, "paused", *once, "paused", *once, "completed"],
    )
    wanted = list(range(1, job["total_steps"] + 1))
    steps = stack.steps(job_id)
    report.line(
        "steps in the CSV, each once and in order", f"{len(steps):,}", f"{len(wanted):,}", steps == wanted
    )
    seen = follower.steps
    report.line(
        f"steps on the websocket, over {follower.connections} connections",
        f"{len(seen):,}", f"{len(wanted):,}", seen == wanted,
    )  # fmt: skip
    gapless = follower.seqs == list(range(1, len(follower.seqs) + 1))
    report.holds("every entry of the log once", gapless, f"{len(follower.seqs):,} entries")


def pictures(report: Report, stack: Composed, source: Path, folder: Path) -> None:
    """CIFAR-10 out of the volume: one epoch of the practical's baseline."""
    unpack(source, folder / "cifar10")
    packing = subprocess.Popen(["tar", "-C", str(folder / "cifar10"), "-c", "."], stdout=subprocess.PIPE)
    into = "mkdir -p /data/cifar10 && tar -C /data/cifar10 --no-same-owner -x"
    stack.run("exec", "-T", "worker", "sh", "-c", into, feed=packing.stdout)
    assert packing.wait() == 0
    form, fields, low, high = FORMS[0]
    job = stack.wait(stack.create(**CIFAR10, **fields, name="pictures"), seconds=1200)
    assert job["status"] == "completed", job["error"]
    report.between(
        f"CIFAR-10, {form}, one epoch: test accuracy", job["latest"]["test"]["accuracy"], low, high
    )


def _kept(stack: Composed) -> dict[str, tuple[str, int, str]]:
    jobs = stack.http.get("/api/jobs").json()["jobs"]
    return {
        job["id"]: (job["status"], job["step"], stack.http.get(f"/api/jobs/{job['id']}/metrics.csv").text)
        for job in jobs
    }


def down_and_up(report: Report, stack: Composed, token: str) -> None:
    """Containers go, data stay; then a token is given."""
    before = _kept(stack)
    report.at_most("down", stack.timed("down"), GRACE_SECONDS, " s")
    stack.run("up", "--detach", "--wait")
    after = _kept(stack)
    report.line(
        "jobs with all their rows", str(len(after)), str(len(before)), bool(before) and after == before
    )
    link = stack.login_link()
    report.holds("the same log-in link as before", link is not None and link[2] == token)
    given = stack.environment["LIVETRAIN_TOKEN"] = secrets.token_urlsafe(12)
    stack.run("up", "--detach", "--wait")
    stack.use_token(given)
    status = stack.http.get("/api/jobs").status_code
    report.line("with LIVETRAIN_TOKEN in the header", str(status), "200", status == 200)
    stack.use_token(token)
    status = stack.http.get("/api/jobs").status_code
    report.line("with the generated one", str(status), "401", status == 401)
    report.holds("no link is printed then", stack.login_link() is None)


def leave(report: Report, stack: Composed) -> None:
    """Everything goes, the volume too."""
    stack.run("down", "--volumes")
    for kind, words in (("volumes", ["volume", "ls"]), ("containers", ["ps", "--all"])):
        label = f"label=com.docker.compose.project={PROJECT}"
        words = ["docker", *words, "--quiet", "--filter", label]
        left = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
        report.line(f"{kind} left after down --volumes", str(len(left)), "0", not left)


def main() -> None:
    """Check everything in order; what comes after a failure is tried as far as it can be."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--override", type=Path, default=os.environ.get("COMPOSE_OVERRIDE") or None)
    parser.add_argument("--cifar10", type=Path, default=os.environ.get("CIFAR10") or None)
    given = parser.parse_args()
    report = Report()
    stack = Composed(given.override)
    stack.run("down", "--volumes")  # of a check that was cut off
    with report.of("1", "build and start"):
        start(report, stack)
    with report.of("2", "confinement"):
        confinement(report, stack)
    token = ""
    with report.of("3", "log-in"):
        token = log_in(report, stack)
    with report.of("4", "a job trained live, through restarts"):
        restarts(report, stack, *live(report, stack))
    with report.of("5", "CIFAR-10"), tempfile.TemporaryDirectory(prefix="livetrain-pictures-") as folder:
        if given.cifar10:
            pictures(report, stack, given.cifar10, Path(folder))
        else:
            report.skipped("CIFAR-10", "name an archive or folder with CIFAR10=…")
    with report.of("6", "down and up"):
        down_and_up(report, stack, token)
    if report.failed:
        print(stack.run("logs", "--tail", "20"))
    with report.of("7", "nothing is left"):
        leave(report, stack)
    report.close()


if __name__ == "__main__":
    main()
