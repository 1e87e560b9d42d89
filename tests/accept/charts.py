"""Promise 26: a job of a million steps on the charts, and seven jobs while one of them trains."""

import time
from collections.abc import Callable
from typing import Any

import psutil
from playwright.sync_api import Page

from tests.accept.long_job import PEAK, PEAK_LOSS
from tests.accept.report import Report
from tests.product import Product, eventually

OPEN_SECONDS = 1.5
FRAMES_PER_SECOND = 20
TAB_MEGABYTES = 500
MOVE_SECONDS = 3.0
WATCH_SECONDS = 120
USUAL_FRAME_MS, LONGEST_FRAME_MS = 200, 500
STEPS_PER_SECOND = 1000
FINISHED_JOBS = 6
CHART = "#loss-chart .chart"
DRAWN = """job => new URLSearchParams(location.search).get('job') === job
  && document.querySelector('#loss-chart .scatterlayer .trace path') !== null
  && document.querySelector('#accuracy-chart .scatterlayer .trace path') !== null"""
COUNT_PICTURES = """() => {
  const plot = document.querySelector('#loss-chart .js-plotly-plot');
  const seen = window.picturesSeen = { ranges: 0, began: performance.now(), last: '', ended: false };
  const look = () => {
    const range = plot._fullLayout.xaxis.range.join();
    if (range !== seen.last) seen.ranges += 1;
    seen.last = range;
    if (!seen.ended) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
PICTURES_PER_SECOND = """() => {
  const seen = window.picturesSeen;
  seen.ended = true;
  return (seen.ranges - 1) / ((performance.now() - seen.began) / 1000);
}"""
SINGLE_STEPS = """() => document.querySelector('#loss-chart .js-plotly-plot').data
  .filter(trace => trace.mode === 'lines' && trace.opacity === 0.3)
  .map(({x, y}) => Object.fromEntries(x.map((step, i) => [step, y[i]])))[0] ?? {}"""
COUNT_FRAMES = """() => {
  const frames = window.framesSeen = [];
  let last = performance.now();
  const look = now => { frames.push(now - last); last = now; requestAnimationFrame(look); };
  requestAnimationFrame(look);
}"""


def _server(report: Report, product: Product, job_id: str) -> None:
    """How long the server takes for what the page asks for."""
    address = f"/api/jobs/{job_id}/metrics?split=train&encoding=typed"
    for what, query in (
        ("whole job, sampled", "&max_points=4000"),
        ("a finer sample of a quarter", "&max_points=4096&from_step=1&to_step=262144"),
        ("33,468 single steps", "&max_points=33468&from_step=500001&to_step=533468"),
    ):
        began = time.monotonic()
        answer = product.http.get(address + query)
        seconds = time.monotonic() - began
        size = len(answer.content) / 1e6
        report.line(f"server: {what}", f"{1000 * seconds:.0f} ms, {size:.2f} MB", "told", answer.is_success)


def _tab_megabytes() -> float:
    """Resident memory of the largest renderer among the browser's processes, shared libraries included."""
    sizes = [
        process.memory_info().rss
        for process in psutil.Process().children(recursive=True)
        if "--type=renderer" in process.cmdline()
    ]
    return max(sizes) / 2**20


def _moving(page: Page, turn: Callable[[int], None]) -> float:
    """Different pictures a second while the wheel is turned for some seconds."""
    page.evaluate(COUNT_PICTURES)
    until = time.monotonic() + MOVE_SECONDS
    number = 0
    while time.monotonic() < until:
        turn(number)
        number += 1
    return float(page.evaluate(PICTURES_PER_SECOND))


def _zoom_to(page: Page, first: int, last: int) -> None:
    """See steps `first` to `last`, as a drawn rectangle would."""
    page.evaluate(
        """([first, last]) => Plotly.relayout(document.querySelector('#loss-chart .js-plotly-plot'),
             {'xaxis.range[0]': first, 'xaxis.range[1]': last})""",
        [first, last],
    )


def _every_step(page: Page) -> None:
    page.wait_for_selector('#sampled[data-resolution="every"]')


