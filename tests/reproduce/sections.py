"""The report's sections, each under the name of its study. Rule: what stands on the page can be read back."""

import re
from pathlib import Path

from tests.reproduce.parts import PARTS, part_of

SECTION = re.compile(r"^<!-- study (?P<name>.+?) -->\n(?P<text>.*?)\n<!-- end -->$", re.MULTILINE | re.DOTALL)
ORDER = [part.id for part in PARTS]


def read(page: Path) -> dict[str, str]:
    """The sections of a page that was written earlier, by the study's name; none where there is no page."""
    if not page.is_file():
        return {}
    found = {match["name"]: match["text"] for match in SECTION.finditer(page.read_text())}
    return {name: text for name, text in found.items() if part_of(name) in ORDER}


def joined(told: dict[str, str]) -> str:
    """All sections in the order of the parts, of one part by name."""
    names = sorted(told, key=lambda name: (ORDER.index(part_of(name) or ORDER[-1]), name))
    return "\n".join(f"<!-- study {name} -->\n{told[name]}\n<!-- end -->\n" for name in names)
