"""Trainings made and followed from Python: `with Client() as client: client.wait(client.create()["id"])`."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self, cast

from app.client.address import address_of
from app.client.columns import columns_of, decoded
from app.client.jobs import Entry, Job, Split
from app.client.rest import Rest
from app.client.stream import Stream
from app.jobs.states import is_terminal
from ml.columns import Column

LOCAL = "http://127.0.0.1:8000"
RESTART_LOOK_SECONDS = 0.5  # between two looks at a job that starts again by itself


class Client:
    """One server. Every method raises NoServer where none answers, and Refused where it refuses."""

    def __init__(self, url: str = LOCAL, token: str | None = None) -> None:
        """`url` may be the log-in link that the server printed; without `token`, LIVETRAIN_TOKEN counts.

        Raises ValueError for what is no URL.
        """
        given = os.environ.get("LIVETRAIN_TOKEN", "") if token is None else token
        self._rest = Rest(address_of(url, given))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the connections go."""
        self._rest.close()

    def create(
        self, config: Mapping[str, Any] | None = None, *, key: str | None = None, **fields: Any
    ) -> Job:
        """Queue a training of `config` and `fields`; what is in neither is at its default.

        The same `key` with the same config again gives the same job, for callers that try twice.
        """
        return cast(Job, self._rest.ask("POST", "/jobs", {**(config or {}), **fields}, key=key))

    def job(self, job_id: str) -> Job:
        """The job as it stands."""
        return cast(Job, self._rest.ask("GET", f"/jobs/{job_id}"))

    def jobs(self, limit: int | None = None, **query: Any) -> list[Job]:
        """Jobs, newest first: of a `status`, a `dataset`, a `study_id`; all of them without a `limit`."""
        return cast(list[Job], self._rest.jobs(limit, **query))

    def stop(self, job_id: str, *, save: bool = True) -> Job:
        """Stop it, with a checkpoint first unless `save` is False."""
        return self._steer(job_id, "stop", {"save": save})

    def pause(self, job_id: str) -> Job:
        """Let it rest after its step."""
        return self._steer(job_id, "pause")

    def resume(self, job_id: str) -> Job:
        """Let it go on."""
        return self._steer(job_id, "resume")

    def adjust(self, job_id: str, **changes: Any) -> Job:
        """Change fields of its config while it trains, those that the job calls `adjustable`."""
        return self._steer(job_id, "adjust", changes)

    def fork(self, job_id: str, at_step: int | None = None, **changes: Any) -> Job:
        """A new job from its last checkpoint, or from the last one up to `at_step`, with `changes`."""
        step = {} if at_step is None else {"at_step": at_step}
        return self._steer(job_id, "fork", {**step, "changes": changes})

    def delete(self, job_id: str) -> None:
        """Remove a job that has ended, with its log and checkpoints."""
        self._rest.ask("DELETE", f"/jobs/{job_id}")

    def _steer(self, job_id: str, action: str, body: Any = None) -> Job:
        return cast(Job, self._rest.ask("POST", f"/jobs/{job_id}/{action}", body))

    def watch(
        self, job_id: str, after: int = 0, on_link: Callable[[bool], None] | None = None
    ) -> Iterator[Entry]:
        """The log's entries with seq > `after`, as they come, each once and in order, until the job ends.

        Columns of metrics are arrays. A lost connection is made again, from the last entry on; `on_link` is
        told False when it was lost and True when entries come again. To stop watching ends nothing.
        """
        status = self.job(job_id)["status"]
        stream = Stream(self._rest.address, job_id, after, status, *([on_link] if on_link else []))
        yield from map(decoded, stream.entries())

    def wait(self, job_id: str, timeout: float | None = None) -> Job:
        """The job once it has ended; raises TimeoutError after `timeout` seconds. One that starts again by
        itself is waited for."""
        limit = None if timeout is None else time.monotonic() + timeout
        while True:
            last = self._rest.ask("GET", f"/jobs/{job_id}/log", limit=1)["last_seq"]
            job = self.job(job_id)  # after the log was asked: its end is then in sight or still to come
            if is_terminal(job["status"]) and not job["will_restart"]:
                return job
            left = None if limit is None else limit - time.monotonic()
            if left is not None and left <= 0:
                raise TimeoutError(f"job {job_id} is {job['status']} after {timeout:g} s")
            if job["will_restart"]:
                time.sleep(RESTART_LOOK_SECONDS)
            else:
                self._follow(Stream(self._rest.address, job_id, last, job["status"]), left)

    @staticmethod
    def _follow(stream: Stream, seconds: float | None) -> None:
        """Read the stream to its end, or for so many seconds."""
        timer = None if seconds is None else threading.Timer(seconds, stream.leave)
        if timer is not None:
            timer.start()
        try:
            for _ in stream.entries():
                pass
        finally:
            if timer is not None:
                timer.cancel()

    def metrics(self, job_id: str, split: Split = "train") -> dict[str, Column]:
        """Every row that was measured on `split`, by column: step, epoch, loss, accuracy, and for `train`
        learning_rate and train_seconds; arrays (n,). Steps that came again after a restart are there once."""
        return columns_of(self._rest.text(f"/jobs/{job_id}/metrics.csv"), split)

    def report(self, job_id: str) -> str:
        """The job's report, an HTML page that needs no server."""
        return self._rest.text(f"/jobs/{job_id}/report.html")

    def script(self, job_id: str) -> str:
        """The job's training as a plain PyTorch script."""
        return self._rest.text(f"/jobs/{job_id}/script.py")
