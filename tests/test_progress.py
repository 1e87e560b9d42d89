"""Progress is a fold: the same whether taken entry by entry or from the whole log, rewinds included."""

import math

import numpy as np
import orjson
import pytest

from app.jobs.folds import refold, surviving
from app.jobs.progress import Progress
from app.store.log import lines
from ml.entries import Rewind
from tests.store import PLAN, FakeWorker, metrics, new_job, row_of, texts


def folded(*entries):
    progress = Progress(PLAN)
    for moment, entry in enumerate(entries):
        progress.apply(entry, float(moment))
    return progress


def test_progress_of_the_row_equals_the_fold_over_the_whole_log(engine):
    job_id = new_job(engine)
    worker = FakeWorker(engine, job_id)
    for epoch in range(1, 6):
        worker.steps(epoch * 9 - 8, epoch * 9 - 4)
        worker.steps(epoch * 9 - 3, epoch * 9)
        worker.write(metrics("validation", [epoch * 9], [1 / epoch], [epoch / 10]))
        worker.write(metrics("test", [epoch * 9], [2 / epoch], [epoch / 20]))
    stored = orjson.loads(row_of(engine, job_id).progress)
    assert stored == refold(texts(engine, job_id), PLAN).to_json()
    assert (stored["step"], stored["epoch"], stored["total_steps"]) == (45, 5, 90)
    assert stored["train_seconds"] == pytest.approx(0.45)
    assert stored["best"]["epoch"] == 5
    assert stored["best"]["test"] == {"loss": pytest.approx(0.4), "accuracy": pytest.approx(0.25)}


def test_best_is_the_highest_validation_accuracy_then_lower_loss_then_earlier():
    best = folded(
        metrics("validation", [0], [2.0], [0.5]),
        metrics("validation", [9, 18, 27, 36], [1.0, 0.5, 0.5, 0.1], [0.75, 0.75, 0.75, 0.25]),
        metrics("test", [9, 18, 27, 36], [9.0, 8.0, 7.0, 6.0], [0.1, 0.2, 0.3, 0.4]),
    ).best
    assert best == {
        "epoch": 2,
        "step": 18,
        "accuracy": 0.75,
        "loss": 0.5,
        "test": {"loss": 8.0, "accuracy": pytest.approx(0.2)},
    }


def test_best_finds_its_test_scores_in_either_order():
    test, validation = metrics("test", [9], [0.3], [0.5]), metrics("validation", [9], [0.2], [0.5])
    assert folded(test, validation).best == folded(validation, test).best
    assert folded(test, validation).best["test"] is not None


def test_best_of_another_step_gets_no_test_scores_of_this_one():
    best = folded(metrics("validation", [9], [0.2]), metrics("test", [18], [0.2])).best
    assert best["test"] is None


def test_best_is_null_when_nothing_is_held_out():
    assert folded(metrics("train", [1], [1.0]), metrics("test", [1], [1.0])).best is None


def test_a_loss_that_is_no_number_never_wins_a_tie():
    best = folded(metrics("validation", [9, 18], [math.nan, 3.0], [0.5, 0.5])).best
    assert best["step"] == 18


def test_non_finite_scores_are_named_not_null():
    shown = folded(metrics("train", [1], [math.nan]), metrics("validation", [1], [math.inf])).to_json()
    assert shown["latest"]["train"]["loss"] == "NaN"
    assert shown["best"]["loss"] == "Infinity"
    assert b"null" not in orjson.dumps(shown["latest"]["train"])


def test_speed_counts_images_of_short_last_batches():
    entries = [metrics("train", range(first, first + 9), [1.0] * 9) for first in range(1, 82, 9)]
    # nine batches of 20 make 180 samples in 0.09 s
    assert folded(*entries).images_per_second == pytest.approx(2000)


def test_time_left_follows_the_pace_since_the_first_rows():
    progress = Progress(PLAN)
    progress.apply(metrics("train", range(1, 11), [1.0] * 10), at=100.0)
    assert progress.eta_seconds is None
    progress.apply(metrics("train", range(11, 31), [1.0] * 20), at=110.0)
    assert progress.eta_seconds == pytest.approx(60 / 2)


def test_a_rewind_voids_what_came_after_its_step(engine):
    job_id = new_job(engine)
    worker = FakeWorker(engine, job_id)
    worker.steps(1, 9)
    worker.write(metrics("validation", [9], [0.5], [0.6]))
    worker.steps(10, 18)
    worker.write(metrics("validation", [18], [0.1], [0.9]), Rewind(to_step=12))
    rewound = worker.writer.progress
    assert (rewound.step, rewound.best["step"]) == (12, 9)
    assert orjson.loads(row_of(engine, job_id).progress)["step"] == 12
    worker.steps(13, 20)
    kept = [entry.columns["step"] for entry, _ in surviving(texts(engine, job_id)) if entry.split == "train"]
    assert np.array_equal(np.concatenate(kept), np.arange(1, 21))
    assert worker.writer.progress.to_json() == refold(texts(engine, job_id), PLAN).to_json()


def test_nested_rewinds_leave_every_step_once():
    made = [metrics("train", range(1, 11), [1.0] * 10), Rewind(8), metrics("train", range(9, 13), [2.0] * 4),
            Rewind(4), metrics("train", range(5, 8), [3.0] * 3)]  # fmt: skip
    log = [line.text("job", seq, 1) for seq, entry in enumerate(made, 1) for line in lines(entry)]
    kept = [entry.columns for entry, _ in surviving(log)]
    assert np.array_equal(np.concatenate([columns["step"] for columns in kept]), np.arange(1, 8))
    assert np.concatenate([columns["loss"] for columns in kept]).tolist() == [1] * 4 + [3] * 3
