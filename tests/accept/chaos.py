"""Promises 30 and 31: nothing is lost whatever breaks, and a crowd costs a training nothing."""

import random
from pathlib import Path

from benchmarks.load import measure, report_on
from tests.accept.report import Report
from tests.chaos.catalogue import FAULTS
from tests.chaos.soak import Soak, stage
from tests.product import Product

LOAD_SECONDS = 90.0


def faults(report: Report, folder: Path, seed: int) -> None:
    """Every kind of fault once."""
    folder.mkdir()
    with stage(folder, random.Random(seed)) as scene:
        soak = Soak(scene, sorted(FAULTS), lambda line: print(f"        {line}", flush=True))
        soak.run(len(FAULTS))
    print(soak.table.text())
    for what, figure, bound, holds in soak.figures():
        report.line(what, figure, bound, holds)


def crowd(report: Report, folder: Path) -> None:
    """A crowd beside a job; `make load` is the long form."""
    with Product(folder) as product:
        report_on(report, measure(product.ready(), LOAD_SECONDS))
