"""Diagnoses of a training in parts, resumed after a kill or forked: none twice, none lost, no false alarm."""

import os
import signal
from dataclasses import replace
from math import cos, pi

import numpy as np
import orjson
import pytest

from app.jobs.told import told
from ml.entries import Change, Diagnosis, body
from tests.faults import worker_of
from tests.product import Product, eventually
from tests.test_diagnose import CONFIG, CURVES, STEPS, doctor_of, found_in, layers_look, made, rows

OVER_FITTING = {
    "dataset": "moons", "noise": 0.5, "points": 60, "hidden_sizes": [128, 128], "activation": "relu",
    "optimizer": "adam", "learning_rate": 0.01, "validation_fraction": 0.3, "batch_size": 42,
    "epochs": 3000,
}  # fmt: skip


def texts_of(entries):
    return [orjson.dumps({"at": "2026-01-01T00:00:00.000Z"} | body(entry)).decode() for entry in entries]


def heard_and_gone_on(before, after, step, tmp_path, **known):
    """The kinds said in a first attempt and, once it went on after `step`, in the second."""
    log = list(doctor_of(tmp_path=tmp_path, **known).attend(iter(before)))
    kept = told(texts_of(log), step)
    second = doctor_of(tmp_path=tmp_path, step=step, told=kept, changes=known.get("changes", ()))
    said = [entry.kind for entry in kept if isinstance(entry, Diagnosis)]
    return said, [one.kind for one in found_in(after, second)]


def test_looks_at_the_layers_before_and_after_a_kill_are_in_a_row(tmp_path):
    first = [rows(np.full(10, 0.6), np.full(10, 0.7)), layers_look(1, 0.6)]
    then = [rows(np.full(10, 0.6), np.full(10, 0.7), 11), layers_look(2, 0.6)]
    assert heard_and_gone_on(first, then, 10, tmp_path) == ([], ["dead_units"])


def test_what_a_diagnosis_explained_is_not_said_after_a_kill(tmp_path):
    """Dead units explain the plateau, which the rest of the curve alone would be called."""
    entries = [layers_look(1, 0.95), *CURVES["plateau"]()]
    cut = next(i for i, entry in enumerate(entries) if getattr(entry, "split", "") == "test" and i > 120)
    step = int(entries[cut].columns["step"][-1])
    assert heard_and_gone_on(entries[: cut + 1], entries[cut + 1 :], step, tmp_path) == (["dead_units"], [])


def test_small_batches_are_not_said_again_because_a_rate_was_adjusted_before_a_kill(tmp_path):
    change = Change(301, "learning_rate", 0.1, 0.05)
    doctor = doctor_of(tmp_path=tmp_path)
    doctor.note_evaluation(200, 1e-4)
    slow = [
        rows(np.full(300, 0.6), np.full(300, 0.7), seconds=0.02),
        change,
        rows(np.full(30, 0.6), np.full(30, 0.7), 301, seconds=0.02),
    ]
    log = list(doctor.attend(iter(slow)))
    kept = told(texts_of(log), 330)
    assert [one.kind for one in kept if isinstance(one, Diagnosis)] == ["small_batch"]
    second = doctor_of(tmp_path=tmp_path, step=330, told=kept, changes=[change])
    second.note_evaluation(200, 1e-4)
    assert found_in([rows(np.full(300, 0.6), np.full(300, 0.7), 331, seconds=0.02)], second) == []


def test_what_a_fork_saw_of_the_network_it_began_with_is_not_said_again(tmp_path):
    log = [layers_look(50, 0.95), rows(np.full(20, 0.6), np.full(20, 0.7), 501)]
    said = list(doctor_of(tmp_path=tmp_path, step=500).attend(iter(log)))
    kept = told(texts_of(said), 520)
    assert [one.since_step for one in kept if isinstance(one, Diagnosis)] == [500]
    again = doctor_of(tmp_path=tmp_path, step=520, told=kept)
    assert found_in([layers_look(53, 0.95)], again) == []


def test_a_fork_dates_over_fitting_by_its_own_best_epoch(tmp_path):
    """The parent's was epoch 12; a fork from epoch 30 knows nothing before 31."""
    step = 30 * STEPS
    own = [entry for entry in CURVES["over_fitting"]() if entry.columns["step"][0] > step]
    for one in found_in(own, doctor_of(tmp_path=tmp_path, step=step)):
        assert one.since_step > step
        assert one.evidence["best_epoch"] > 30
    well = [entry for entry in CURVES[None]() if entry.columns["step"][0] > step]
    assert found_in(well, doctor_of(tmp_path=tmp_path, step=step)) == []


