"""Promise 32: whatever is sent is done or refused with field and fix; nothing is answered with 500."""

import subprocess
import sys
from pathlib import Path

from tests.accept.report import Report
from tests.fuzz.__main__ import PROPERTIES
from tests.fuzz.calls import ROOT, try_every_call
from tests.fuzz.world import world_in

EXAMPLES = 10  # a call; the two thousand cases of the coverage phase come on top
LEAST_CASES = 2000  # the long form, `make fuzz`, has 5,000


def check(report: Report, folder: Path) -> None:
    """Every call by the API's own description, then properties in their short form."""
    with world_in(folder / "data") as world:
        outcome = try_every_call(world, folder, EXAMPLES)
        answers = world.answers
    report.at_least("calls tried, by the API's own description", outcome.cases, LEAST_CASES)
    wrong = [*outcome.failures, *outcome.errors]
    words = f"{len(wrong)}" + "".join(f"\n        {line}" for line in wrong)
    report.line("findings: statuses, media types, headers, shapes, fields, fixes", words, "0", not wrong)
    report.line("answers 5xx", str(answers["5xx"]), "0", answers["5xx"] == 0)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *PROPERTIES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    last = done.stdout.strip().splitlines()[-1]
    report.holds("configs, networks, archives, folders, websockets, torn rows", done.returncode == 0, last)
