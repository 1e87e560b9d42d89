"""Studies: which configs a definition makes, what the routes refuse, and how jobs are steered together."""

import pytest

from app.store import jobs as job_rows
from app.store import log
from app.store.database import writing
from app.studies.view import status_of
from ml.config import TrainConfig
from ml.entries import Change, Status
from ml.ready_studies import READY
from ml.studies import RUNGS, Definition, configs, ordered, points
from tests.serving import client_on
from tests.store import new_store, put, row_of

SWEEP = {"kind": "sweep", "base": {"epochs": 3}, "axes": {"learning_rate": [0.1, 0.01]}, "seeds": 2}
# The practical, part C: what each rung has on.
LADDER = {
    "baseline": (False, False, "constant", 0.0, False, 0.0),
    "standardization": (True, False, "constant", 0.0, False, 0.0),
    "augmentation": (True, True, "constant", 0.0, False, 0.0),
    "schedule": (True, True, "exponential", 0.0, False, 0.0),
    "dropout_0.25": (True, True, "exponential", 0.25, False, 0.0),
    "dropout_0.5": (True, True, "exponential", 0.5, False, 0.0),
    "dropout_0.75": (True, True, "exponential", 0.75, False, 0.0),
    "momentum": (True, True, "exponential", 0.0, False, 0.9),
    "batch_norm": (True, True, "exponential", 0.0, True, 0.0),
}


@pytest.fixture
def client(tmp_path):
    with client_on(tmp_path) as client:
        yield client


@pytest.fixture
def engine(client, tmp_path):
    engine = new_store(tmp_path)
    yield engine
    engine.dispose()


def errors_of(response):
    assert response.status_code == 422, response.text
    return {error["field"]: error["message"] for error in response.json()["errors"]}


def made(client, **changes):
    response = client.post("/api/studies", json={**SWEEP, **changes})
    assert response.status_code == 201, response.text
    return response.json()


def jobs_of(client, study):
    return client.get(f"/api/studies/{study['id']}").json()["jobs"]


def end(engine, job_id, *statuses):
    for status in statuses:
        put(engine, job_id, Status(status, reason="diverged" if status == "failed" else None))


def test_the_ladder_is_the_practicals_table_whatever_the_base_has_on():
    base = {
        "dataset": "cifar10",
        "architecture": "alexnet",
        "dropout": 0.5,
        "batch_norm": True,
        "momentum": 0.5,
    }
    definition = Definition("ladder", base, {}, list(RUNGS), [0])
    found = {}
    for point, config in configs(definition):
        found[point.rung] = (
            config.standardize,
            config.augment,
            config.lr_schedule,
            config.dropout,
            config.batch_norm,
            config.momentum,
        )
        assert (config.lr_gamma, config.learning_rate, config.batch_size) == (0.95, 0.1, 128)
        assert config.optimizer == "sgd"
    assert found == LADDER
    assert {name: rung.on for name, rung in RUNGS.items() if rung.on != "schedule"} == {
        "baseline": None,
        "standardization": "baseline",
        "augmentation": "standardization",
        "schedule": "augmentation",
    }


def test_a_sweep_is_every_combination_seed_by_seed_on_one_split():
    axes = {"learning_rate": [0.1, 0.2], "batch_size": [10, "full"]}
    definition = Definition("sweep", {"split_seed": 7}, axes, [], [3, 5])
    made = [config for _, config in configs(definition, "Q")]
    expected = [(seed, rate, size) for seed in (3, 5) for rate in (0.1, 0.2) for size in (10, "full")]
    assert [(config.seed, config.learning_rate, config.batch_size) for config in made] == expected
    assert {config.split_seed for config in made} == {7}
    assert made[1].name == "Q · lr 0.1 · batch full · seed 3"


def test_values_are_ordered_by_size_and_what_has_none_comes_last():
    assert ordered([100, "full", 1, 10]) == [1, 10, 100, "full"]
    assert ordered([[100], [1], [10]]) == [[1], [10], [100]]
    assert ordered([True, False]) == [True, False]
    assert ordered(["mse", "cross_entropy"]) == ["mse", "cross_entropy"]


