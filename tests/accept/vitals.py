"""Promise 34: the figures for Prometheus are true, small and cheap while something trains and is watched."""

import time

from prometheus_client.parser import text_string_to_metric_families as families

from tests.accept.faults import LONG
from tests.accept.report import Report
from tests.product import Product, eventually

FRAMES = 40
SCRAPES = 20
PARTS = ("database", "supervisor", "workers", "disk")


def _figures(product: Product) -> dict[tuple[str, ...], float]:
    text = product.http.get("/metrics").text
    return {(s.name, *s.labels.values()): s.value for family in families(text) for s in family.samples}


def check(report: Report, product: Product) -> None:
    """A training, one that waits, a watcher."""
    running, waiting = product.create(**LONG)["id"], product.create(**LONG)["id"]
    eventually(lambda: product.job(running)["step"] > 50, 60, "steps")
    with product.stream(running) as socket:
        for _ in range(FRAMES):
            socket.recv(10)
        found = _figures(product)
        report.holds("parts up", all(found["livetrain_part_up", part] for part in PARTS), ", ".join(PARTS))
        counted = [int(found["livetrain_jobs", status]) for status in ("running", "queued")]
        report.line("jobs running, queued", str(counted), "[1, 1]", counted == [1, 1])
        watchers = found["livetrain_watchers", "job"]
        report.line("watchers of a job", f"{watchers:g}", "1", watchers == 1)
        report.at_most("flush lag", found["livetrain_flush_lag_seconds",], 2, " s")
        count, late = (found[f"livetrain_stream_lag_seconds_{of}",] for of in ("count", "sum"))
        report.at_least("frames whose lag was counted", count, FRAMES // 2)
        report.at_most("stream lag, mean", late / count, 0.5, " s")
        waits = [_figures(product)["livetrain_queue_wait_seconds",] for _ in range(2)]
        report.holds("the wait of the queue's head grows", waits[0] < waits[1], f"{waits[0]:.1f} s and on")
        began = time.perf_counter()
        for _ in range(SCRAPES):
            product.http.get("/metrics")
        report.at_most("a scrape takes", (time.perf_counter() - began) / SCRAPES * 1000, 100, " ms")
    for job_id in (waiting, running):
        product.http.post(f"/api/jobs/{job_id}/stop")
    product.wait(running)
