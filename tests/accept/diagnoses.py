"""Promise: ailing trainings are told what ails them, and healthy ones are left alone.

Every ailment on two data sets that chose no threshold (moons, and made pictures of noisy prototypes), three
seeds each; and ten healthy runs, of every data set, without any alarm. `python -m tests.accept.diagnoses`.
"""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ml.config import TrainConfig
from ml.control import NoControl
from ml.entries import Diagnosis
from ml.train import train
from tests.accept.report import Report

SEEDS = (40, 41, 42)  # none of them was run while thresholds were chosen
CLASSES, SIDE, TRAIN, TEST = 4, 12, 40, 25  # pictures a class


def make_pictures(folder: Path) -> None:
    """Pictures in the image folder's layout: a random prototype per class under strong noise."""
    generator = np.random.default_rng(57)
    prototypes = generator.integers(64, 192, (CLASSES, SIDE, SIDE, 3))
    for part, count in (("train", TRAIN), ("test", TEST)):
        for label in range(CLASSES):
            target = folder / "cifar10" / part / f"class{label}"
            target.mkdir(parents=True, exist_ok=True)
            for number in range(count):
                noisy = prototypes[label] + generator.normal(0, 260, (SIDE, SIDE, 3))
                Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(target / f"{number:03}.png")


@dataclass(frozen=True)
class Case:
    """A config that has `kind`; `also`: what may be said of it too, since it is true as well."""

    kind: str
    config: dict[str, Any]
    also: tuple[str, ...] = field(default=())

    @property
    def name(self) -> str:
        """The ailment and its data set."""
        return f"{self.kind} on {self.config['dataset']}"


MOONS: dict[str, Any] = {"dataset": "moons", "batch_size": 20}
PICTURES: dict[str, Any] = {
    "dataset": "cifar10",
    "batch_size": 20,
    "hidden_sizes": [32],
    "activation": "relu",
}

AILING = [
    Case("over_fitting", {**MOONS, "noise": 0.5, "points": 60, "hidden_sizes": [128, 128],
                          "activation": "relu", "optimizer": "adam", "learning_rate": 0.01,
                          "validation_fraction": 0.3, "epochs": 150}),
    Case("over_fitting", {**PICTURES, "hidden_sizes": [64], "learning_rate": 0.05, "momentum": 0.9,
                          "validation_fraction": 0.3, "train_size": 100, "epochs": 60}),
    Case("diverging", {**MOONS, "hidden_sizes": [16], "learning_rate": 100.0, "epochs": 20}),
    Case("diverging", {**PICTURES, "activation": "tanh", "learning_rate": 20.0, "epochs": 20}),
    Case("too_slow", {**MOONS, "hidden_sizes": [8], "learning_rate": 0.0003, "epochs": 40}),
    Case("too_slow", {**PICTURES, "learning_rate": 0.00003, "epochs": 20}),
    Case("plateau", {**MOONS, "hidden_sizes": [8, 8, 8, 8], "activation": "sigmoid", "learning_rate": 0.1,
                     "epochs": 80}),
    Case("plateau", {**PICTURES, "hidden_sizes": [32] * 5, "activation": "sigmoid", "learning_rate": 0.05,
                     "epochs": 60}),
    Case("dead_units", {**MOONS, "hidden_sizes": [16, 16, 16], "activation": "relu", "learning_rate": 10.0,
                        "epochs": 40}, also=("plateau", "diverging")),
    Case("dead_units", {**PICTURES, "hidden_sizes": [32, 32], "learning_rate": 3.0, "epochs": 20},
         also=("plateau", "diverging")),
    Case("under_fitting", {"dataset": "moons", "hidden_sizes": [], "noise": 0.6, "learning_rate": 0.5,
                           "batch_size": 60, "points": 1000, "epochs": 60}),
    Case("under_fitting", {**PICTURES, "hidden_sizes": [8], "activation": "tanh", "learning_rate": 0.3,
                           "weight_decay": 1.0, "batch_size": "full", "epochs": 150}),
    Case("small_batch", {"dataset": "moons", "batch_size": 2, "hidden_sizes": [16], "epochs": 2000,
                         "learning_rate": 0.02}),
    Case("small_batch", {**PICTURES, "batch_size": 2, "learning_rate": 0.002, "epochs": 3000}),
]  # fmt: skip

HEALTHY: list[dict[str, Any]] = [
    {"hidden_sizes": [16], "batch_size": 20, "momentum": 0.9, "epochs": 200},
    {"dataset": "digits", "hidden_sizes": [128], "activation": "relu", "learning_rate": 0.05, "momentum": 0.9,
     "batch_size": 32, "epochs": 60},
    {"batch_size": 100, "loss_reduction": "sum", "learning_rate": 0.01, "epochs": 150,
     "validation_fraction": 0.0},
    {"hidden_sizes": [8], "learning_rate": 0.05, "optimizer": "adam", "epochs": 100, "batch_size": 50},
    {"dataset": "digits", "hidden_sizes": [64, 32], "learning_rate": 0.2, "dropout": 0.2, "epochs": 40},
    {"dataset": "digits", "hidden_sizes": [64], "activation": "relu", "batch_norm": True, "epochs": 30,
     "lr_schedule": "cosine"},
    {"dataset": "digits", "architecture": "alexnet", "train_size": 600, "learning_rate": 0.05,
     "momentum": 0.9, "batch_size": 32, "epochs": 6},
    {"dataset": "moons", "hidden_sizes": [16, 16], "activation": "relu", "momentum": 0.9, "batch_size": 32,
     "epochs": 100},
    {"dataset": "moons", "hidden_sizes": [16], "loss": "mse", "learning_rate": 1.0, "batch_size": 32,
     "epochs": 150},
    {"dataset": "xor", "hidden_sizes": [16], "momentum": 0.9, "batch_size": 20, "epochs": 150},
]  # fmt: skip


def diagnosed(config: dict[str, Any], data: Path, until: str | None = None) -> list[Diagnosis]:
    """What is said of a training; it is ended once `until` was said."""
    found: list[Diagnosis] = []
    for entry in _entries(config, data):
        if isinstance(entry, Diagnosis):
            found.append(entry)
            if entry.kind == until:
                break
    return found


def _entries(config: dict[str, Any], data: Path) -> Iterator[object]:
    return train(TrainConfig.model_validate(config), NoControl(), data)


def check(report: Report, data: Path) -> None:
    """Every ailment with every seed, then the healthy runs."""
    make_pictures(data)
    for case in AILING:
        kinds = [
            [one.kind for one in diagnosed({**case.config, "seed": seed}, data, case.kind)] for seed in SEEDS
        ]
        hits = sum(case.kind in said for said in kinds)
        wrong = sorted({kind for said in kinds for kind in said} - {case.kind, *case.also})
        figure = f"{hits} of {len(SEEDS)}" + (f", also {', '.join(wrong)}" if wrong else "")
        report.line(case.name, figure, "3 of 3 and nothing else", hits == len(SEEDS) and not wrong)
    said = [one.kind for config in HEALTHY for one in diagnosed(config, data)]
    report.line("alarms on ten healthy runs", ", ".join(said) or "none", "none", not said)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        made = Report()
        check(made, Path(folder))
        sys.exit(bool(made.failed))