@pytest.mark.parametrize("ready", READY, ids=lambda ready: ready.id)
def test_ready_made_studies_are_valid(ready):
    definition = ready.definition
    whole = Definition(
        definition["kind"], definition["base"], definition.get("axes", {}), definition.get("rungs", []), [0]
    )
    assert len(points(whole)) == len(list(configs(whole))) >= 2


def test_creating_queues_its_jobs_in_order(client):
    study = made(client, name="Rates")
    assert (study["name"], study["status"], study["job_count"]) == ("Rates", "queued", 4)
    jobs = jobs_of(client, study)
    assert [job["id"] for job in jobs] == study["job_ids"]
    found = [(job["config"]["seed"], job["config"]["learning_rate"], job["queue_position"]) for job in jobs]
    assert found == [(0, 0.01, 1), (0, 0.1, 2), (1, 0.01, 3), (1, 0.1, 4)]
    assert {job["study_id"] for job in jobs} == {study["id"]}
    listed = client.get(f"/api/jobs?study_id={study['id']}").json()["jobs"]
    assert {job["id"] for job in listed} == set(study["job_ids"])
    (entry,) = client.get("/api/studies").json()["studies"]
    assert (entry["id"], entry["statuses"]) == (study["id"], {"queued": 4})


def test_the_same_key_gives_the_same_study(client):
    key = {"Idempotency-Key": "one"}
    first = client.post("/api/studies", json=SWEEP, headers=key)
    again = client.post("/api/studies", json=SWEEP, headers=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert first.headers["location"] == again.headers["location"]
    assert len(client.get("/api/jobs").json()["jobs"]) == 4
    other = client.post("/api/studies", json={**SWEEP, "seeds": 3}, headers=key)
    assert "another study" in errors_of(other)["Idempotency-Key"]


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"axes": {"learning_rate": [0.1, 0]}}, "axes.learning_rate", "Learning rate, value 0: must be"),
        ({"axes": {"learning_rat": [1]}}, "axes.learning_rat", "no field of this name"),
        ({"axes": {"layers": ["fc 4", "fc 8"]}}, "axes.layers", "with this architecture: it takes cnn"),
        ({"axes": {"lr_gamma": [0.9, 0.8]}}, "axes.lr_gamma", "no effect with this learning-rate schedule"),
        ({"axes": {"learning_rate": []}}, "axes.learning_rate", "at least one"),
        ({"axes": {"learning_rate": [1, 1.0]}}, "axes.learning_rate", "value 1 is there twice; give it"),
        ({"axes": {"seed": [1]}}, "axes.seed", "by its seeds"),
        ({"axes": {}}, "axes", "empty"),
        ({"axes": {"train_size": [100, 1000]}}, "axes.train_size", "value 1000: circles has 200"),
        ({"axes": {"architecture": ["mlp", "alexnet"]}}, "axes.architecture", '"alexnet": alexnet needs'),
        ({"axes": {"hidden_sizes": [[], [4]], "dropout": [0.0, 0.5]}}, "axes.dropout", "value 0.5: a linear"),
        ({"axes": {"batch_norm": [True]}, "base": {"batch_size": "full"}}, "axes.batch_norm", "chunk"),
        ({"base": {"augment": True}}, "base.augment", "cannot be cropped"),
        ({"base": {"epochs": 0}}, "base.epochs", "at least 1"),
        ({"base": {"epoch": 1}}, "base.epoch", "did you mean epochs?"),
        ({"rungs": ["baseline"]}, "rungs", "a sweep has axes"),
        ({"kind": "ladder"}, "axes", "a ladder has rungs"),
        ({"kind": "ladder", "axes": {}, "rungs": ["dropout"]}, "rungs", "no rung dropout; there are"),
        ({"kind": "ladder", "axes": {}, "rungs": []}, "rungs", "is empty"),
        ({"kind": "ladder", "axes": {}, "rungs": ["augmentation"]}, "rungs", "Augmentation (augmentation)"),
        ({"kind": "climb"}, "kind", "'ladder' or 'sweep'"),
        ({"seeds": 0}, "seeds", "at least 1"),
        ({"seeds": []}, "seeds", "is empty"),
        ({"seeds": 100, "axes": {"learning_rate": [0.1, 0.2, 0.3]}}, "axes", "300 jobs"),
        ({"seed": 1}, "seed", "did you mean seeds?"),
    ],
)  # fmt: skip
def test_a_definition_is_refused_with_axis_value_and_fix(client, body, field, words):
    found = errors_of(client.post("/api/studies", json={**SWEEP, **body}))
    assert words in found[field], found
    assert client.get("/api/jobs").json()["jobs"] == []
    assert client.get("/api/studies").json()["studies"] == []


