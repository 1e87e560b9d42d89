"""What was done and what came of it, a row per kind of fault."""

from dataclasses import dataclass


@dataclass
class Row:
    """One kind."""

    injected: int = 0
    recovered: int = 0
    slowest: float = 0.0  # seconds from the fault until the job trained again


class Table:
    """Counts; `text` is Markdown."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.unavailable: dict[str, str] = {}

    def add(self, kind: str, *, recovered: bool, seconds: float) -> None:
        """One fault was done."""
        row = self.rows.setdefault(kind, Row())
        row.injected += 1
        row.recovered += recovered
        row.slowest = max(row.slowest, seconds)

    @property
    def injected(self) -> int:
        """All of them."""
        return sum(row.injected for row in self.rows.values())

    @property
    def recovered(self) -> int:
        """Those after which all went on."""
        return sum(row.recovered for row in self.rows.values())

    def text(self) -> str:
        """The table, and what could not be done."""
        lines = ["| fault | injected | recovered | trains again within |", "|---|---|---|---|"]
        for kind, row in sorted(self.rows.items()):
            lines.append(f"| {kind} | {row.injected} | {row.recovered} | {row.slowest:.1f} s |")
        lines.append(f"| all | {self.injected} | {self.recovered} | |")
        lines += [f"SKIPPED {kind}: {why}" for kind, why in sorted(self.unavailable.items())]
        return "\n".join(lines)
