"""Promise 25: every page can be read and used by everybody, opens at once, is light, calls nobody else."""

from pathlib import Path
from statistics import median

from playwright.sync_api import Browser

from tests.accept.report import Report
from tests.e2e.addresses import INTERACTIVE, LOOKS, SIZES, THEMES, World, opened, world_in
from tests.e2e.axe import violations
from tests.e2e.opening import opening_of

PAINTED = 1.0  # seconds, something to see, in a fresh profile
USABLE = 2.0  # seconds, everything can be pressed
SCRIPT = 150.0  # kB of the page's own modules, compressed as sent; HTTP headers and Plotly are not counted
OPENINGS = 3


def check(report: Report, folder: Path, browser: Browser) -> None:
    """axe-core on every page in every state, then openings, while nothing trains."""
    with world_in(folder) as world:
        _rules(report, browser, world)  # its first pages are looked at with nothing in them
        _openings(report, browser, world)


def _openings(report: Report, browser: Browser, world: World) -> None:
    for route, interactive in INTERACTIVE.items():
        found = [opening_of(browser, opened(world, route), interactive) for _ in range(OPENINGS)]
        report.at_most(
            f"{route}: first paint", median(one.first_paint_seconds for one in found), PAINTED, " s"
        )
        report.at_most(
            f"{route}: can be used", median(one.interactive_seconds for one in found), USABLE, " s"
        )
        size = max(one.script_bytes for one in found) / 1000
        report.at_most(f"{route}: own script, {found[0].modules} modules, gzip as sent", size, SCRIPT, " kB")
        strangers = [address for one in found for address in one.strangers]
        report.holds(f"{route}: every request goes to its own server", not strangers, ", ".join(strangers))


def _rules(report: Report, browser: Browser, world: World) -> None:
    for look in LOOKS:
        page = browser.new_page()
        look.open(page, world)
        for theme in THEMES:
            found = []
            for width, height in SIZES.values():
                page.set_viewport_size({"width": width, "height": height})
                page.emulate_media(color_scheme=theme)
                found += violations(page)
            words = f"{len(found)}" + "".join(f"\n        {line}" for line in found)
            report.line(f"{look.name}, {theme}: axe-core violations", words, "0", not found)
        page.close()