def test_a_ladder_on_points_says_once_what_to_leave_out(client):
    body = {"kind": "ladder", "base": {"dataset": "circles"}}
    answer = client.post("/api/studies", json=body).json()
    assert [error["field"] for error in answer["errors"]] == ["rungs"]
    assert answer["errors"][0]["message"].endswith("Or leave out this rung and those above it.")


def test_momentum_needs_plain_sgd(client):
    body = {"kind": "ladder", "base": {"dataset": "digits", "optimizer": "adam"}, "rungs": ["momentum"]}
    assert "base.optimizer" in errors_of(client.post("/api/studies", json=body))["rungs"]


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        ({}, "empty"),
        ({"queued": 3}, "queued"),
        ({"starting": 1, "queued": 2}, "running"),
        ({"completed": 1, "queued": 2}, "running"),
        ({"completed": 1, "stopping": 1, "stopped": 2}, "running"),
        ({"paused": 1, "stopped": 1, "completed": 1}, "paused"),
        ({"stopped": 1, "completed": 3, "interrupted": 1}, "stopped"),
        ({"interrupted": 1, "completed": 3}, "interrupted"),
        ({"completed": 2, "failed": 1}, "completed"),
        ({"completed": 2}, "completed"),
    ],
)
def test_a_studys_status_is_said_in_one_word(statuses, status):
    assert status_of(statuses) == status


def test_stopped_is_what_was_stopped_and_completed_what_reached_its_end(client, engine):
    study = made(client, seeds=1)
    first, second = study["job_ids"]
    path = f"/api/studies/{study['id']}"
    assert client.get(path).json()["status"] == "queued"
    end(engine, first, "starting", "running", "completed")
    assert client.get(path).json()["status"] == "running", "the next one will begin"
    client.post(f"{path}/stop")
    (listed,) = client.get("/api/studies").json()["studies"]
    assert (client.get(path).json()["status"], listed["status"]) == ("stopped", "stopped")
    client.post(f"{path}/resume")
    put(engine, second, Status("starting"), Status("running"), Status("completed"), attempt=2)
    assert client.get(path).json()["status"] == "completed"


def test_a_study_that_waits_says_behind_how_many(client, engine):
    before = [client.post("/api/jobs", json={"epochs": n}).json()["id"] for n in (3, 4)]
    study = made(client)
    path = f"/api/studies/{study['id']}"
    assert client.get(path).json()["ahead"] == 2
    put(engine, before[0], Status("starting"), Status("running"))
    assert client.get(path).json()["ahead"] == 2, "one trains and one waits"
    put(engine, study["job_ids"][0], Status("starting"), Status("running"))
    assert client.get(path).json()["ahead"] == 1, "it trains itself; the next of it waits behind another job"
    client.post(f"{path}/stop")
    assert client.get(path).json()["ahead"] is None


def test_deleted_jobs_are_counted_until_extending_brings_them_back(client):
    study = made(client)
    path = f"/api/studies/{study['id']}"
    client.post(f"{path}/stop")
    for job_id in study["job_ids"][:2]:
        client.delete(f"/api/jobs/{job_id}")
    shown = client.get(path).json()
    assert (shown["deleted"], shown["job_count"]) == (2, 2)
    assert client.post(f"{path}/extend", json={}).json()["deleted"] == 0


