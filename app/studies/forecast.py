"""How long a study takes, and has still to take. Rule: from measured jobs alone; else it is not known."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import orjson
from sqlalchemy import Connection

from app.jobs.slots import acceptable
from app.jobs.states import is_terminal
from app.store import devices
from app.store.jobs import JobRow
from app.studies.pace import Pace, Paces, Span, kind_of, load_of, reckoned
from ml.config import TrainConfig
from ml.datasets.registry import facts_of
from ml.studies import Definition, config_of, points


class Forecast:
    """Reckons jobs by those measured here; the jobs of the study itself tell first."""

    def __init__(
        self, connection: Connection, data_directory: Path, paces: Paces, own: Sequence[JobRow] = ()
    ) -> None:
        self._connection = connection
        self._data_directory = data_directory
        self._paces = paces
        self._own = own
        self._of_dataset: dict[str, list[Pace]] = {}

    def of(self, config: TrainConfig) -> Span | None:
        """Of one job; None where no job of its kind is completed."""
        if config.dataset not in self._of_dataset:
            self._of_dataset[config.dataset] = self._paces.of(
                self._connection, self._data_directory, config.dataset, self._own
            )
        kind = kind_of(config)
        alike = [pace for pace in self._of_dataset[config.dataset] if pace.kind == kind]
        if not alike:
            return None
        facts = facts_of(config, self._data_directory)
        if facts.problem is not None:
            return None
        return reckoned(load_of(config, facts), alike)

    def whole(self, definition: Definition) -> Span | None:
        """Of all jobs that a definition asks for; None where that of one of them is not known."""
        configs = [config_of(definition, point, definition.seeds[0]) for point in points(definition)]
        spans = [self.of(config) for config in configs]
        return self._together(spans * len(definition.seeds), [config.device for config in configs])

    def left(self, jobs: Sequence[JobRow]) -> Span | None:
        """Of the jobs that train or wait, without what others take before them; None where there are none,
        or where that of one is not known."""
        open_jobs = [job for job in jobs if not is_terminal(job.status) and job.status != "paused"]
        wanted = [orjson.loads(job.config)["device"] for job in open_jobs]
        return self._together([self._rest(job) for job in open_jobs], wanted)

    def _rest(self, job: JobRow) -> Span | None:
        told = orjson.loads(job.progress)["eta_seconds"] if job.status == "running" else None
        if told is not None:
            return Span(told, told)
        return self.of(TrainConfig.model_validate_json(job.config))

    def _together(self, spans: Sequence[Span | None], wanted: Iterable[str]) -> Span | None:
        known = [span for span in spans if span is not None]
        if not known or len(known) < len(spans):
            return None
        slots = {device["name"]: device["slots"] for device in devices.listed(self._connection)}
        usable = {name for device in wanted for name in acceptable(device, list(slots))}
        places = sum(slots.get(name, 0) for name in usable)
        return Span(
            makespan([span.least for span in known], places), makespan([span.most for span in known], places)
        )


def makespan(seconds: Iterable[float], places: int) -> float:
    """When all are done that are begun in order, each at the first of so many places that is free."""
    ends = [0.0] * max(1, places)
    for each in seconds:
        soonest = ends.index(min(ends))
        ends[soonest] += each
    return max(ends)
