"""A line per promise: held or not, the figure, the bound."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Report:
    """Prints lines as they come and remembers whether all held."""

    def __init__(self) -> None:
        self.failed = 0
        self.item = ""

    @contextmanager
    def of(self, item: str, title: str) -> Iterator[None]:
        """Everything inside belongs to promise `item`; an exception is a failure of it."""
        self.item = item
        began = time.monotonic()
        print(f"\n{item}. {title}", flush=True)
        try:
            yield
        except Exception as error:  # noqa: BLE001 - the boundary: one broken promise must not hide the next
            self.line("ran to its end", f"{type(error).__name__}: {error}", "no error", held=False)
        print(f"   ({time.monotonic() - began:.0f} s)", flush=True)

    def line(self, what: str, figure: str, bound: str, held: bool) -> None:
        """One figure with its bound."""
        self.failed += not held
        print(f"   {'ok  ' if held else 'FAIL'} {what}: {figure}   [{bound}]", flush=True)

    def at_most(self, what: str, figure: float, bound: float, unit: str = "") -> None:
        """`figure` must not exceed `bound`."""
        self.line(what, f"{figure:.3g}{unit}", f"≤ {bound:g}{unit}", figure <= bound)

    def at_least(self, what: str, figure: float, bound: float, unit: str = "") -> None:
        """`figure` must reach `bound`."""
        self.line(what, f"{figure:.4g}{unit}", f"≥ {bound:g}{unit}", figure >= bound)

    def between(self, what: str, figure: float, low: float, high: float) -> None:
        """`figure` must lie between `low` and `high`."""
        self.line(what, f"{figure:.4f}", f"{low:g} to {high:g}", low <= figure <= high)

    def holds(self, what: str, held: bool, figure: str = "") -> None:
        """A yes-or-no promise."""
        self.line(what, figure or ("yes" if held else "no"), "yes", held)

    def skipped(self, what: str, why: str) -> None:
        """Something that could not be tried here; it is said, and it is not counted as held."""
        print(f"   SKIP {what}: {why}", flush=True)

    def close(self) -> None:
        """Exit with failure when a promise did not hold."""
        print(f"\n{'every promise held' if not self.failed else f'{self.failed} lines failed'}")
        sys.exit(bool(self.failed))
