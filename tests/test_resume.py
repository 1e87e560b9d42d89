"""Real processes killed, frozen, asked to leave: the resumed curve is the undisturbed one, every number."""

import os
import random
import signal
import time

import pytest

from app.store.database import writing
from ml.entries import Status
from tests.faults import CONFIG, FROZEN_SECONDS, NOTICED_SECONDS, curve_of, disturbed, remains, worker_of
from tests.product import Product, eventually
from tests.store import new_store, put


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    with Product(tmp_path_factory.mktemp("resume") / "data") as running:
        yield running.ready()


@pytest.fixture(scope="module")
def undisturbed(product):
    job_id = product.create(**CONFIG)["id"]
    assert product.wait(job_id)["status"] == "completed"
    return curve_of(product, job_id)


@pytest.mark.parametrize(
    ("phase", "target"),
    [
        ("starting", "worker"),
        ("training", "all"),
        ("evaluating", "worker"),
        ("writing a checkpoint", "worker"),
        ("paused", "all"),
        ("training", "supervisor"),
    ],
)
def test_after_a_kill_the_curve_equals_the_undisturbed_one(product, undisturbed, phase, target):
    outcome = disturbed(product, undisturbed, phase, target, random.Random(f"{phase} {target}"))
    assert outcome.equal
    if outcome.noticed_seconds is not None:
        assert outcome.noticed_seconds < NOTICED_SECONDS + (3 if target == "all" else 0)
    assert remains(product) == []


def test_a_frozen_worker_that_wakes_can_never_write_again(product, undisturbed):
    job_id = product.create(**CONFIG)["id"]
    eventually(lambda: product.job(job_id)["step"] > 50, 60, "steps")
    pid = worker_of(product, job_id)
    os.kill(pid, signal.SIGSTOP)
    engine = new_store(product.data_directory)
    put(engine, job_id, Status("interrupted", reason="worker_lost", message="given up"))
    seq = product.http.get(f"/api/jobs/{job_id}/log?after=0&limit=1").json()["last_seq"]
    os.kill(pid, signal.SIGCONT)
    eventually(lambda: worker_of(product, job_id) is None, 20, "the worker to give the job up")
    assert product.http.get(f"/api/jobs/{job_id}/log?after=0&limit=1").json()["last_seq"] == seq
    product.http.post(f"/api/jobs/{job_id}/resume")
    assert product.wait(job_id)["status"] == "completed"
    assert curve_of(product, job_id) == undisturbed
    engine.dispose()


def test_a_frozen_worker_is_ended_and_named(product, undisturbed):
    job_id = product.create(**CONFIG)["id"]
    eventually(lambda: product.job(job_id)["step"] > 50, 60, "steps")
    began = time.monotonic()
    os.kill(worker_of(product, job_id), signal.SIGSTOP)
    job = product.wait(job_id, "interrupted", seconds=30)
    assert time.monotonic() - began < FROZEN_SECONDS
    assert "no sign of life" in job["error"]
    product.http.post(f"/api/jobs/{job_id}/resume")
    assert product.wait(job_id)["status"] == "completed"
    assert curve_of(product, job_id) == undisturbed


def test_a_supervisor_that_is_asked_to_leave_saves_and_the_next_one_goes_on(product, undisturbed):
    job_id = product.create(**CONFIG)["id"]
    waiting = product.create(epochs=1)["id"]
    eventually(lambda: product.job(job_id)["step"] > 50, 60, "steps")
    (supervisor,) = [process for process in product.processes() if "work" in process.cmdline()]
    workers = [process for process in product.processes() if "app.jobs.worker" in process.cmdline()]
    supervisor.terminate()
    supervisor.wait(30)
    assert workers
    assert not any(worker.is_running() for worker in workers)
    assert product.wait(job_id)["status"] == "completed", "a server replaces its supervisor"
    log = product.http.get(f"/api/jobs/{job_id}/log?types=status").json()["entries"]
    statuses = [entry["status"] for entry in log]
    # the next supervisor, which may come at once, has it go on from its pause
    assert statuses[statuses.index("paused") :] == ["paused", "queued", "starting", "running", "completed"]
    assert product.job(job_id)["attempt"] == 2
    assert curve_of(product, job_id) == undisturbed
    assert product.wait(waiting)["status"] == "completed"


def test_what_a_person_paused_stays_paused_and_what_was_stopped_ends_stopped(product):
    paused = product.create(**CONFIG)["id"]
    eventually(lambda: product.job(paused)["step"] > 50, 60, "steps")
    product.http.post(f"/api/jobs/{paused}/pause")
    product.wait(paused, "paused")
    (supervisor,) = [process for process in product.processes() if "work" in process.cmdline()]
    supervisor.terminate()
    supervisor.wait(30)
    stopped = product.create(**CONFIG)["id"]
    eventually(lambda: product.job(stopped)["step"] > 50, 60, "the next supervisor's training")
    assert product.job(paused)["status"] == "paused"
    assert product.job(paused)["attempt"] == 1
    product.http.post(f"/api/jobs/{stopped}/stop")
    os.kill(worker_of(product, stopped) or os.getpid(), signal.SIGTERM)
    assert product.wait(stopped)["status"] == "stopped"


