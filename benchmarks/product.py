"""The whole product's speed and its latency, watched by a websocket client or by the page in a browser."""

import statistics
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from benchmarks.bare import BATCH, bench_config
from tests.browser_setup import ARGUMENTS, browser_path
from tests.product import Product

SKIPPED_STEPS = 30  # the first flushes and the page's own loading


@dataclass
class Watched:
    """What a websocket client saw of one job: images per second, and seconds from flush to arrival."""

    images_per_second: float = 0.0
    delays: list[float] = field(default_factory=list)

    @property
    def median_delay_ms(self) -> float:
        return 1000 * statistics.median(self.delays)


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def watch(product: Product, job_id: str) -> Watched:
    """Follow the job to its end as a client does."""
    watched = Watched()
    marks: list[tuple[int, float]] = []
    with product.stream(job_id, query="&encoding=typed") as socket:
        for frame in socket:
            now = time.time()
            for entry in orjson.loads(frame):
                if entry["type"] != "metrics" or entry["split"] != "train":
                    continue
                at = _seconds(entry["at"])
                watched.delays.append(now - at)
                marks.append((_last_step(entry), at))
    kept = [mark for mark in marks if mark[0] >= SKIPPED_STEPS]
    steps, seconds = kept[-1][0] - kept[0][0], kept[-1][1] - kept[0][1]
    watched.images_per_second = steps * BATCH / seconds
    return watched


def _last_step(entry: dict[str, Any]) -> int:
    from ml.columns import decode

    return int(decode(entry["columns"]["step"])[-1])


def _job(product: Product) -> str:
    fields = bench_config().model_dump(exclude_defaults=True)
    return str(product.create(**fields)["id"])


def watched_by_client(product: Product) -> Watched:
    """One job watched by one websocket client."""
    return watch(product, _job(product))


def watched_by_page(product: Product) -> Watched:
    """One job watched by the shipped page, visible in a real browser on the same cores, and by a client."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path(), chromium_sandbox=False, args=ARGUMENTS
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(product.url)
        page.wait_for_selector("#start")
        job_id = _job(product)
        page.goto(f"{product.url}/?job={job_id}")
        result: list[Watched] = []
        watcher = threading.Thread(target=lambda: result.append(watch(product, job_id)))
        watcher.start()
        while watcher.is_alive():
            page.wait_for_timeout(250)
        browser.close()
    return result[0]
