"""Promise 33: the list in docs/security.md, each line by the tests that it names."""

import re
import subprocess
import sys
from pathlib import Path

from tests.accept.report import Report
from tests.security_list import protections

ROOT = Path(__file__).parent.parent.parent
WORD = re.compile(r"^(PASSED|FAILED|ERROR|SKIPPED) (tests/[^\s\[]+)", re.MULTILINE)


def check(report: Report) -> None:
    """All tests in one run; then a line a protection: how many of its tests passed, and that all must."""
    rows = protections()
    named = list(dict.fromkeys(name for row in rows for name in row.tests))
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "--no-header", "--tb=no", *named]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    told: dict[str, list[str]] = {name: [] for name in named}
    for word, name in WORD.findall(done.stdout):
        if name in told:
            told[name].append(word)
    for row in rows:
        words = [word for name in row.tests for word in told[name]]
        passed, is_missing = words.count("PASSED"), any(not told[name] for name in row.tests)
        figure = f"{passed} of {len(words)} pass" + (", some did not run" if is_missing else "")
        report.line(row.against, figure, "all", bool(words) and passed == len(words) and not is_missing)
    seen = sum(row.seen_failing for row in rows)
    report.line("protections seen failing when taken out", str(seen), f"all {len(rows)}", seen == len(rows))
    report.line("the whole run", done.stdout.strip().splitlines()[-1], "no failure", done.returncode == 0)
