"""Which modules a page's script leads to. Rule: a page's head names all of them, so a browser asks for them
side by side, not layer by layer as it reads one after another."""

import re
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from posixpath import normpath

_IMPORT = re.compile(
    r"""^(?:import|(?:import|export)\b[^"'`;()=]*\bfrom)\s*["'](\.[^"']+)["']""", re.MULTILINE
)


@lru_cache(maxsize=64)
def modules_of(folder: Path, stamp: str, *scripts: str) -> tuple[str, ...]:
    """What `scripts`, paths in `folder`, import at once, and what that imports, nearest first; without them.

    What is imported when it is needed (`import(…)`) is left out. `stamp` tells the folder's state."""
    found = dict.fromkeys(scripts)
    waiting = list(scripts)
    for path in waiting:  # grows meanwhile
        with suppress(OSError):  # files that are just being replaced; a browser asks for them itself
            for relative in _IMPORT.findall((folder / path).read_text("utf-8")):
                module = normpath(f"{path}/../{relative}")
                if module not in found:
                    found[module] = None
                    waiting.append(module)
    return tuple(found)[len(scripts) :]
