"""`make accept`: every promise against a server started the way a user starts it.

`CIFAR10=/path/to/archive-or-folder make accept` includes what needs those pictures.
`make accept ONLY=5,6` tries some of them; ROUNDS=n is the number of rounds of the speed comparison;
SEED=n repeats a choice of moments to kill at.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.__main__ import measure
from tests import test_sheet
from tests.accept import (
    bad_input,
    chaos,
    charts,
    diagnoses,
    faults,
    formulas,
    habits,
    home,
    lasting,
    learning,
    named,
    pages,
    practical,
    reader,
    security,
    start,
    stream,
    vitals,
)
from tests.accept.long_job import write_job
from tests.accept.report import Report
from tests.browser_setup import ARGUMENTS, browser_path
from tests.product import Product
from tests.readme import run_curl_lines
from tests.store import new_store

ROOT = Path(__file__).parent.parent.parent


@contextmanager
def browser_page() -> Iterator[Page]:
    """A page of a real browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path(), chromium_sandbox=False, args=ARGUMENTS
        )
        yield browser.new_page(viewport={"width": 1440, "height": 900})
        browser.close()


DIGITS = {
    "dataset": "digits",
    "architecture": "alexnet",
    "learning_rate": 0.05,
    "momentum": 0.9,
    "batch_size": 32,
    "standardize": True,
    "epochs": 10,
}


