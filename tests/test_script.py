"""The exported script trains what the job trained: its losses, step for step, in a process of its own.

Both on one thread: with another number of threads sums are rounded otherwise, and a wild training shows that.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from app.exports.course import Leg
from app.exports.script import script_of
from ml.config import TrainConfig
from ml.control import NoControl
from ml.datasets.registry import facts_of
from ml.entries import Metrics
from ml.train import train

STEPS = 20
TOLERANCE = 1e-5
EVERY_TOGGLE = {
    "standardize": True,
    "augment": True,
    "lr_schedule": "exponential",
    "dropout": 0.5,
    "batch_norm": True,
}


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Also where a test before left another number."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def losses_of_job(config: TrainConfig, data_directory: Path) -> list[float]:
    entries = train(config, NoControl(), data_directory)
    rows = (
        (float(loss), float(accuracy))
        for entry in entries
        if isinstance(entry, Metrics) and entry.split == "train"
        for loss, accuracy in zip(entry.columns["loss"], entry.columns["accuracy"], strict=True)
    )
    return [loss for loss, _ in islice(rows, STEPS)]


def losses_of_script(config: TrainConfig, data_directory: Path, folder: Path, data: Path) -> list[float]:
    script = folder / "script.py"
    script.write_text(
        script_of("a job's name", facts_of(config, data_directory), [Leg("job", config)]), "utf-8"
    )
    command = [sys.executable, "-I", str(script), "--data", str(data), "--device", "cpu", "--every", "1"]
    command += ["--steps", str(STEPS)]
    alike = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=alike)
    assert done.returncode == 0, done.stderr
    return [float(loss) for loss in re.findall(r"^step \d+  loss (\S+)", done.stdout, re.MULTILINE)]


def check(config: TrainConfig, data_directory: Path, folder: Path, data: Path) -> None:
    expected = losses_of_job(config, data_directory)
    found = losses_of_script(config, data_directory, folder, data)
    assert len(found) == len(expected) == STEPS
    np.testing.assert_allclose(found, expected, rtol=TOLERANCE, atol=TOLERANCE)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory) -> Path:
    """A data directory with an image folder in CIFAR-10's place, 6 classes of 32x32."""
    directory = tmp_path_factory.mktemp("data")
    random = np.random.default_rng(3)
    for split, count in (("train", 60), ("test", 5)):
        for name in ("ant", "bee", "cat", "dog", "eel", "fox"):
            folder = directory / "cifar10" / split / name
            folder.mkdir(parents=True)
            for i in range(count):
                pixels = random.integers(0, 256, (32, 32, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(folder / f"{i}.png")
    (directory / "cifar10" / "train" / "ant" / "broken.png").write_bytes(b"no picture")
    return directory


@pytest.mark.parametrize(
    "fields",
    [
        {"dataset": "circles", "hidden_sizes": [16], "batch_size": 20},
        {"dataset": "circles", "gradients": "by_hand", "batch_size": 10},
        {"dataset": "moons", "noise": 0.3, "points": 500, "loss": "mse", "loss_reduction": "sum",
         "batch_size": 25, "learning_rate": 0.01},
        {"dataset": "xor", "batch_size": "full", "epochs": 30, "optimizer": "adam", "points": 3000},
        {"dataset": "spiral", "hidden_sizes": [8, 8], "activation": "relu", "dropout": 0.2, "momentum": 0.9,
         "weight_decay": 0.01, "lr_schedule": "cosine"},
        {"dataset": "digits", "architecture": "alexnet"},
        {"dataset": "digits", "architecture": "alexnet", "train_size": 600, "split_seed": 4, "seed": 9,
         "batch_norm": True, "batch_size": 30},
        {"dataset": "digits", "architecture": "cnn", "layers": "conv 8 3x3 pad 1, relu, pool 2, fc 20, relu",
         "standardize": True, "early_stopping_patience": 1, "batch_size": 64},
        {"dataset": "digits", "architecture": "mlp", "precision": "bfloat16", "batch_norm": True},
    ],
)  # fmt: skip
def test_losses_equal_those_of_the_job(fields, tmp_path):
    check(TrainConfig(**fields), tmp_path, tmp_path, tmp_path)


@pytest.mark.parametrize("architecture", ["alexnet", "resnet18"])
def test_with_every_toggle_on_pictures_in_folders(architecture, pictures, tmp_path):
    config = TrainConfig(
        dataset="cifar10", architecture=architecture, batch_size=4, learning_rate=0.01, **EVERY_TOGGLE
    )
    check(config, pictures, tmp_path, pictures / "cifar10")


def test_what_a_user_typed_is_a_literal_and_no_code(tmp_path):
    config = TrainConfig(dataset="circles")
    title = 'x"""\nimport os\nos._exit(3) #\u2028\r{{ 7 * 7 }}'
    script = script_of(title, facts_of(config, tmp_path), [Leg("job", config)], ["a limit"])
    names = {}
    exec(compile(script, "script", "exec"), {**names, "__name__": "read"}, names)
    assert names["JOB"] == title
    imported = set(re.findall(r"^\s*(?:import|from) (\w+)", script, re.MULTILINE))
    assert imported == {"argparse", "pathlib", "zlib", "numpy", "torch", "sklearn"}


def test_a_name_stands_as_it_is(tmp_path):
    config = TrainConfig(dataset="circles")
    script = script_of("circles · tanh – Größe 網", facts_of(config, tmp_path), [Leg("job", config)])
    assert "JOB = 'circles · tanh – Größe 網'\n" in script
    turned = script_of("left\u202eright", facts_of(config, tmp_path), [Leg("job", config)])
    assert "JOB = 'left\\u202eright'\n" in turned, "what would turn the text around is spelled out"
