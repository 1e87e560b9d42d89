"""The table in docs/security.md as data. Rule: the document is the list; nothing repeats it."""

import re
from dataclasses import dataclass
from pathlib import Path

DOCUMENT = Path(__file__).parent.parent / "docs" / "security.md"
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ((?:`tests/[^`]+`\s*)+)\| ([^|]+) \|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Protection:
    """A row: what it is against, what protects, the tests that prove it, whether they were seen failing."""

    against: str
    protection: str
    tests: tuple[str, ...]
    seen_failing: bool


def protections() -> list[Protection]:
    """All rows, in order."""
    return [
        Protection(against.strip(), protection.strip(), tuple(re.findall(r"`([^`]+)`", tests)), seen == "yes")
        for against, protection, tests, seen in ROW.findall(DOCUMENT.read_text("utf-8"))
    ]