def test_a_studys_own_name_is_made_of_titles(client):
    widths = made(client, base={"dataset": "digits"}, axes={"hidden_sizes": [[4], [8]]}, seeds=1)
    assert widths["name"] == "Hidden layer sizes on digits"
    assert made(client, axes={"dataset": ["circles", "moons"]}, seeds=1)["name"] == "Data set"
    two = made(client, axes={"learning_rate": [0.1], "gradients": ["by_hand"]}, seeds=1)
    assert two["name"] == "Learning rate and gradients on circles"
    assert jobs_of(client, two)[0]["name"] == f"{two['name']} · lr 0.1 · gradients: by hand · seed 0"


def test_stop_stops_all_of_it_and_resume_goes_on_in_order(client, engine):
    study = made(client)
    done, running, *waiting = study["job_ids"]
    end(engine, done, "starting", "running", "completed")
    put(engine, running, Status("starting"), Status("running"))
    answer = client.post(f"/api/studies/{study['id']}/stop")
    assert answer.status_code == 202
    assert answer.json()["statuses"] == {"completed": 1, "stopping": 1, "stopped": 2}
    assert client.post(f"/api/studies/{study['id']}/stop").json()["statuses"] == answer.json()["statuses"]
    end(engine, running, "stopped")
    resumed = client.post(f"/api/studies/{study['id']}/resume").json()
    assert resumed["statuses"] == {"completed": 1, "queued": 3}
    order = [row_of(engine, job_id).queue_order for job_id in [running, *waiting]]
    assert order == sorted(order)


def test_resume_leaves_alone_what_diverged(client, engine):
    study = made(client)
    end(engine, study["job_ids"][0], "starting", "running", "failed")
    client.post(f"/api/studies/{study['id']}/stop")
    assert client.post(f"/api/studies/{study['id']}/resume").json()["statuses"] == {"failed": 1, "queued": 3}


def test_extend_adds_only_what_is_not_there(client, engine):
    study = made(client)
    path = f"/api/studies/{study['id']}/extend"
    answer = client.post(path, json={"values": {"learning_rate": [0.05, 0.1]}, "seeds": 3}).json()
    assert answer["definition"]["axes"] == {"learning_rate": [0.01, 0.05, 0.1]}
    assert answer["definition"]["seeds"] == [0, 1, 2]
    assert answer["job_count"] == 9
    assert answer["job_ids"][:4] == study["job_ids"]
    assert client.post(path, json={"seeds": 3}).json()["job_count"] == 9
    client.post(f"/api/studies/{study['id']}/stop")
    client.delete(f"/api/jobs/{study['job_ids'][0]}")
    assert client.post(path, json={}).json()["job_count"] == 9, "a deleted job comes again"
    wrong = client.post(path, json={"values": {"batch_size": [1]}})
    assert "no axis of this study" in errors_of(wrong)["values.batch_size"]
    wrong = client.post(path, json={"values": {"learning_rate": ["x"]}})
    assert 'value "x": must be a number' in errors_of(wrong)["values.learning_rate"]
    many = client.post(path, json={"values": {"learning_rate": [rate / 1000 for rate in range(1, 100)]}})
    assert "a study may have" in errors_of(many)["values"]
    assert client.post("/api/studies/nothing/extend", json={}).status_code == 404


def test_a_study_over_two_fields_is_extended_by_either(client):
    study = made(client, axes={"learning_rate": [0.1], "momentum": [0.0, 0.5]}, seeds=1)
    path = f"/api/studies/{study['id']}/extend"
    answer = client.post(path, json={"values": {"momentum": [0.9]}}).json()
    assert answer["definition"]["axes"] == {"learning_rate": [0.1], "momentum": [0.0, 0.5, 0.9]}
    both = client.post(path, json={"values": {"momentum": [0.25], "learning_rate": [0.2]}}).json()
    assert both["job_count"] == 2 * 4
    wrong = errors_of(client.post(path, json={"values": {"learning_rate": [0], "momentum": [2]}}))
    assert "Learning rate, value 0: must be above 0" in wrong["values.learning_rate"]


