"""The figures as Prometheus reads them. Rule: a name says its unit, and docs/operations.md explains each."""

from collections.abc import Iterator, Mapping
from typing import get_args

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from app import VERSION
from app.jobs.states import Status
from app.parts import Parts
from app.vitals.seen import Seen, look

STATES = ("warming", "idle", "answering", "busy", "leaving")
MEDIA_TYPE = CONTENT_TYPE_LATEST


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"livetrain_{name}", words, value=value)


def _gauges(name: str, words: str, label: str, values: Mapping[str, float | None]) -> Metric:
    family = GaugeMetricFamily(f"livetrain_{name}", words, labels=[label])
    for of, value in values.items():
        if value is not None:
            family.add_metric([of], value)
    return family


class Figures(Collector):
    """Looks anew at every scrape."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def collect(self) -> Iterator[Metric]:
        """Every family of figures."""
        seen = look(self._parts)
        yield _gauges("info", "The version that runs.", "version", {VERSION: 1})
        up = {"database": seen.database == "ok", "supervisor": seen.supervisor == "ok"}
        up |= {"workers": seen.worker_words == "ok", "disk": seen.disk != "full"}
        yield _gauges("part_up", "Whether a part is at work.", "part", up)
        if seen.database == "ok":
            yield from self._stored(seen)
        yield _gauge("disk_free_bytes", "Free on the data folder's disk.", seen.free_bytes)
        yield _gauge("disk_total_bytes", "Size of the data folder's disk.", seen.total_bytes)
        yield _gauge("database_bytes", "Size of the database file.", seen.database_bytes)
        yield from self._of_server()

    def _stored(self, seen: Seen) -> Iterator[Metric]:
        jobs = {status: seen.jobs.get(status, 0) for status in get_args(Status)}
        yield _gauges("jobs", "Jobs by status.", "status", jobs)
        workers = {state: seen.workers.get(state, 0) for state in STATES}
        yield _gauges("workers", "Worker processes by what they do.", "state", workers)
        yield _gauge(
            "queue_wait_seconds", "How long the job at the head of the queue waits.", seen.queue_wait_seconds
        )
        words = "How long the running job that has been silent longest has written nothing to its log."
        yield _gauge("flush_lag_seconds", words, seen.flush_lag_seconds)
        devices = {device["name"]: device for device in seen.devices}
        used = {name: len(device["job_ids"]) for name, device in devices.items()}
        yield _gauges("slots_used", "Slots of a device that jobs hold.", "device", used)
        for name, words in (
            ("slots", "Trainings that a device takes at the same time."),
            ("memory_used_bytes", "Memory in use on a device."),
            ("memory_total_bytes", "Memory of a device."),
            ("utilization", "How busy a device is, 0 to 1."),
        ):
            column = name.removesuffix("_bytes")
            values = {of: device[column] for of, device in devices.items()}
            yield _gauges(name if column == "slots" else f"device_{name}", words, "device", values)

    def _of_server(self) -> Iterator[Metric]:
        live = self._parts.live
        watchers = {"job": live.watchers, "jobs": live.feed.watchers}
        yield _gauges("watchers", "Websockets that follow a job, or the list of jobs.", "of", watchers)
        yield HistogramMetricFamily(
            "livetrain_stream_lag_seconds",
            "From an entry's moment until it was handed to a websocket that follows live.",
            buckets=live.lag.buckets,
            sum_value=live.lag.seconds,
        )
        family = CounterMetricFamily(
            "livetrain_answers", "HTTP answers by class of status.", labels=["status"]
        )
        for name, amount in self._parts.answered.counts.items():
            family.add_metric([name], amount)
        yield family


def exposed(parts: Parts) -> bytes:
    """The figures at this moment, with those of the server's process."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures(parts))
    ProcessCollector(registry=registry)
    return generate_latest(registry)
