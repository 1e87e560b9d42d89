"""`make reproduce`: train the practical's studies through the REST API, and write docs/reproduction.md.

`CIFAR10=/path/to/archive-or-folder make reproduce` includes what needs those pictures.
PARTS=ladder,long chooses parts; PRECISION=bfloat16, SEEDS=n and EPOCHS=n make other studies of them.
A second call goes on with what is there; REPORT_ONLY=1 writes the report of what has finished.
NOTE="…" says on the page what else should be known of the run.
SERVER=http://… drives a server that runs already instead of starting one on the data directory.
"""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2 as httpx

from tests.accept.learning import unpack
from tests.product import Product
from tests.reproduce import report
from tests.reproduce.driving import Driver
from tests.reproduce.parts import PARTS, Choices

ROOT = Path(__file__).parent.parent.parent
ANSWER_SECONDS = 60.0


@contextmanager
def driver_on(server: str | None, data_directory: Path, cifar10: Path | None) -> Iterator[Driver]:
    """A server that is there, or one of its own on `data_directory`, with the pictures if they are named."""
    if server is not None:
        with httpx.Client(base_url=server, timeout=ANSWER_SECONDS) as http:
            yield Driver(http)
        return
    if cifar10 is not None and not (data_directory / "cifar10").exists():
        unpack(cifar10, data_directory / "cifar10")
    with Product(data_directory) as product:
        product.ready()
        with httpx.Client(base_url=product.url, timeout=ANSWER_SECONDS) as http:
            yield Driver(http)


def reproduce(driver: Driver, wanted: list[str], choices: Choices, target: Path, note: str = "") -> None:
    """Make the studies of the parts `wanted`, wait for them, and keep the report current."""
    made = []
    for part in PARTS:
        if part.id not in wanted:
            continue
        if part.body.get("base", {}).get("dataset") == "cifar10" and not driver.has_pictures():
            print(
                f"SKIP {part.id}: it needs pictures; name an archive or a folder with CIFAR10=…", flush=True
            )
            continue
        made.append(driver.make(part, choices))
    driver.wait(made, lambda: told(driver, target, note))


def told(driver: Driver, target: Path, note: str = "") -> None:
    """Write the report and say so."""
    amount = report.write(driver, target, note)
    print(f"          {target / 'reproduction.md'} tells of {amount} studies", flush=True)


def main() -> None:
    """What was asked for."""
    names = [part.id for part in PARTS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--parts", default="", help=f"of {','.join(names)}; all when empty")
    parser.add_argument("--precision", choices=["float32", "bfloat16"], help="instead of each part's own")
    parser.add_argument("--seeds", type=int)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--train-size", type=int)
    parser.add_argument("--server", help="an address, such as http://127.0.0.1:8000")
    parser.add_argument("--data-dir", type=Path, default=ROOT / "livetrain-data" / "reproduction")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs", help="folder of the report")
    parser.add_argument("--note", default="", help="a sentence for the page")
    parser.add_argument("--report-only", action="store_true")
    given = parser.parse_args()
    wanted = [name for name in given.parts.split(",") if name] or names
    unknown = [name for name in wanted if name not in names]
    if unknown:
        parser.error(f"there is no part {unknown[0]}; there are {', '.join(names)}")
    cifar10 = Path(os.environ["CIFAR10"]) if os.environ.get("CIFAR10") else None
    choices = Choices(given.precision, given.seeds, given.epochs, given.train_size)
    with driver_on(given.server, given.data_dir, cifar10) as driver:
        if given.report_only:
            told(driver, given.docs, given.note)
        else:
            reproduce(driver, wanted, choices, given.docs, given.note)


if __name__ == "__main__":
    main()
