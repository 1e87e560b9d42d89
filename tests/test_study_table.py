"""A study's table: what one log says of its job, what the jobs say together, and a real study to its end."""

import math

import numpy as np
import pytest

from app.store.attempts import begin_next
from app.store.database import reading, writing
from app.studies.results import (
    CHUNK,
    Outcome,
    Outcomes,
    Scores,
    Times,
    diverged,
    outcome_of,
    scores_of,
    times_of,
)
from app.studies.table import Tried, measure, row_of, table_of
from ml.clock import seconds_of
from ml.entries import Metrics, Rewind, Status
from ml.studies import Definition, Point
from tests.product import Product, eventually
from tests.store import FakeWorker, metrics, new_job, put
from tests.store import row_of as job_row


def outcome(
    accuracy, loss=1.0, *, status="completed", has_diverged=False, train=(0.1, 0.9), seconds=4.0, split="test"
):
    """An outcome whose every moment has the same scores."""
    scores = Scores((2.3, 0.1), (loss, accuracy), (loss, accuracy), (loss, accuracy))
    both = {"validation": None, "test": None, split: scores}
    return Outcome(status, has_diverged, 2.0, train, both, Times(1.0, 2.0, 4.0, 3.0))


def rate(value):
    return Point(f"lr {value:g}", {"learning_rate": value})


ON_TEST = {"validation_fraction": 0.0}
SWEEP = Definition("sweep", ON_TEST, {"learning_rate": [0.1, 1.0]}, [], [0, 1, 2])
HELD_OUT = Definition("sweep", {}, {"learning_rate": [0.1, 1.0]}, [], [0, 1, 2])


def tried(point, *outcomes):
    return Tried(point, [(f"{point.label} {seed}", found) for seed, found in enumerate(outcomes)])


def test_times_follow_the_statuses_and_pauses_are_nobodys():
    moments = [
        ("queued", 100.0), ("starting", 110.0), ("running", 112.0), ("paused", 120.0), ("queued", 150.0),
        ("starting", 155.0), ("running", 156.0), ("stopping", 160.0), ("stopped", 161.0),
    ]  # fmt: skip
    times = times_of(moments, train_seconds=9.0, now=1000.0)
    assert times == Times(queue=10 + 5, data=2 + 1, compute=9.0, evaluation=8 + 5 - 9.0)
    waiting = times_of([("queued", 100.0)], 0.0, now=130.0)
    assert waiting == Times(queue=30.0)


def test_scores_keep_the_untrained_evaluation_apart():
    found = scores_of([2.3, 1.0, 0.5, 0.7, 0.9], [0.1, 0.6, 0.8, 0.9, 0.7], [0, 1, 2, 3, 4])
    assert found.before == (2.3, 0.1)
    assert found.final == (0.9, 0.7)
    assert found.last == pytest.approx(((0.5 + 0.7 + 0.9) / 3, (0.8 + 0.9 + 0.7) / 3))
    assert found.best == (0.5, 0.9), "each of its own epoch"
    assert scores_of([2.3], [0.1], [0]) is None, "nothing was trained yet"
    assert scores_of([], [], []) is None
    assert scores_of([1.0], [0.5], [7]).before is None


def test_diverged_is_what_left_the_finite_numbers_or_ended_far_above_its_beginning():
    begun = [Scores((0.7, 0.5), (1.0, 0.5), (1.0, 0.5), (1.0, 0.5))]
    assert diverged("diverged", "cross_entropy", None, [])
    assert diverged(None, "cross_entropy", (48.0, 0.5), begun)
    assert not diverged(None, "cross_entropy", (8.0, 0.6), begun), "bad, but bounded"
    guessing = [Scores((0.09, 0.1), *[(0.18, 0.1)] * 3)]
    assert diverged(None, "mse", (0.18, 0.1), guessing), "as wrong as probabilities can be"
    assert not diverged(None, "mse", (0.1, 0.1), guessing)
    assert not diverged(None, "cross_entropy", (48.0, 0.5), []), "nothing to compare with"
    overfitted = [Scores((2.3, 0.1), (60.0, 0.7), (60.0, 0.7), (1.0, 0.73))]
    assert not diverged(None, "cross_entropy", (0.01, 1.0), overfitted), (
        "a test loss rises through over-fitting"
    )


def test_a_log_with_rewinds_and_many_entries_gives_its_last_epoch(engine):
    worker = FakeWorker(engine, new_job(engine))
    worker.write(metrics("test", [0], [0.7], [0.5]))
    worker.write(metrics("train", range(1, 10), [0.6] * 9, [0.5] * 9), metrics("test", [9], [0.5], [0.6]))
    worker.write(metrics("train", range(10, 15), [9.0] * 5, [0.0] * 5), metrics("test", [14], [9.0], [0.0]))
    worker.write(Rewind(9))
    for step in range(10, 19):
        worker.write(metrics("train", [step], [0.1 * (step - 9)], [0.9]))
    worker.write(metrics("test", [18], [0.3], [0.8]), Status("completed"))
    with reading(engine) as connection:
        found = outcome_of(connection, job_row(engine, worker.job_id))
    assert found.train == pytest.approx((0.5, 0.9)), "the mean of 0.1 to 0.9; void steps do not count"
    assert found.scores["test"].before == pytest.approx((0.7, 0.5))
    assert found.scores["test"].last == pytest.approx((0.4, 0.7))
    assert found.scores["validation"] is None
    assert found.times.compute == pytest.approx(0.18)
    assert found.epochs == pytest.approx(2)


