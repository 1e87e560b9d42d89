"""`livetrain train` as a user runs it: a real process in a real terminal's place."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = [str(Path(sys.executable).parent / "livetrain"), "train"]


def run(*words: str, data: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words, "--data-dir", str(data)], capture_output=True, text=True, timeout=120
    )


def test_train_shows_epochs_and_ends_well(tmp_path):
    done = run(
        "hidden_sizes=16,8", "name=2024", "epochs=3", "batch_size=50", "standardize=true", data=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert "circles · mlp 16,8" in done.stdout
    assert "epoch 3: test loss" in done.stdout
    assert done.stdout.rstrip().endswith("completed")
    assert "12/12" in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["learning_rat=0.1"], "did you mean learning_rate?"),
        (["epochs=0"], "epochs: must be at least 1, not 0."),
        (["epochs=1", "epochs=2"], "epochs: given twice"),
        (["hidden_sizes=16,0"], "hidden_sizes: item 2 must be at least 1"),
        (["batch_size=half"], "batch_size: must be"),
        (["epochs"], "KEY=VALUE"),
        (["augment=true"], "augment: circles holds points"),
        (["dataset=cifar10", "architecture=mlp", "device=cuda:9"], "device cuda:9 is not there"),
    ],
)
def test_train_refuses_bad_words_naming_field_and_fix(tmp_path, words, message):
    done = run(*words, data=tmp_path)
    assert done.returncode != 0
    assert message in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_train_stops_after_the_step_on_interrupt(tmp_path):
    process = subprocess.Popen(
        [*COMMAND, "epochs=1000000", "--data-dir", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout
    for line in process.stdout:
        if line.startswith("epoch 20:"):
            break
    process.send_signal(signal.SIGINT)
    started = time.monotonic()
    rest = process.communicate(timeout=60)[0]
    assert rest.rstrip().endswith("stopped: requested")
    assert time.monotonic() - started < 30
    assert process.returncode == 0
