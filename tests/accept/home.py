"""Promise 28: what is taken home does what the job did."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.accept.report import Report
from tests.product import Product

STEPS = 20
BOUND = 1e-5
EVERY_TOGGLE = {
    "standardize": True,
    "augment": True,
    "lr_schedule": "exponential",
    "dropout": 0.5,
    "batch_norm": True,
}
SMALL: list[dict[str, Any]] = [
    {"dataset": "circles", "batch_size": 20, "epochs": 3},
    {"dataset": "digits", "architecture": "alexnet", "epochs": 1, "batch_size": 32},
]
PICTURES: dict[str, Any] = {
    "dataset": "cifar10", "architecture": "alexnet", "epochs": 1, "train_size": 5000, **EVERY_TOGGLE,
}  # fmt: skip


def scripts(report: Report, product: Product, folder: Path, *, with_cifar10: bool) -> None:
    """The first steps' losses of job and script, on the CPU."""
    for config in [*SMALL, *([PICTURES] if with_cifar10 else [])]:
        job = product.create(**config, device="cpu")
        product.wait(job["id"], seconds=900)
        rows = product.http.get(f"/api/jobs/{job['id']}/metrics", params={"max_points": 100_000}).json()
        expected = rows["columns"]["loss"][:STEPS]
        found = _losses_of_script(product, job["id"], folder)
        differences = [abs(one - other) for one, other in zip(expected, found, strict=True)]
        assert len(differences) == STEPS
        what = f"{config['dataset']}: largest difference of {STEPS} losses"
        report.at_most(what, max(differences), BOUND)


def _losses_of_script(product: Product, job_id: str, folder: Path) -> list[float]:
    script = folder / f"{job_id}.py"
    script.write_bytes(product.http.get(f"/api/jobs/{job_id}/script.py").content)
    command = [sys.executable, "-I", str(script), "--device", "cpu", "--every", "1", "--steps", str(STEPS)]
    command += ["--data", str(product.data_directory / "cifar10")]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return [float(loss) for loss in re.findall(r"^step \d+  loss (\S+)", done.stdout, re.MULTILINE)]