def test_the_last_epoch_is_read_from_the_end_however_it_was_flushed(engine):
    job_id = new_job(engine)
    put(engine, job_id, Status("starting"), Status("running"))

    def one(step, epoch, loss):
        columns = {"step": [step], "epoch": [epoch]}
        columns = {name: np.array(values, np.int32) for name, values in columns.items()}
        columns |= {name: np.array([loss], np.float32) for name in ("loss", "accuracy")}
        return Metrics(
            "train", {**columns, "learning_rate": np.ones(1), "train_seconds": np.array([step * 0.1])}
        )

    last = CHUNK + 300  # more entries in the last epoch than are read at once
    put(engine, job_id, *(one(step, 1, 5.0) for step in range(1, 51)))
    put(engine, job_id, *(one(50 + step, 2, 1.0 if step % 2 else 0.0) for step in range(1, last + 1)))
    with reading(engine) as connection:
        assert outcome_of(connection, job_row(engine, job_id)).train == pytest.approx((0.5, 0.5))


def test_outcomes_of_ended_jobs_are_read_once_until_they_go_on(engine, monkeypatch):
    worker = FakeWorker(engine, new_job(engine))
    worker.steps(1, 9)
    asked = []

    def counted(connection, row):
        asked.append(row.id)
        return outcome_of(connection, row)

    monkeypatch.setattr("app.studies.results.outcome_of", counted)
    outcomes = Outcomes()
    with reading(engine) as connection:
        outcomes.of(connection, job_row(engine, worker.job_id))
        outcomes.of(connection, job_row(engine, worker.job_id))
    assert len(asked) == 2, "a training one is read anew"
    worker.write(Status("stopped"))
    with reading(engine) as connection:
        for _ in range(3):
            outcomes.of(connection, job_row(engine, worker.job_id))
    assert len(asked) == 3
    with writing(engine) as connection:
        begin_next(connection, worker.job_id)
    with reading(engine) as connection:
        outcomes.of(connection, job_row(engine, worker.job_id))
    assert len(asked) == 4


def test_measures_are_over_the_seeds():
    found = measure([0.7, None, 0.8, 0.9])
    assert found["mean"] == pytest.approx(0.8)
    assert found["median"] == 0.8
    assert found["deviation"] == pytest.approx(0.1), "of a sample"
    assert found["values"] == [0.7, 0.8, 0.9]
    assert measure([0.5])["deviation"] is None
    assert measure([None]) is None
    blown = measure([1.0, math.nan, 3.0])
    assert (blown["mean"], blown["median"], blown["deviation"]) == ("Infinity", 3.0, None)
    assert blown["values"] == [1.0, "NaN", 3.0]


def test_a_row_counts_what_completed_and_says_what_diverged():
    row = row_of(
        tried(
            rate(1.0),
            outcome(0.5),
            outcome(0.9, status="running", train=None),
            outcome(0.1, status="failed", has_diverged=True, train=(math.inf, 0.1)),
        )
    )
    assert row["statuses"] == {"completed": 1, "running": 1, "failed": 1}
    assert row["counted"] == 1
    assert row["scores"]["test"]["last"]["accuracy"]["values"] == [0.5]
    assert row["train_test_gap"]["mean"] == pytest.approx(0.4)
    assert (row["diverged"], row["has_diverged"]) == (1, False)
    assert row["diverged_loss"]["values"] == ["Infinity"]
    assert row["seconds_per_epoch"]["values"] == [2.0, 2.0], "what diverged cost time too"
    assert {name: row["times"][name]["mean"] for name in row["times"]} == {
        "queue": 1.0, "data": 2.0, "compute": 4.0, "evaluation": 3.0,
    }  # fmt: skip
    assert row_of(tried(rate(1.0), outcome(0.5, has_diverged=True)))["has_diverged"]
    empty = row_of(tried(rate(1.0)))
    assert (empty["has_diverged"], empty["scores"]["test"], empty["seconds_per_epoch"]) == (False, None, None)


@pytest.mark.parametrize(
    ("first", "second", "best"),
    [
        ([0.7, 0.7, 0.7], [0.8, 0.6, 0.6], 0),  # by the median, not the mean or the greatest
        ([0.7], [0.8], 1),
        ([0.7], [0.7], None),  # equal
    ],
)
def test_the_best_is_the_highest_median(first, second, best):
    table = table_of(SWEEP, [tried(rate(0.1), *map(outcome, first)), tried(rate(1.0), *map(outcome, second))])
    assert [row["is_best"] for row in table["rows"]] == [best == 0, best == 1]
    assert table["judged_by"] == "test"


