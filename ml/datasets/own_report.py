"""What was found in uploaded pictures, for who uploaded them. Rule: numbers and names of files."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

NAMED_FILES = 100  # skipped ones named one by one; the rest is counted
NAMED_PAIRS = 20  # duplicates named
NAMED_SIZES = 12
WIDE_IMBALANCE = 3.0  # a class this many times as frequent as another deserves a word


@dataclass
class Findings:
    """What is noted picture by picture."""

    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)  # (width, height)
    formats: Counter[str] = field(default_factory=Counter)
    skipped: list[tuple[str, str]] = field(default_factory=list)  # file, reason
    first_seen: dict[bytes, int] = field(default_factory=dict)
    twins: list[tuple[int, int]] = field(default_factory=list)  # a picture and its earlier equal

    def note(self, index: int, pixels: NDArray[np.uint8]) -> None:
        """Remember picture `index`; equal pixels after resizing count as a duplicate."""
        digest = blake2b(pixels.tobytes(), digest_size=16).digest()
        if (first := self.first_seen.setdefault(digest, index)) != index:
            self.twins.append((index, first))


def channel_statistics(pixels: NDArray[np.uint8]) -> tuple[list[float], list[float]]:
    """Mean and deviation of each channel of (N, C, H, W), as 0..1; chunk by chunk."""
    total, squares, count = np.zeros(pixels.shape[1]), np.zeros(pixels.shape[1]), 0
    for start in range(0, len(pixels), 1024):
        values = pixels[start : start + 1024] / 255.0
        total += values.sum((0, 2, 3))
        squares += np.square(values).sum((0, 2, 3))
        count += values[:, 0].size
    mean = total / count
    deviation = np.sqrt(np.maximum(squares / count - mean**2, 0))
    return mean.round(4).tolist(), deviation.round(4).tolist()


def sizes_words(sizes: Counter[tuple[int, int]]) -> str:
    """The sizes found in a few words."""
    if len(sizes) == 1:
        return "{}×{} pixels".format(*next(iter(sizes)))
    widths, heights = zip(*sizes, strict=True)
    return f"{_span(widths)} pixels wide and {_span(heights)} high"


def _span(numbers: Sequence[int]) -> str:
    return str(numbers[0]) if len(set(numbers)) == 1 else f"{min(numbers)} to {max(numbers)}"


def report(
    findings: Findings,
    classes: Sequence[str],
    targets: dict[str, NDArray[np.int64]],
    split_of: Sequence[str | None],
    paths: Sequence[str],
    train_inputs: NDArray[np.uint8],
) -> dict[str, Any]:
    """Everything that the page shows of an upload; `split_of`: where each file went, None for nowhere."""
    counts = {split: np.bincount(of, minlength=len(classes)) for split, of in targets.items()}
    totals = counts["train"] + counts["test"]
    mean, deviation = channel_statistics(train_inputs)
    across = [pair for pair in findings.twins if split_of[pair[0]] != split_of[pair[1]]]
    shown = sorted(findings.twins, key=lambda pair: split_of[pair[0]] == split_of[pair[1]])[:NAMED_PAIRS]
    most, least = int(totals.argmax()), int(totals.argmin())
    ratio = float(totals[most] / totals[least])
    return {
        "classes": [
            {"name": name, "train": int(counts["train"][i]), "test": int(counts["test"][i])}
            for i, name in enumerate(classes)
        ],
        "sizes_found": sizes_words(findings.sizes),
        "sizes": [
            {"width": width, "height": height, "count": count}
            for (width, height), count in findings.sizes.most_common(NAMED_SIZES)
        ],
        "more_sizes": max(0, len(findings.sizes) - NAMED_SIZES),
        "formats": dict(findings.formats.most_common()),
        "skipped": {
            "count": len(findings.skipped),
            "files": [{"file": file, "reason": reason} for file, reason in findings.skipped[:NAMED_FILES]],
        },
        "duplicates": {
            "count": len(findings.twins),
            "across_splits": len(across),
            "files": [[paths[one], paths[other]] for one, other in shown],
        },
        "imbalance": {
            "most": classes[most],
            "least": classes[least],
            "ratio": round(ratio, 2),
            "is_wide": ratio >= WIDE_IMBALANCE,
            "guessing": round(float(counts["test"].max() / counts["test"].sum()), 4),
        },
        "channels": {"mean": mean, "deviation": deviation},
    }
