"""Driving a server through its REST API: make the studies, wait for them, read what came of them."""

import hashlib
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpx2 as httpx
import orjson

from tests.reproduce.parts import PARTS, Choices, Part, body_of, part_of

POLL_SECONDS = 2.0
PATIENCE_SECONDS = 120.0  # with a server that does not answer
ENDED = {"completed", "stopped", "failed", "interrupted"}


class Driver:
    """Everything the reproduction asks of a server."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http

    def get(self, path: str) -> Any:
        """The answer, as data; a server that is busy for a moment is asked again."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                response = self.http.get(path)
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    raise
            else:
                if response.status_code != 503 or time.monotonic() > deadline:
                    assert response.status_code == 200, f"{path}: {response.text}"
                    return response.json()
            time.sleep(POLL_SECONDS)

    def ready_made(self) -> dict[str, dict[str, Any]]:
        """Ready-made definitions by id."""
        return {one["id"]: one["definition"] for one in self.get("/api/studies/ready-made")["studies"]}

    def has_pictures(self) -> bool:
        """Whether CIFAR-10 lies there."""
        return bool(self.get("/api/datasets/cifar10")["available"])

    def make(self, part: Part, choices: Choices) -> str:
        """The part's study: a new one, or the one that a call before made, going on."""
        body = body_of(part, self.ready_made(), choices)
        key = hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]
        answer = self.http.post("/api/studies", json=body, headers={"Idempotency-Key": f"reproduce-{key}"})
        assert answer.status_code in (200, 201), answer.text
        study_id = str(answer.json()["id"])
        if answer.status_code == 200:
            self.http.post(f"/api/studies/{study_id}/resume", json={})
        return study_id

    def wait(self, study_ids: Iterable[str], on_change: Callable[[], None]) -> None:
        """Wait until all jobs of the studies have ended; `on_change` is called when another one did."""
        wanted, ended, said = set(study_ids), -1, ""
        while True:
            found = [one for one in self.get("/api/studies")["studies"] if one["id"] in wanted]
            counts = [one["statuses"] for one in found]
            now_ended = sum(amount for each in counts for status, amount in each.items() if status in ENDED)
            total = sum(sum(each.values()) for each in counts)
            if now_ended != ended:
                ended = now_ended
                on_change()
            line = f"{ended} of {total} jobs ended{self._running()}"
            if line != said:
                print(f"{time.strftime('%H:%M:%S')}  {line}", flush=True)
                said = line
            if ended == total and not self._restarts():
                return
            time.sleep(POLL_SECONDS)

    def _restarts(self) -> bool:
        """Whether a job waits to be started again after it lost its worker."""
        return any(job["will_restart"] for job in self.get("/api/jobs?status=interrupted")["jobs"])

    def _running(self) -> str:
        jobs = self.get("/api/jobs?status=running&limit=10")["jobs"]
        return "".join(f"; {job['name']}: epoch {job['epoch']} of {job['config']['epochs']}" for job in jobs)

    def studies(self) -> list[tuple[Part, dict[str, Any]]]:
        """Every study of the reproduction that is there, part by part, the newest first."""
        listed = self.get("/api/studies")["studies"]
        return [
            (part, self.get(f"/api/studies/{one['id']}"))
            for part in PARTS
            for one in listed
            if part_of(one["name"]) == part.id
        ]

    def evaluations(self, job_id: str, split: str = "test") -> dict[str, list[Any]]:
        """A job's evaluations, column by column; non-finite numbers as floats."""
        columns = self.get(f"/api/jobs/{job_id}/metrics?split={split}&max_points=100000")["columns"]
        return {name: [float(value) for value in values] for name, values in columns.items()}
