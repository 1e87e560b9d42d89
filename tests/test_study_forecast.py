"""How long studies take: reckoned from jobs that were measured, or said not to be known."""

import orjson
import pytest

from app.store import jobs as job_rows
from app.store import log
from app.store.database import writing
from app.studies.forecast import makespan
from app.studies.pace import Load, Pace, Span, reckoned
from ml.clock import iso
from ml.config import TrainConfig
from ml.entries import Status
from tests.serving import client_on
from tests.store import row_of

# 180 circles to train on and batches of 90: two steps an epoch
MEASURED = {"batch_size": 90, "epochs": 10}
START, STEP, EPOCH = 2.0, 0.4, 0.3  # seconds


@pytest.fixture
def client(tmp_path, engine):
    with client_on(tmp_path) as client:
        yield client


def write(engine, job_id, *statuses, progress=None, attempt=1):
    """Append `statuses`, each with its moment in seconds; `progress`: changes of the row's."""
    text = orjson.dumps({**orjson.loads(row_of(engine, job_id).progress), **(progress or {})}).decode()
    with writing(engine) as connection:
        lines = [line for status, at in statuses for line in log.lines(Status(status), iso(at))]
        log.append(connection, job_id, attempt, lines, text)


def complete(engine, job_id, epochs=10):
    """Let a job of two steps an epoch take what is measured here, with a pause in it."""
    ends = 112.0 + START + epochs * (2 * STEP + EPOCH) + 1000.0
    write(engine, job_id, ("starting", 112.0), ("running", 112.0 + START), ("paused", 115.0))
    progress = {"step": 2 * epochs, "epoch": epochs, "train_seconds": 2 * epochs * STEP}
    write(engine, job_id, ("running", 1115.0), ("completed", ends), progress=progress)


def measured(client, engine, **config):
    """A completed job."""
    job_id = client.post("/api/jobs", json={**MEASURED, **config}).json()["id"]
    complete(engine, job_id)
    return job_id


