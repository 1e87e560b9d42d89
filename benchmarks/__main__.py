"""`make bench`: the forms in turn, round after round, and the medians of their ratios within each round.

The recipe is measured before and after each form that is compared with it, so that a machine that slows
down or speeds up meanwhile counts for neither.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import mean, median
from typing import NamedTuple

from benchmarks.bare import BATCH, STEPS, WARM_STEPS
from benchmarks.pictures import make_image_folder
from benchmarks.product import watched_by_client, watched_by_page
from tests.browser_setup import browser_path
from tests.product import Product

ROUNDS = 5
STEPS_OF_A_JOB = WARM_STEPS + STEPS + 40


def bare(form: str, data_directory: Path) -> float:
    """Images per second of a bare form, in a process of its own with as many threads as a worker has."""
    threads = str(len(os.sched_getaffinity(0)))
    command = [sys.executable, "-m", "benchmarks.bare", form, str(data_directory), threads]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


class Figure(NamedTuple):
    """A figure over all rounds."""

    median: float
    least: float
    greatest: float


def measure(rounds: int) -> dict[str, Figure]:
    """Over `rounds`: images per second, their ratios within each round, and the delay in milliseconds."""
    seen: dict[str, list[float]] = {}

    def note(name: str, value: float) -> float:
        seen.setdefault(name, []).append(value)
        return value

    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        make_image_folder(data / "cifar10", STEPS_OF_A_JOB * BATCH, 100)
        with Product(data) as product:
            product.ready()
            watched_by_client(product)  # decodes the pictures once
            for _ in range(rounds):
                naive = note("naive step, images/s", bare("naive", data))
                before = note("recipe alone, images/s", bare("recipe", data))
                client = watched_by_client(product)
                between = note("recipe alone, images/s", bare("recipe", data))
                note("product and client, images/s", client.images_per_second)
                note("flush to client, median ms", client.median_delay_ms)
                note("product / recipe", client.images_per_second / mean((before, between)))
                note("product / naive", client.images_per_second / naive)
                if browser_path():
                    page = note("product and visible page, images/s", watched_by_page(product))
                    after = note("recipe alone, images/s", bare("recipe", data))
                    note("product with page / recipe", page / mean((between, after)))
    return {name: Figure(median(values), min(values), max(values)) for name, values in seen.items()}


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    for name, value in measure(parser.parse_args().rounds).items():
        print(f"{name:45} {value.median:10.3f}   ({value.least:.3f} to {value.greatest:.3f})")


if __name__ == "__main__":
    main()
