"""The whole product's speed and its latency, watched by a websocket client or by the page in a browser."""

import asyncio
import statistics
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import orjson
from websockets.asyncio.client import connect

from benchmarks.bare import BATCH, bench_config
from tests.browser_setup import ARGUMENTS, browser_path
from tests.product import Product

SKIPPED_STEPS = 30  # the first flushes
JOB_MILLISECONDS = 180_000


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
    """Follow the job to its end as a client that reads what came only then, and so costs next to nothing."""
    return of_frames(asyncio.run(_frames(product, job_id)))


async def _frames(product: Product, job_id: str) -> list[tuple[float, str | bytes]]:
    """Every frame of the job's stream with the moment it came, seconds since 1970."""
    address = product.stream_address(job_id, query="&encoding=typed")
    async with connect(address, max_size=None, compression=None) as socket:
        return [(time.time(), frame) async for frame in socket]


def of_frames(frames: Iterable[tuple[float, str | bytes]]) -> Watched:
    """What frames of a job's log tell, each with the moment it came."""
    watched = Watched()
    marks: list[tuple[int, float]] = []
    for came, frame in frames:
        for entry in orjson.loads(frame):
            if entry["type"] != "metrics" or entry["split"] != "train":
                continue
            at = _seconds(entry["at"])
            watched.delays.append(came - at)
            marks.append((_last_step(entry), at))
    kept = [mark for mark in marks if mark[0] >= SKIPPED_STEPS]
    steps, seconds = kept[-1][0] - kept[0][0], kept[-1][1] - kept[0][1]
    watched.images_per_second = steps * BATCH / seconds
    return watched


def _last_step(entry: dict[str, Any]) -> int:
    from ml.columns import decode

    return int(decode(entry["columns"]["step"])[-1])


def _fields() -> dict[str, Any]:
    return bench_config().model_dump(exclude_defaults=True)


def watched_by_client(product: Product) -> Watched:
    """One job watched by one websocket client."""
    return watch(product, str(product.create(**_fields())["id"]))


def watched_by_page(product: Product) -> float:
    """Images per second of a job started and watched on the shipped page, visible on the same cores."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path(), chromium_sandbox=False, args=ARGUMENTS
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{product.url}/?{urlencode(_fields())}")
        page.wait_for_selector("#start:enabled")
        page.click("#start")
        page.wait_for_selector('#now[data-status="running"]')
        job_id = parse_qs(urlsplit(page.url).query)["job"][0]
        page.wait_for_selector('#now[data-status="completed"]', timeout=JOB_MILLISECONDS)
        browser.close()
    return watch(product, job_id).images_per_second  # the log says when each step was, whoever reads it when