def test_a_fork_that_begins_late_in_a_schedule_is_left_to_come_to_rest(tmp_path):
    """Flat because its rate has nearly gone, which the fork's own rows show only half of."""
    config = CONFIG.model_copy(update={"lr_schedule": "cosine", "epochs": 200})

    def decayed(entry):
        if entry.split != "train":
            return entry
        rates = 0.1 * 0.5 * (1 + np.cos(pi * entry.columns["epoch"] / 200))
        return replace(entry, columns=entry.columns | {"learning_rate": rates})

    def loss(epoch):
        return max(0.5, 0.69 - 0.0016 * epoch)

    curve = made(loss, loss, lambda e: 0.66, lambda e: 0.65, epochs=200)
    whole = [decayed(entry) for entry in curve]
    late = [entry for entry in whole if entry.columns["step"][0] > 1200]
    assert 0.5 * (1 + cos(pi * 152 / 200)) > 0.3 * 0.5 * (1 + cos(pi * 121 / 200)), (
        "not low for the fork alone"
    )
    assert found_in(whole, doctor_of(config, tmp_path)) == []
    assert found_in(late, doctor_of(config, tmp_path, step=1200)) == []


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    with Product(tmp_path_factory.mktemp("diagnosed") / "data") as running:
        yield running.ready()


def log_of(product, job_id):
    """Its rewinds and diagnoses, but for small batches, which a busy machine decides."""
    entries = product.http.get(f"/api/jobs/{job_id}/log?types=diagnosis,rewind").json()["entries"]
    return [entry for entry in entries if entry.get("kind") != "small_batch"]


def holding(product, job_id):
    """Kind, beginning and figures of the diagnoses that no rewind made void, in the order of the log."""
    found = []
    for entry in log_of(product, job_id):
        if entry["type"] == "rewind":
            found = [one for one in found if one["since_step"] <= entry["to_step"]]
        else:
            found.append(entry)
    return [(one["kind"], one["since_step"], one["evidence"]) for one in found]


def said(product, job_id):
    return [entry for entry in log_of(product, job_id) if entry["type"] == "diagnosis"]


@pytest.fixture(scope="module")
def undisturbed(product):
    job_id = product.create(**OVER_FITTING)["id"]
    assert product.wait(job_id)["status"] == "completed"
    found = holding(product, job_id)
    assert "over_fitting" in [kind for kind, _, _ in found]
    return job_id, found


def forget_after(product, job_id, step):
    """Damage every checkpoint from `step` on, so that a resume goes on from before."""
    for saved in product.http.get(f"/api/jobs/{job_id}/checkpoints").json()["checkpoints"]:
        if saved["step"] >= step:
            folder = product.data_directory / "checkpoints" / job_id / f"{saved['attempt']}-{saved['step']}"
            (folder / "state.safetensors").write_bytes(b"torn")


@pytest.mark.parametrize("voids", [False, True], ids=["what stands", "what is made void"])
def test_after_a_kill_and_a_resume_every_diagnosis_holds_exactly_once(product, undisturbed, voids):
    job_id = product.create(**OVER_FITTING)["id"]
    first = eventually(lambda: said(product, job_id), 60, "a diagnosis", every=0.005)[0]
    os.kill(worker_of(product, job_id), signal.SIGKILL)
    product.wait(job_id, "interrupted")
    if voids:
        forget_after(product, job_id, first["since_step"])
    before = len(said(product, job_id))
    product.http.post(f"/api/jobs/{job_id}/resume")
    assert product.wait(job_id)["status"] == "completed"
    (rewind,) = [entry for entry in log_of(product, job_id) if entry["type"] == "rewind"]
    assert (first["since_step"] > rewind["to_step"]) or not voids
    assert holding(product, job_id) == undisturbed[1]
    if voids:
        assert len(said(product, job_id)) == before + len(undisturbed[1]), "all come again"


def test_a_diverging_training_says_so_again_when_it_is_repeated(product):
    config = {"hidden_sizes": [16], "batch_size": 40, "epochs": 100_000}
    job_id = product.create(**config)["id"]
    listed = f"/api/jobs/{job_id}/checkpoints"
    eventually(lambda: product.http.get(listed).json()["checkpoints"], 60, "a checkpoint")
    product.http.post(f"/api/jobs/{job_id}/adjust", json={"learning_rate": 30})
    first = eventually(lambda: said(product, job_id), 60, "a diagnosis")[0]
    assert first["kind"] == "diverging"
    os.kill(worker_of(product, job_id), signal.SIGKILL)
    product.wait(job_id, "interrupted")
    forget_after(product, job_id, first["since_step"])
    product.http.post(f"/api/jobs/{job_id}/resume")
    eventually(lambda: len(said(product, job_id)) > 1, 60, "it to come again")
    product.http.post(f"/api/jobs/{job_id}/stop", json={"save": False})
    product.wait(job_id)
    assert holding(product, job_id) == [("diverging", first["since_step"], first["evidence"])]
    assert len(said(product, job_id)) == 2


def test_a_fork_speaks_of_its_own_steps_only(product, undisturbed):
    parent, found = undisturbed
    best = next(one for one in found if one[0] == "over_fitting")
    saved = product.http.get(f"/api/jobs/{parent}/checkpoints").json()["checkpoints"]
    begins = min((one for one in saved if one["step"] > best[1]), key=lambda one: one["step"])
    asked = {"at_step": begins["step"], "changes": {}}
    fork = product.http.post(f"/api/jobs/{parent}/fork", json=asked).json()["id"]
    assert product.wait(fork)["status"] == "completed"
    own = said(product, fork)
    assert len({entry["kind"] for entry in own}) == len(own)
    for entry in own:
        assert entry["since_step"] >= begins["step"]
        assert entry["evidence"].get("best_epoch", begins["epoch"] + 1) > begins["epoch"]
