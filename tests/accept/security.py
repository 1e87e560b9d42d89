"""Promise 33: the list in docs/security.md, each line by the tests that it names."""

from tests.accept import named
from tests.accept.report import Report
from tests.security_list import protections


def check(report: Report) -> None:
    """All tests in one run; then a line a protection: how many of its tests passed, and that all must."""
    rows = protections()
    named.check(report, [(row.against, row.tests) for row in rows])
    seen = sum(row.seen_failing for row in rows)
    report.line("protections seen failing when taken out", str(seen), f"all {len(rows)}", seen == len(rows))