def test_an_evaluation_is_logged_once_however_often_it_is_repeated(product):
    """Every step is an epoch here, so every pause lies before an evaluation."""
    config = {"hidden_sizes": [16], "momentum": 0.9, "dropout": 0.1, "batch_size": "full", "epochs": 3000}
    reference = product.create(**config)["id"]
    product.wait(reference)
    expected = curve_of(product, reference)
    job_id = product.create(**config)["id"]
    for step in (200, 900, 1600):
        eventually(lambda step=step: product.job(job_id)["step"] >= step, 60, f"step {step}")
        product.http.post(f"/api/jobs/{job_id}/pause")
        product.wait(job_id, "paused")
        at = product.job(job_id)["step"]
        product.http.post(f"/api/jobs/{job_id}/resume")
        eventually(lambda at=at: product.job(job_id)["step"] > at, 60, "a further step", every=0.001)
        os.kill(worker_of(product, job_id), signal.SIGKILL)
        product.wait(job_id, "interrupted")
        product.http.post(f"/api/jobs/{job_id}/resume")
    assert product.wait(job_id)["status"] == "completed"
    assert curve_of(product, job_id) == expected


def test_a_damaged_checkpoint_is_named_and_the_one_before_it_used(product, undisturbed):
    job_id = product.create(**CONFIG)["id"]
    eventually(lambda: product.job(job_id)["step"] > 150, 60, "steps")
    product.http.post(f"/api/jobs/{job_id}/stop")
    product.wait(job_id, "stopped")
    last = product.http.get(f"/api/jobs/{job_id}/checkpoints").json()["checkpoints"][-1]
    folder = product.data_directory / "checkpoints" / job_id / f"{last['attempt']}-{last['step']}"
    (folder / "state.safetensors").write_bytes(b"torn")
    product.http.post(f"/api/jobs/{job_id}/resume")
    assert product.wait(job_id)["status"] == "completed"
    notes = product.http.get(f"/api/jobs/{job_id}/log?types=note").json()["entries"]
    assert f"step {last['step']:,}" in notes[0]["message"]
    assert curve_of(product, job_id) == undisturbed


def test_an_adjust_that_nobody_read_yet_survives_the_worker(product):
    job_id = product.create(**CONFIG)["id"]
    listed = f"/api/jobs/{job_id}/checkpoints"
    eventually(lambda: product.http.get(listed).json()["checkpoints"], 60, "a checkpoint")
    pid = worker_of(product, job_id)

    def adjusted_unread():
        os.kill(pid, signal.SIGSTOP)
        answer = product.http.post(f"/api/jobs/{job_id}/adjust", json={"learning_rate": 0.001})
        if answer.status_code == 503:  # it was stopped in the middle of writing, and holds the database
            os.kill(pid, signal.SIGCONT)
            return False
        assert answer.status_code == 202
        return True

    eventually(adjusted_unread, 60, "a moment in which it does not write")
    os.kill(pid, signal.SIGKILL)
    product.wait(job_id, "interrupted", seconds=20)
    product.http.post(f"/api/jobs/{job_id}/resume")
    assert product.wait(job_id)["status"] == "completed"
    (change,) = product.http.get(f"/api/jobs/{job_id}/log?types=change").json()["entries"]
    assert (change["field"], change["after"]) == ("learning_rate", 0.001)
    rates = {}
    for line in product.http.get(f"/api/jobs/{job_id}/metrics.csv").text.splitlines()[1:]:
        split, step, _, _, _, rate, _ = line.split(",")
        if split == "train":
            rates[int(step)] = float(rate)
    assert rates[change["step"]] == 0.001
    assert product.job(job_id)["config"]["learning_rate"] == 0.001
    assert product.job(job_id)["original_config"]["learning_rate"] == CONFIG["learning_rate"]


def test_two_jobs_share_a_slot_by_giving_way(product):
    first, second = product.create(**CONFIG)["id"], product.create(epochs=1)["id"]
    eventually(lambda: product.job(first)["step"] > 30, 60, "steps")
    product.http.post(f"/api/jobs/{first}/pause")
    assert product.wait(second)["status"] == "completed", "the paused one gave its slot up"
    job = product.job(first)
    assert job["status"] == "paused"
    step = job["step"]
    product.http.post(f"/api/jobs/{first}/step")
    eventually(lambda: product.job(first)["step"] == step + 1, 30, "one step in a new attempt")
    product.wait(first, "paused")
    product.http.post(f"/api/jobs/{first}/stop", json={"save": False})
    assert product.wait(first)["status"] == "stopped"
    with writing(engine := new_store(product.data_directory)) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM commands").scalar_one() == 0
    engine.dispose()