def test_ties_go_to_the_lower_loss_unless_losses_are_compared():
    rows = [tried(rate(0.1), outcome(0.7, 0.5)), tried(rate(1.0), outcome(0.7, 0.4))]
    assert table_of(SWEEP, rows)["rows"][1]["is_best"]
    as_float32 = [tried(rate(0.1), outcome(0.7 + 1e-8, 0.5)), tried(rate(1.0), outcome(0.7, 0.4))]
    assert table_of(SWEEP, as_float32)["rows"][1]["is_best"]
    losses = Definition("sweep", ON_TEST, {"loss": ["cross_entropy", "mse"]}, [], [0])
    assert not any(row["is_best"] for row in table_of(losses, rows)["rows"])


def test_what_diverged_is_never_best_and_validation_decides_where_there_is_some():
    table = table_of(
        HELD_OUT,
        [
            tried(rate(0.1), outcome(0.6, split="validation")),
            tried(rate(1.0), outcome(0.9, split="validation", has_diverged=True)),
            tried(rate(2.0), outcome(0.5, split="validation")),
        ],
    )
    assert table["judged_by"] == "validation"
    assert [row["is_best"] for row in table["rows"]] == [True, False, False]


def test_a_rungs_gain_is_over_the_one_it_stands_on():
    rungs = ["baseline", "standardization", "schedule", "batch_norm"]
    ladder = Definition("ladder", {}, {}, rungs, [0, 1])
    accuracies = {
        "baseline": (0.70, 0.74),
        "standardization": (0.78, 0.78),
        "schedule": (0.8, 0.8),
        "batch_norm": (0.83, 0.81),
    }
    rows = table_of(
        ladder,
        [tried(Point(rung, {}, rung), *map(outcome, accuracies[rung])) for rung in rungs],
    )["rows"]
    assert [row["gain"] and row["gain"]["on"] for row in rows] == [None, "baseline", None, "schedule"]
    assert rows[1]["gain"]["accuracy"] == pytest.approx(0.78 - 0.72)
    assert rows[2]["gain"] is None, "augmentation, which it stands on, is not there"
    assert rows[3]["gain"]["accuracy"] == pytest.approx(0.02)
    assert rows[0]["scores"]["test"]["last"]["accuracy"]["deviation"] == pytest.approx(0.04 / math.sqrt(2))


def test_a_real_study_agrees_with_its_jobs_logs(product: Product):
    body = {
        "kind": "sweep",
        "base": {"validation_fraction": 0.2, "epochs": 4, "batch_size": 20},
        "axes": {"hidden_sizes": [[2], [8]]},
        "seeds": 2,
    }
    study_id = product.http.post("/api/studies", json=body).json()["id"]

    def ended():
        found = product.http.get(f"/api/studies/{study_id}").json()
        return found if found["status"] == "completed" else None

    study = eventually(ended, 60, "the study to end", every=0.2)
    jobs = {job["id"]: job for job in study["jobs"]}
    assert [row["label"] for row in study["table"]["rows"]] == ["hidden 2", "hidden 8"]
    assert study["table"]["judged_by"] == "validation"
    for row in study["table"]["rows"]:
        assert [jobs[job_id]["config"]["seed"] for job_id in row["jobs"]] == [0, 1]
        assert {tuple(jobs[job_id]["config"]["hidden_sizes"]) for job_id in row["jobs"]} == {
            tuple(row["values"]["hidden_sizes"])
        }
        for split in ("validation", "test"):
            finals = [jobs[job_id]["latest"][split]["accuracy"] for job_id in row["jobs"]]
            assert row["scores"][split]["final"]["accuracy"]["values"] == pytest.approx(finals)
        bests = [jobs[job_id]["best"]["accuracy"] for job_id in row["jobs"]]
        assert row["scores"]["validation"]["best"]["accuracy"]["values"] == pytest.approx(bests)
        spent = [jobs[job_id]["train_seconds"] for job_id in row["jobs"]]
        assert row["times"]["compute"]["values"] == pytest.approx(spent)
        assert row["seconds_per_epoch"]["values"] == pytest.approx([seconds / 4 for seconds in spent])
        times = [row["times"][name]["values"] for name in ("queue", "data", "evaluation")]
        for job_id, queue, data, evaluation in zip(row["jobs"], *times, strict=True):
            log = product.http.get(f"/api/jobs/{job_id}/log?types=status").json()["entries"]
            at = {entry["status"]: seconds_of(entry["at"]) for entry in log}
            assert queue == pytest.approx(at["starting"] - at["queued"], abs=0.002)
            assert data == pytest.approx(at["running"] - at["starting"], abs=0.002)
            trained = jobs[job_id]["train_seconds"] + evaluation
            assert trained == pytest.approx(at["completed"] - at["running"], abs=0.002)


def test_the_split_that_judges_is_known_before_the_first_training_ends():
    assert table_of(HELD_OUT, [tried(rate(0.1))])["judged_by"] == "validation"
    assert table_of(SWEEP, [tried(rate(0.1))])["judged_by"] == "test"
