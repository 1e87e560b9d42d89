"""What a log must be, whatever happened while it was written: no gap, no step twice, undisturbed figures."""

from itertools import pairwise
from typing import Any

from app.jobs.states import may_follow
from tests.chaos.scene import Scene
from tests.chaos.watch import Watcher
from tests.faults import curve_of

PAGE = 1000
Entries = list[dict[str, Any]]


def logged(scene: Scene) -> Entries:
    """The whole log, by way of the API."""
    entries: Entries = []
    while True:
        after = entries[-1]["seq"] if entries else 0
        path = f"/api/jobs/{scene.job_id}/log?after={after}&limit={PAGE}"
        answer = scene.until(lambda path=path: scene.ask("GET", path), 30, "a page of the log")
        entries += answer.json()["entries"]
        if not answer.json()["more"]:
            return entries


def surviving_steps(entries: Entries, split: str) -> list[int]:
    """The steps of a split's rows in the log's order, without those that a later rewind made void."""
    steps: list[int] = []
    for entry in entries:
        if entry["type"] == "rewind":
            steps = [step for step in steps if step <= entry["to_step"]]
        elif entry["type"] == "metrics" and entry["split"] == split:
            steps += entry["columns"]["step"]
    return steps


def steps_amiss(steps: list[int], wanted: list[int]) -> list[str]:
    """Which are lost and which came more than once."""
    lost = sorted(set(wanted) - set(steps))
    doubled = (
        sorted({step for step in steps if steps.count(step) > 1}) if len(set(steps)) < len(steps) else []
    )
    found = [f"{len(lost)} steps lost, the first is {lost[0]}"] if lost else []
    found += [f"{len(doubled)} steps doubled, the first is {doubled[0]}"] if doubled else []
    if not found and steps != wanted:
        found.append("the steps are not in order")
    return found


def statuses_amiss(entries: Entries, last: str) -> list[str]:
    """Changes of status that the table does not have, and another end than `last`."""
    said = [entry["status"] for entry in entries if entry["type"] == "status"]
    found = [f"{a} became {b}" for a, b in pairwise(said) if a != b and not may_follow(a, b)]
    if said[-1] != last:
        found.append(f"the log ends with {said[-1]}, not with {last}")
    attempts = [entry["attempt"] for entry in entries]
    return found if attempts == sorted(attempts) else [*found, "an earlier attempt wrote after a later one"]


def verdict(scene: Scene, watcher: Watcher, expected: list[str]) -> list[str]:
    """Everything that is wrong with the completed job; nothing when all is well."""
    job = scene.job()
    entries = logged(scene)
    watcher.until(entries[-1]["seq"])
    steps = list(range(1, job["total_steps"] + 1))
    found = [f"its status is {job['status']}"] if job["status"] != "completed" else []
    numbers = list(range(1, len(entries) + 1))
    for who, seen in (("the log", entries), ("the watcher", watcher.entries)):
        if [entry["seq"] for entry in seen] != numbers:
            found.append(f"{who} has a gap or an entry twice")
        found += [f"{who}: {trouble}" for trouble in steps_amiss(surviving_steps(seen, "train"), steps)]
    for split in ("validation", "test"):
        evaluated = surviving_steps(entries, split)
        if evaluated != sorted(set(evaluated)):
            found.append(f"{split} was written twice for a step")
    found += statuses_amiss(entries, "completed")
    if curve_of(scene.product, scene.job_id) != expected:
        found.append("the curve is not the undisturbed one")
    return found