def told(client, axes, base=MEASURED, **more):
    answer = client.post("/api/studies/estimate", json={"kind": "sweep", "base": base, "axes": axes, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def seconds(span):
    return pytest.approx((span["least_seconds"], span["most_seconds"]), abs=1e-2)


def test_the_same_work_takes_as_long_and_other_work_lies_in_between():
    pace = Pace((), Load(100, 10, 1000, 500), start=1.0, step=0.5, epoch=2.0)
    assert reckoned(Load(20, 2, 1000, 500), [pace]) == Span(1 + 10 + 4, 1 + 10 + 4)
    assert reckoned(Load(20, 2, 4000, 500), [pace]) == Span(1 + 10 + 4, 1 + 40 + 4)
    assert reckoned(Load(20, 2, 250, 500), [pace]) == Span(1 + 2.5 + 4, 1 + 10 + 4)
    assert pace.distance(Load(1, 1, 500, 1)) == pytest.approx(pace.distance(Load(1, 1, 2000, 1)))


def test_the_likest_job_tells_and_all_together_what_further_work_costs_at_most():
    small = Pace((), Load(1, 1, 1000, 500), start=9.0, step=0.5, epoch=2.0)
    large = Pace((), Load(1, 1, 10_000, 500), start=1.0, step=1.0, epoch=2.0)
    both = reckoned(Load(10, 1, 1000, 500), [small, large])
    assert both == Span(1 + 5 + 2, 1 + 5 + 2), "the start of the one that fetched nothing"
    between = reckoned(Load(10, 1, 2000, 500), [small, large])
    assert (between.least, between.most) == pytest.approx((1 + 5 + 2, 1 + 10 * 0.6 + 2))
    below = reckoned(Load(10, 1, 5000, 500), [small, large])
    assert (below.least, below.most) == pytest.approx((1 + 10 * 0.5 + 2, 1 + 10 * 1.0 + 2))


def test_jobs_begin_in_order_at_the_first_place_that_is_free():
    assert makespan([3, 1, 1, 2], 1) == 7
    assert makespan([3, 1, 1, 2], 2) == 4
    assert makespan([5], 3) == 5


def test_how_long_is_not_known_before_a_job_of_the_kind_was_completed(client, engine):
    axes = {"learning_rate": [0.1, 0.2]}
    assert told(client, axes, seeds=3) == {"job_count": 6, "estimate": None, "missing": []}
    running = client.post("/api/jobs", json=MEASURED).json()["id"]
    write(engine, running, ("starting", 1.0), ("running", 2.0), progress={"step": 5})
    assert told(client, axes)["estimate"] is None, "it has not ended"
    measured(client, engine)
    assert told(client, axes)["estimate"] is not None
    digits = {"dataset": "digits", "epochs": 1}
    assert told(client, {"dataset": ["circles", "moons"]})["estimate"] is None, "one of two is not known"
    assert told(client, axes, digits)["estimate"] is None
    assert told(client, axes, {**MEASURED, "gradients": "by_hand"})["estimate"] is None


def test_an_estimate_is_of_the_measured_start_steps_and_epochs(client, engine):
    measured(client, engine)
    one = START + 5 * (2 * STEP + EPOCH)
    rates = told(client, {"learning_rate": [0.1, 0.2]}, {**MEASURED, "epochs": 5}, seeds=2)["estimate"]
    assert (4 * one, 4 * one) == seconds(rates)
    sizes = told(client, {"batch_size": [90, 180]}, {"epochs": 5})["estimate"]
    fewer = START + 5 * (STEP + EPOCH), START + 5 * (2 * STEP + EPOCH)  # one step of twice the samples
    assert (one + fewer[0], one + fewer[1]) == seconds(sizes)


def test_forks_and_resumed_jobs_tell_nothing(client, engine):
    made = client.post("/api/jobs", json=MEASURED).json()["id"]
    parent, progress = {"job_id": made, "step": 10}, orjson.loads(row_of(engine, made).progress)
    with writing(engine) as connection:
        fork = job_rows.create(connection, TrainConfig(**MEASURED), progress, parent=parent)
    complete(engine, fork)
    again = client.post("/api/jobs", json=MEASURED).json()["id"]
    write(engine, again, ("starting", 1.0), ("running", 2.0), ("stopping", 3.0), ("stopped", 4.0))
    client.post(f"/api/jobs/{again}/resume")
    steps = {"step": 20, "epoch": 10, "train_seconds": 8.0}
    ending = ("starting", 5.0), ("running", 6.0), ("completed", 20.0)
    write(engine, again, *ending, progress=steps, attempt=2)
    assert told(client, {"learning_rate": [0.1]})["estimate"] is None


def test_what_is_refused_at_the_start_is_refused_before_it(client):
    body = {"kind": "sweep", "axes": {"learning_rate": [0.1, 0]}}
    refused = client.post("/api/studies/estimate", json=body)
    assert refused.status_code == 422
    assert refused.json() == client.post("/api/studies", json=body).json()
    assert client.get("/api/studies").json()["studies"] == []


def test_data_that_would_be_fetched_first_are_named(client):
    body = {"dataset": "digits"}
    answer = told(client, {"dataset": ["digits", "mnist"]}, body)
    assert [(facts["name"], facts["download_bytes"] > 1e6) for facts in answer["missing"]] == [
        ("mnist", True)
    ]
    assert [
        facts["name"] for facts in told(client, {"epochs": [1]}, {**body, "dataset": "mnist"})["missing"]
    ] == ["mnist"]


def test_ready_made_ones_tell_what_they_would_take(client, engine):
    ready = {study["id"]: study for study in client.get("/api/studies/ready-made").json()["studies"]}
    assert (ready["learning-rate"]["job_count"], ready["learning-rate"]["estimate"]) == (15, None)
    assert (ready["ladder"]["job_count"], len(ready["ladder"]["missing"])) == (9, 1)
    measured(client, engine)
    ready = {study["id"]: study for study in client.get("/api/studies/ready-made").json()["studies"]}
    assert ready["learning-rate"]["estimate"]["least_seconds"] > 15 * START


def test_time_left_is_that_of_the_jobs_not_ended_by_those_that_are(client, engine):
    body = {"kind": "sweep", "base": MEASURED, "axes": {"learning_rate": [0.1, 0.2, 0.3]}}
    study = client.post("/api/studies", json=body).json()
    path = f"/api/studies/{study['id']}"
    first, second, third = study["job_ids"]
    assert client.get(path).json()["left"] is None
    complete(engine, first)
    one = START + 10 * (2 * STEP + EPOCH)
    assert (2 * one, 2 * one) == seconds(client.get(path).json()["left"])
    write(engine, second, ("starting", 1.0), ("running", 2.0), progress={"eta_seconds": 7.5})
    assert (one + 7.5, one + 7.5) == seconds(client.get(path).json()["left"])
    client.post(f"/api/jobs/{third}/pause")
    assert seconds(client.get(path).json()["left"]) == (7.5, 7.5)
    write(engine, second, ("completed", 9.0))
    assert client.get(path).json()["left"] is None
