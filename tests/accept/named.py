"""Tests by name, in one run, and a line for each promise that some of them hold."""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.accept.report import Report

ROOT = Path(__file__).parent.parent.parent
WORD = re.compile(r"^(PASSED|FAILED|ERROR|SKIPPED) (tests/[^\s\[]+)", re.MULTILINE)


def check(report: Report, rows: Sequence[tuple[str, Sequence[str]]]) -> None:
    """`rows`: what is promised, and the tests that hold it. All of them must run and pass."""
    named = list(dict.fromkeys(name for _, tests in rows for name in tests))
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "--no-header", "--tb=no", *named]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    told: dict[str, list[str]] = {name: [] for name in named}
    for word, name in WORD.findall(done.stdout):
        if name in told:
            told[name].append(word)
    for what, tests in rows:
        words = [word for name in tests for word in told[name]]
        passed, is_missing = words.count("PASSED"), any(not told[name] for name in tests)
        figure = f"{passed} of {len(words)} pass" + (", some did not run" if is_missing else "")
        report.line(what, figure, "all", bool(words) and passed == len(words) and not is_missing)
    report.line("the whole run", done.stdout.strip().splitlines()[-1], "no failure", done.returncode == 0)
