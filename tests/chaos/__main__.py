"""`make soak`, or `python -m tests.chaos --faults 200 --seed 1`: chaos for as long as it is wanted.

The same seed draws the same faults; the moments are theirs too, as far as a machine repeats itself.
"""

import argparse
import os
import random
import sys
import tempfile
from pathlib import Path

from tests.chaos.catalogue import FAULTS
from tests.chaos.soak import Soak, stage


def _say(line: str) -> None:
    print(line, flush=True)


def main() -> None:
    """Run, print the table, and fail when something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="end earlier, after so many")
    parser.add_argument("--kinds", default="", help="names, separated by commas; all when empty")
    given = parser.parse_args()
    kinds = [name.strip() for name in given.kinds.split(",") if name.strip()] or sorted(FAULTS)
    if unknown := [name for name in kinds if name not in FAULTS]:
        parser.error(f"no such fault: {', '.join(unknown)}; there are: {', '.join(sorted(FAULTS))}")
    print(f"{given.faults} faults of {len(kinds)} kinds, seed {given.seed}, {os.cpu_count()} cores")
    with (
        tempfile.TemporaryDirectory(prefix="livetrain-chaos-") as folder,
        stage(Path(folder), random.Random(given.seed)) as scene,
    ):
        soak = Soak(scene, kinds, _say)
        soak.run(given.faults, 60 * given.minutes)
    print(f"\n{soak.table.text()}\n")
    for what, figure, bound, holds in soak.figures():
        print(f"{'ok  ' if holds else 'FAIL'} {what}: {figure}   [{bound}]")
    for trouble in [*soak.wrong, *scene.truth.wrong]:
        print(f"WRONG {trouble}")
    sys.exit(not all(holds for *_, holds in soak.figures()))


if __name__ == "__main__":
    main()