class Acceptance:
    """The promises in order; `cifar10` is an archive or a folder of those pictures, or nothing."""

    def __init__(self, report: Report, folder: Path, cifar10: Path | None, rounds: int) -> None:
        self.report, self.folder, self.cifar10, self.rounds = report, folder, cifar10, rounds

    def promise_1(self) -> None:
        """make run, make test, second start"""
        start.fresh_clone(self.report, self.folder, with_tests=True)
        start.second_start(self.report, self.folder)

    def promise_2(self) -> None:
        """circles and digits from a real browser"""
        with Product(self.folder / "learning") as product, browser_page() as page:
            product.ready()
            learning.from_the_browser(self.report, product, page, "circles", 0.97)
            learning.from_the_browser(self.report, product, page, "digits", 0.95)

    def promise_3(self) -> None:
        """CIFAR-10: one epoch, median of three seeds"""
        if self.cifar10 is None:
            self.report.skipped("CIFAR-10", "name an archive or folder with CIFAR10=…")
            return
        with self.with_pictures() as product:
            learning.cifar10(self.report, product)

    def promise_4(self) -> None:
        """the sheet"""
        test_sheet.test_sheet_of_alexnet_equals_the_practicals_table_row_by_row()
        with Product(self.folder / "sheet") as product:
            body = {"dataset": "cifar10", "architecture": "alexnet"}
            answer = product.http.post("/api/inspect", json=body).json()
        keys = ("name", "output_shape", "weights", "biases", "receptive_field")
        rows = [tuple(row[key] for key in keys) for row in answer["layers"]]
        wanted = [(name, list(shape), *rest) for name, shape, *rest in test_sheet.ALEXNET]
        equal = sum(row == want for row, want in zip(rows, wanted, strict=True))
        self.report.line("rows equal to the practical's table", str(equal), "8 of 8", equal == 8)
        parameters = answer["parameters"]
        self.report.line("parameters", f"{parameters:,}", "1,191,170", parameters == 1_191_170)
        for seed in range(50):
            test_sheet.test_sheet_agrees_with_hooks_on_the_built_module(seed)
        self.report.holds("random layer lists agree with hooks", True, "50 of 50")
        for seed in range(20):
            test_sheet.test_receptive_fields_equal_measured_ones(seed)
        self.report.holds("receptive fields equal measured ones", True, "20 of 20")

    def promise_5(self) -> None:
        """two clients, three cuts, a killed server: every step once"""
        with Product(self.folder / "stream") as product:
            stream.check(self.report, product.ready(), self.folder)

    def promise_6(self) -> None:
        """a killed worker, the queue, stop"""
        with Product(self.folder / "faults") as product:
            faults.check(self.report, product.ready())

    def promise_7(self) -> None:
        """click to first point"""
        with self.with_pictures() as product, browser_page() as page:
            if self.cifar10:  # a short job that decodes the pictures once
                job = product.create(dataset="cifar10", train_size=200, epochs=1, hidden_sizes=[4])
                product.wait(job["id"], seconds=300)
            pages.check(self.report, product, page, with_cifar10=self.cifar10 is not None)

    def promise_8(self) -> None:
        """speed as ratios side by side, and latency"""
        figures = measure(self.rounds)
        for name, figure in figures.items():
            print(f"        {name}: {figure.median:.3f} ({figure.least:.3f} to {figure.greatest:.3f})")
        median = {name: figure.median for name, figure in figures.items()}
        self.report.at_least("product / recipe alone", median["product / recipe"], 0.95)
        page = median["product with page / recipe"]
        self.report.at_least("product with visible page / recipe alone", page, 0.85)
        self.report.at_least("product / naive step", median["product / naive"], 1.2)
        self.report.at_most("flush to client, median", median["flush to client, median ms"], 60, " ms")

    def promise_9(self) -> None:
        """the README's curl lines"""
        with Product(self.folder / "readme") as product:
            done = run_curl_lines(product.ready().url)
            job = product.wait(done.stdout.split()[-1], seconds=20)
            ended = f"{job['status']}, {job['reason']}"
            self.report.line(
                "the job they create ends", ended, "stopped, requested", job["status"] == "stopped"
            )

    def promise_10(self) -> None:
        """browser tests, and screenshots"""
        command = [sys.executable, "-m", "pytest", "-q", "tests/e2e"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        last = done.stdout.strip().splitlines()[-1]
        self.report.holds(
            "browser tests, no console error", done.returncode == 0 and "skip" not in last, last
        )
        shots = [ROOT / "docs" / "screenshots" / f"{name}.png" for name in ("light", "dark", "phone")]
        self.report.holds("screenshots light, dark, 390 px", all(shot.exists() for shot in shots))

    def promise_11(self) -> None:
        """killed at ten random moments: the same curve"""
        seed = int(os.environ.get("SEED", str(random.randrange(10**6))))
        print(f"        SEED={seed}")
        with Product(self.folder / "kills") as product:
            lasting.kills(self.report, product.ready(), seed)

    def promise_12(self) -> None:
        """the status table and the controls"""
        lasting.transitions(self.report)

    def promise_13(self) -> None:
        """adjust and fork"""
        with Product(self.folder / "steering") as product:
            lasting.steering(self.report, product.ready())

    def promise_14(self) -> None:
        """containers"""
        lasting.containers(self.report)

    def promise_15(self) -> None:
        """a full disk"""
        lasting.full_disk(self.report, self.folder)

    def promise_16(self) -> None:
        """backup under load, restored elsewhere"""
        with Product(self.folder / "backup") as product:
            lasting.backup(self.report, product.ready(), self.folder)

    def promise_17(self) -> None:
        """gradients by hand"""
        formulas.gradients(self.report)

    def promise_18(self) -> None:
        """sheets and receptive fields"""
        with Product(self.folder / "sheets") as product:
            formulas.sheets(self.report, product)

    def promise_19(self) -> None:
        """sweeps on circles with the summed gradient"""
        with Product(self.folder / "sweeps") as product:
            practical.sweeps(self.report, product.ready())

    def promise_20(self) -> None:
        """the committed ladder"""
        formulas.committed_ladder(self.report)

    def promise_21(self) -> None:
        """what regularizes does what it says"""
        formulas.regularizers(self.report)

    def promise_22(self) -> None:
        """diagnoses"""
        diagnoses.check(self.report, self.folder / "diagnoses")

    def promise_23(self) -> None:
        """class maps of larger pictures"""
        if self.cifar10 is None:
            self.report.skipped("CIFAR-10", "name an archive or folder with CIFAR10=…")
        with self.with_pictures() as product:
            practical.class_maps(self.report, product, DIGITS)
            if self.cifar10 is not None:
                learned = {"standardize": True, "epochs": 3, "train_size": 20_000}
                practical.class_maps(self.report, product, learning.CIFAR10 | learned)

    def promise_24(self) -> None:
        """every experiment started from the page"""
        names = "by_hand experiments boundary studies trying inside diagnosis sheet recipe"
        tests = [f"tests/e2e/test_{name}.py" for name in names.split()]
        formulas.passed(self.report, "browser tests, no console error", *tests)

    def promise_25(self) -> None:
        """pages for everybody: axe-core, openings, sizes, no request elsewhere"""
        with browser_page() as page:
            assert page.context.browser
            habits.check(self.report, self.folder / "habits", page.context.browser)

    def promise_26(self) -> None:
        """a million steps on the charts; seven jobs, one of them training, for two minutes"""
        data = self.folder / "charts"
        data.mkdir()
        long_job = write_job(new_store(data))
        with Product(data) as product:
            product.ready()
            with browser_page() as page:
                charts.million_steps(self.report, product, page, long_job)
            with browser_page() as page:
                charts.watched(self.report, product, page)

    def promise_27(self) -> None:
        """what a reader does on the pages, in a real browser"""
        named.check(self.report, reader.tests_of(reader.DONE))

    def promise_28(self) -> None:
        """an exported script trains what the job trained"""
        if self.cifar10 is None:
            self.report.skipped("CIFAR-10", "name an archive or folder with CIFAR10=…")
        with self.with_pictures() as product:
            home.scripts(self.report, product, self.folder, with_cifar10=self.cifar10 is not None)

    def promise_29(self) -> None:
        """every page with no job, one and fifty, from a phone to a huge screen"""
        named.check(self.report, reader.tests_of(reader.SEEN))

    def promise_30(self) -> None:
        """chaos: every kind of fault once"""
        seed = int(os.environ.get("SEED", "1"))
        print(f"        SEED={seed}")
        chaos.faults(self.report, self.folder / "chaos", seed)

    def promise_31(self) -> None:
        """a crowd beside a job: 500 watchers, 200 calls a second, 50 jobs that wait"""
        chaos.crowd(self.report, self.folder / "crowd")

    def promise_32(self) -> None:
        """bad input: refused with field and fix, never 500"""
        bad_input.check(self.report, self.folder / "bad-input")

    def promise_33(self) -> None:
        """nobody in: the list of docs/security.md"""
        security.check(self.report)

    def promise_34(self) -> None:
        """figures for Prometheus"""
        with Product(self.folder / "vitals") as product:
            vitals.check(self.report, product.ready())

    @contextmanager
    def with_pictures(self) -> Iterator[Product]:
        """A product whose data directory holds CIFAR-10 where it was given."""
        data = self.folder / "pictures"
        if self.cifar10 and not (data / "cifar10").exists():
            learning.unpack(self.cifar10, data / "cifar10")
        with Product(data) as product:
            yield product.ready()


def main() -> None:
    """Run the promises that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=os.environ.get("ONLY", ""))
    parser.add_argument("--rounds", type=int, default=int(os.environ.get("ROUNDS", "5")))
    given = parser.parse_args()
    cifar10 = Path(os.environ["CIFAR10"]) if os.environ.get("CIFAR10") else None
    report = Report()
    with tempfile.TemporaryDirectory(prefix="livetrain-accept-") as folder:
        acceptance = Acceptance(report, Path(folder), cifar10, given.rounds)
        numbers = [name.removeprefix("promise_") for name in dir(acceptance) if name.startswith("promise_")]
        for number in sorted(map(int, numbers)):
            promise: Callable[[], None] = getattr(acceptance, f"promise_{number}")
            if not given.only or str(number) in given.only.split(","):
                with report.of(str(number), promise.__doc__ or ""):
                    promise()
    report.close()


if __name__ == "__main__":
    main()