def test_a_ladder_is_extended_by_rungs(client):
    body = {"kind": "ladder", "base": {"dataset": "digits", "epochs": 1}, "rungs": ["baseline"]}
    study = client.post("/api/studies", json=body).json()
    path = f"/api/studies/{study['id']}/extend"
    answer = client.post(path, json={"rungs": ["momentum", "standardization"]}).json()
    assert answer["definition"]["rungs"] == ["baseline", "standardization", "momentum"]
    assert answer["job_count"] == 3


def test_deleting_a_study_keeps_its_jobs_unless_asked(client, engine):
    study = made(client)
    assert client.delete(f"/api/studies/{study['id']}?with_jobs=true").status_code == 409
    assert client.delete(f"/api/studies/{study['id']}").status_code == 204
    assert client.get(f"/api/studies/{study['id']}").status_code == 404
    jobs = client.get("/api/jobs").json()["jobs"]
    assert len(jobs) == 4
    assert {job["study_id"] for job in jobs} == {None}
    other = made(client, seeds=1)
    client.post(f"/api/studies/{other['id']}/stop")
    assert client.delete(f"/api/studies/{other['id']}?with_jobs=true").status_code == 204
    assert len(client.get("/api/jobs").json()["jobs"]) == 4
    assert client.delete(f"/api/studies/{other['id']}").status_code == 404


def test_ready_made_ones_start_as_they_stand_or_say_why_not(client):
    ready = client.get("/api/studies/ready-made").json()
    assert [rung["name"] for rung in ready["rungs"]] == list(RUNGS)
    for study in ready["studies"]:
        answer = client.post("/api/studies", json=study["definition"])
        if study["problem"] is None:
            assert answer.status_code == 201, answer.text
            client.post(f"/api/studies/{answer.json()['id']}/stop")
        else:
            assert answer.status_code == 422


def test_a_job_that_was_adjusted_is_told_of(client, engine):
    study = made(client)
    first = study["job_ids"][0]
    put(engine, first, Status("starting"), Status("running"))
    with writing(engine) as connection:
        lines = log.lines(Change(1, "learning_rate", 0.01, 0.7))
        log.append(connection, first, 1, lines, adjusted={"learning_rate": 0.7})
    rows = client.get(f"/api/studies/{study['id']}").json()["table"]["rows"]
    assert [row["adjusted"] for row in rows] == [1, 0]
    assert first in rows[0]["jobs"], "it is still the job that was made for this value"


def test_a_renamed_job_stays_where_it_belongs(client, engine):
    study = made(client)
    client.patch(f"/api/jobs/{study['job_ids'][0]}", json={"name": "mine"})
    with writing(engine) as connection:
        stranger = job_rows.create(connection, TrainConfig(learning_rate=0.5), {}, study_id=None)
    rows = client.get(f"/api/studies/{study['id']}").json()["table"]["rows"]
    assert [row["jobs"] for row in rows] == [study["job_ids"][0::2], study["job_ids"][1::2]]
    assert stranger not in {job for row in rows for job in row["jobs"]}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"axes": {"epochs": [10**40]}}, "axes.epochs"),
        ({"axes": {"augment": [True, False, True]}}, "axes.augment"),
        ({"axes": {"epochs": [1]}, "base": {"seed": 7}}, "base.seed"),
        ({"axes": {"epochs": [1]}, "base": {"name": "mine"}}, "base.name"),
    ],
)
def test_what_a_study_cannot_hold_is_named(client, body, field):
    answer = client.post("/api/studies", json={"kind": "sweep", **body})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_text_that_is_no_unicode_is_quoted_in_the_refusal(client):
    body = b'{"kind": "sweep", "axes": {"\\ud800": [1]}}'
    answer = client.post("/api/studies", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
