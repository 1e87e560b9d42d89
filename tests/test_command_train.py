"""`livetrain train` as a user runs it: a real process in a real terminal's place."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer

from app.command.train import parse_config

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


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["noise="], "noise: is empty; give a number, or leave it out."),
        (["train_size="], "train_size: is empty; give a whole number, or leave it out."),
        (["batch_size="], "batch_size: is empty; give a whole number or 'full', or leave it out."),
        (["standardize="], "standardize: is empty; give true or false, or leave it out."),
        (["device="], "device: is empty; give auto, cpu, cuda or cuda:N, or leave it out."),
        (["name= "], "name: is empty; give a text, or leave it out."),
        (["noise=loud"], "noise: must be a number, not 'loud'."),
        (["noise=[]"], "noise: must be a number, not []."),
        (["learning_rate=0,1"], "learning_rate: must be a number, not '0,1'; write 0.1 with a point."),
        (["standardize=yes"], "standardize: must be true or false, not 'yes'."),
        (["hidden_sizes=wide"], "hidden_sizes: item 1 must be a whole number, not 'wide'."),
        (["hidden_sizes=16,"], "hidden_sizes: item 2 is empty; give a whole number, or leave it out."),
        (["epochs=2.5"], "epochs: must be a whole number, not 2.5."),
        (["learning_rate=1e7"], "learning_rate: must be at most 1e6, not 10000000.0."),
        (["=3"], "=3: write KEY=VALUE, such as learning_rate=0.1"),
        (["nose=1"], "nose: no such field; did you mean noise?"),
        (["noise=" + "[" * 20_000], "noise: must be a number"),
        (["seed=" + "9" * 6000], "seed: must be a whole number"),
    ],
    ids=lambda one: one[0][:20] if isinstance(one, list) else "",
)
def test_words_that_cannot_be_are_refused_by_field_with_the_fix(words, said, capsys):
    with pytest.raises(typer.Exit) as ended:
        parse_config(words)
    assert ended.value.exit_code == 2
    assert capsys.readouterr().err.startswith(said)


def test_every_wrong_word_is_named_at_once(tmp_path):
    done = run("noise=", "epochs=ten", data=tmp_path)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "noise: is empty; give a number, or leave it out.",
        "epochs: must be a whole number, not 'ten'.",
    ]
    assert done.stdout == ""


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