def million_steps(report: Report, product: Product, page: Page, job_id: str) -> None:
    """Opened, zoomed to single steps, moved; frames, memory and the server's times."""
    _server(report, product, job_id)
    page.goto(product.url)
    page.wait_for_selector("#start:enabled")
    page.evaluate("addEventListener('pointerdown', () => { window.pressedAt = performance.now(); }, true)")
    page.click(f'tr[data-job-id="{job_id}"] .job-link')  # the browser's driver scrolls to it first
    page.wait_for_function(DRAWN, arg=job_id, polling=10)
    seconds = page.evaluate("(performance.now() - window.pressedAt) / 1000")
    report.at_most("chosen in the list until drawn", seconds, OPEN_SECONDS, " s")
    began = time.monotonic()
    page.goto(f"{product.url}/?job={job_id}", wait_until="commit")
    page.wait_for_function(DRAWN, arg=job_id, polling=10)
    report.at_most("page opened with it until drawn", time.monotonic() - began, OPEN_SECONDS, " s")

    page.locator(CHART).hover()
    page.keyboard.down("Control")
    speed = _moving(page, lambda number: page.mouse.wheel(0, -40 if number // 60 % 2 == 0 else 40))
    page.keyboard.up("Control")
    report.at_least("zooming: pictures a second", speed, FRAMES_PER_SECOND)
    for what, first, last in (
        ("a quarter of all steps", 300_000, 550_000),
        ("20,000 steps, each there", 500_000, 520_000),
        ("60 single steps", 510_000, 510_060),
    ):
        _zoom_to(page, first, last)
        page.wait_for_selector('#sampled:is([data-resolution="every"], [data-resolution="finer"])')
        page.locator(CHART).hover()
        speed = _moving(page, lambda number: page.mouse.wheel(12 if number // 40 % 2 == 0 else -12, 0))
        report.at_least(f"moving over {what}: pictures a second", speed, FRAMES_PER_SECOND)

    _zoom_to(page, PEAK - 20, PEAK + 20)
    _every_step(page)
    page.wait_for_function(f"peak => peak in ({SINGLE_STEPS})()", arg=str(PEAK))
    rows: dict[str, Any] = page.evaluate(SINGLE_STEPS)
    steps = [str(step) for step in range(PEAK - 20, PEAK + 21)]
    report.holds("single steps are drawn, the one peak among them", all(step in rows for step in steps))
    report.line("its loss", f"{rows[str(PEAK)]:g}", f"{PEAK_LOSS:g}", rows[str(PEAK)] == PEAK_LOSS)
    report.at_most("memory of the tab", _tab_megabytes(), TAB_MEGABYTES, " MB")


def watched(report: Report, product: Product, page: Page, seconds: float = WATCH_SECONDS) -> None:
    """A fast job watched with finished ones on the same charts: frames, and every step at the end."""
    config = {"dataset": "circles", "hidden_sizes": [16], "batch_size": 20}
    finished = [product.create(**config, epochs=1000, seed=seed)["id"] for seed in range(FINISHED_JOBS)]
    for job_id in finished:
        product.wait(job_id, seconds=300)
    job_id = product.create(**config, epochs=1_000_000, seed=99)["id"]
    product.wait(job_id, "running")
    page.goto(f"{product.url}/?job={job_id}&shown={','.join([*finished, job_id])}")
    page.wait_for_function(DRAWN, arg=job_id, polling=10)
    page.wait_for_selector('#connection[data-state="live"]')
    before = product.job(job_id)
    began = time.monotonic()
    page.evaluate(COUNT_FRAMES)
    page.wait_for_timeout(1000 * seconds)
    frames = sorted(page.evaluate("window.framesSeen"))
    after = product.job(job_id)
    speed = (after["step"] - before["step"]) / (time.monotonic() - began)
    report.at_least("steps a second of the job watched", speed, STEPS_PER_SECOND)
    usual = frames[int(0.95 * len(frames))]
    report.at_most("95 % of the frames", usual, USUAL_FRAME_MS, " ms")
    report.at_most("the longest frame", frames[-1], LONGEST_FRAME_MS, " ms")
    slow = sum(frame > 100 for frame in frames)
    print(f"        {len(frames)} frames, {slow} of them over 100 ms")
    product.http.post(f"/api/jobs/{job_id}/stop")
    ended = product.wait(job_id)
    page.wait_for_selector('#connection[data-state="done"]')
    shown = eventually(
        lambda: int("".join(filter(str.isdigit, page.inner_text("#step-count")))) == ended["step"],
        10,
        "the last step on the page",
    )
    missing = page.get_attribute("#connection", "data-missing")
    report.holds("every step is there at the end", bool(shown) and missing == "0", f"{missing} missing")
    report.at_most("memory of the tab", _tab_megabytes(), TAB_MEGABYTES, " MB")
