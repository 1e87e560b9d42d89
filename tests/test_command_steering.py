"""`livetrain jobs` steers a training of the whole product: what is asked for happens, and watch shows it."""

import re
import subprocess

import pytest
from typer.testing import CliRunner

from app.command.jobs import jobs
from tests.product import LIVETRAIN, Product, eventually

LONG = ["hidden_sizes=64", "batch_size=20", "epochs=1000000"]


@pytest.fixture
def call(product):
    """Calls the command in this process."""

    def run(*words, code=0):
        done = CliRunner().invoke(jobs, [*words, "--server", product.url])
        assert done.exit_code == code, done.output
        return done

    return run


@pytest.fixture
def training(product, call):
    """A job that trains, made and in the end removed by the command."""
    job_id = call("create", *LONG).stdout.strip()
    product.wait(job_id, "running")
    eventually(lambda: product.job(job_id)["step"], 30, "steps")
    yield job_id
    call("stop", "--no-save", job_id)
    product.wait(job_id)
    call("delete", job_id)


def test_pause_step_and_resume(product: Product, call, training):
    assert f"{training}: pause asked for; the job is running." in call("pause", training).stdout
    step = product.wait(training, "paused")["step"]
    call("step", training)
    eventually(lambda: product.job(training)["step"] == step + 1, 30, "one step")
    product.wait(training, "paused")
    call("resume", training)
    eventually(lambda: product.job(training)["step"] > step + 100, 30, "further steps")


def test_adjust_changes_what_trains_and_show_says_it(product: Product, call, training):
    call("adjust", training, "learning_rate=0.05", "weight_decay=1e-4")
    eventually(lambda: product.job(training)["config"]["learning_rate"] == 0.05, 30, "the change")
    shown = call("show", training).stdout
    assert "learning_rate: 0.1 → 0.05" in shown
    assert "weight_decay: 0.0 → 0.0001" in shown
    assert "learning_rate: must be above 0" in call("adjust", training, "learning_rate=0", code=2).stderr
    assert "seed: " in call("adjust", training, "seed=3", code=2).stderr


def test_stop_saves_resume_goes_on_and_fork_branches_off(product: Product, call, training):
    call("stop", training)
    stopped = product.wait(training, "stopped")
    listed = call("checkpoints", training).stdout.splitlines()
    assert int(listed[-2].split()[0]) == stopped["step"]
    forked = call("fork", training, "learning_rate=0.01", "name=slower")
    fork_id = forked.stdout.strip()
    assert forked.stderr.startswith("slower: ")
    assert f"forked from  {training} at step {stopped['step']}" in call("show", fork_id).stdout
    assert "gradients: " in call("fork", training, "gradients=autograd", code=2).stderr
    before = call("fork", training, "--at-step", "0", code=1).stderr
    assert "no checkpoint at or before step 0" in before
    call("resume", training)
    call("stop", "--no-save", fork_id)
    product.wait(fork_id, "stopped")
    product.wait(training, "running")
    eventually(lambda: product.job(training)["step"] > stopped["step"], 30, "steps of the second attempt")
    call("delete", fork_id)


def test_watch_shows_a_pause_a_change_and_an_early_end(product: Product, call, training, tmp_path):
    with (tmp_path / "err").open("wb") as err, (tmp_path / "out").open("wb") as out:
        command = [LIVETRAIN, "jobs", "watch", training, "--from-now", "--port", str(product.port)]
        watching = subprocess.Popen(command, stdout=out, stderr=err)

    def shown():
        return re.sub(r"\s*\r\s*", "\n", (tmp_path / "err").read_text())

    eventually(lambda: "step/s" in shown(), 30, "the bar")
    call("pause", training)
    eventually(lambda: "\npaused: " in shown(), 30, "the pause")
    call("adjust", training, "learning_rate=0.05")
    call("resume", training)
    eventually(lambda: "learning_rate 0.1 → 0.05" in shown(), 30, "the change")
    last = product.job(training)["epoch"] + 50
    call("adjust", training, f"epochs={last}")
    assert watching.wait(60) == 0
    job = product.job(training)
    assert job["status"] == "completed"
    total = job["step"]
    assert f"completed: 100%|██████████| {total}/{total}" in shown()
    assert (tmp_path / "out").read_text().endswith("completed\n")
