"""Steering over HTTP: answers, refusals that name field and fix, checkpoints and forks."""

import orjson
import pytest
import torch

from app.jobs.devices import Device
from app.store import commands, devices, jobs
from app.store.attempts import begin_next
from app.store.database import reading, writing
from ml.checkpoint import Checkpoint, save_checkpoint
from ml.checkpoint_files import checkpoints_in
from ml.config import RUNNING_FIELDS, TrainConfig
from ml.entries import Change, CheckpointSaved, Rewind, Status
from tests.serving import client_on
from tests.store import job_that_is, new_job, new_store, put, row_of

CONTROLS = ("stop", "pause", "resume", "step")


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
    assert response.headers["content-type"] == "application/problem+json"
    return {error["field"]: error["message"] for error in response.json()["errors"]}


def waiting(engine, job_id):
    with reading(engine) as connection:
        return [(given.kind, given.arguments) for given in commands.waiting(connection, job_id)]


@pytest.mark.parametrize("control", CONTROLS)
def test_controls_answer_202_with_the_job_and_404_for_none(client, engine, control):
    job_id = job_that_is(engine, "running")
    answer = client.post(f"/api/jobs/{job_id}/{control}")
    assert answer.status_code == 202
    assert answer.json()["id"] == job_id
    assert client.post(f"/api/jobs/{job_id}/{control}", json={}).status_code == 202
    assert client.post(f"/api/jobs/nobody/{control}").status_code == 404
    assert "did you mean" in errors_of(client.post(f"/api/jobs/{job_id}/stop", json={"sav": 1}))["sav"]


@pytest.mark.parametrize("save", [True, False])
def test_stop_says_whether_to_save(client, engine, save):
    job_id = job_that_is(engine, "running")
    assert client.post(f"/api/jobs/{job_id}/stop", json={"save": save}).json()["status"] == "stopping"
    assert waiting(engine, job_id) == [("stop", {"save": save})]
    assert "true or false" in errors_of(client.post(f"/api/jobs/{job_id}/stop", json={"save": "no"}))["save"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("jobs/x/stop", "the fields are save."),
        ("jobs/x/resume", "this call takes none."),
        ("jobs/x/pause", "this call takes none."),
        ("jobs/x/step", "this call takes none."),
        ("jobs/x/fork", "the fields are at_step, changes."),
        ("jobs/x/adjust", f"the fields are {', '.join(RUNNING_FIELDS)}."),
        ("studies/x/stop", "this call takes none."),
        ("studies/x/resume", "this call takes none."),
        ("studies/x/extend", "the fields are seeds, values, rungs."),
        ("measure", f"the fields are {', '.join(TrainConfig.model_fields)}."),
    ],
)
def test_a_call_names_the_fields_that_it_takes_itself(client, call, words):
    errors = errors_of(client.post(f"/api/{call}", json={"zzz": 1}))
    assert errors == {"zzz": f"there is no field of this name; {words}"}
    assert "this address takes none" in errors_of(client.post(f"/api/{call}?zzz=1", json={}))["zzz"]


def test_adjust_gives_one_command_a_field(client, engine):
    job_id = job_that_is(engine, "running")
    answer = client.post(f"/api/jobs/{job_id}/adjust", json={"learning_rate": 0.5, "epochs": 20})
    assert answer.status_code == 202
    assert sorted(waiting(engine, job_id), key=str) == [
        ("adjust", {"field": "epochs", "value": 20}),
        ("adjust", {"field": "learning_rate", "value": 0.5}),
    ]


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"learning_rate": 0}, "learning_rate", "above 0"),
        ({"learning_rate": None}, "learning_rate", "null"),
        ({"dropout": 1}, "dropout", "below 1"),
        ({"epochs": 2.5}, "epochs", "whole number"),
        ({"batch_size": 3}, "batch_size", "no field of this name"),
        ({"learning_rat": 3}, "learning_rat", "did you mean learning_rate?"),
        ({}, "body", "learning_rate"),
        ([], "body", "object"),
    ],
)
def test_adjust_refuses_with_field_and_fix(client, engine, body, field, words):
    job_id = job_that_is(engine, "running")
    assert words in errors_of(client.post(f"/api/jobs/{job_id}/adjust", json=body))[field]
    assert waiting(engine, job_id) == []


def test_adjust_refuses_what_the_network_has_no_place_for(client, engine):
    job_id = new_job(engine, hidden_sizes=[])
    message = errors_of(client.post(f"/api/jobs/{job_id}/adjust", json={"dropout": 0.5}))["dropout"]
    assert "no hidden layer" in message


def test_adjust_refuses_dropout_where_gradients_are_by_hand(client, engine):
    job_id = new_job(engine, gradients="by_hand")
    message = errors_of(client.post(f"/api/jobs/{job_id}/adjust", json={"dropout": 0.5}))["dropout"]
    assert "by hand" in message
    assert "set Dropout to 0" in message
    assert waiting(engine, job_id) == []
    answer = client.post(f"/api/jobs/{job_id}/adjust", json={"weight_decay": 0.5, "learning_rate": 0.2})
    assert answer.status_code == 202


OTHER_VALUES = {"learning_rate": 0.3, "weight_decay": 0.2, "dropout": 0.3, "epochs": 7}


@pytest.mark.parametrize(
    ("config", "refused"),
    [
        ({}, set()),
        ({"dropout": 0.5, "epochs": 2, "learning_rate": 0.2, "weight_decay": 0.1}, set()),
        ({"hidden_sizes": []}, {"dropout"}),
        ({"gradients": "by_hand"}, {"dropout"}),
        ({"dataset": "digits", "architecture": "cnn"}, set()),
        ({"dataset": "digits", "architecture": "cnn", "layers": "conv 4, relu, dropout 0.5"}, {"dropout"}),
        ({"dataset": "digits", "architecture": "bow_svm"}, set(OTHER_VALUES)),
    ],
)
def test_a_job_names_just_what_adjust_takes(client, engine, config, refused):
    job_id = new_job(engine, **config)
    assert set(OTHER_VALUES) == set(RUNNING_FIELDS)
    for field, value in OTHER_VALUES.items():
        answer = client.post(f"/api/jobs/{job_id}/adjust", json={field: value})
        assert answer.status_code == (422 if field in refused else 202), answer.text
    named = client.get(f"/api/jobs/{job_id}").json()["adjustable"]
    assert set(named) == set(OTHER_VALUES) - refused


@pytest.mark.parametrize(
    ("field", "value"),
    [("dropout", 0.5), ("momentum", 0.9), ("optimizer", "adam"), ("precision", "bfloat16")],
)
def test_a_fork_of_gradients_by_hand_stays_within_them(client, engine, trained, field, value):
    """The checkpoint's own config counts, so it is made one of gradients by hand."""
    folder = checkpoints_in(client.app.state.parts.settings.data_dir, trained)
    config = TrainConfig(gradients="by_hand").model_dump(mode="json")
    facts = {"config": config, "step": 27, "epoch": 3, "is_evaluated": True, "train_seconds": 1.5}
    save_checkpoint(folder, 1, Checkpoint(facts, {"a": torch.ones(3)}, {"b": torch.ones(1)}))
    answer = client.post(f"/api/jobs/{trained}/fork", json={"changes": {field: value}})
    assert "by hand" in errors_of(answer)[field]


@pytest.fixture
def trained(client, engine, tmp_path):
    """A job that ended with checkpoints of steps 9 (best), 18 and 27; 18's came twice."""
    job_id = job_that_is(engine, "running")
    folder = checkpoints_in(tmp_path, job_id)
    entries = []
    for step, is_best in ((9, True), (18, False), (27, False)):
        config = TrainConfig(learning_rate=0.1 / step, epochs=10).model_dump(mode="json")
        facts = {
            "config": config,
            "step": step,
            "epoch": step // 9,
            "is_evaluated": True,
            "train_seconds": 1.5,
        }
        save_checkpoint(folder, 1, Checkpoint(facts, {"a": torch.ones(3)}, {"b": torch.ones(1)}))
        entries.append(CheckpointSaved(step // 9, step, is_best))
    put(engine, job_id, *entries, Rewind(9), *entries[1:], Status("completed"))
    return job_id


def test_checkpoints_are_listed_with_their_sizes_and_weights(client, trained, tmp_path):
    found = client.get(f"/api/jobs/{trained}/checkpoints").json()
    assert [one["step"] for one in found["checkpoints"]] == [9, 18, 27]
    assert [one["is_best"] for one in found["checkpoints"]] == [True, False, False]
    assert found["bytes"] == sum(one["bytes"] for one in found["checkpoints"]) > 0
    answer = client.get(found["checkpoints"][0]["url"])
    assert answer.content == (checkpoints_in(tmp_path, trained) / "1-9" / "weights.safetensors").read_bytes()
    assert answer.headers["content-disposition"].startswith("attachment")
    assert client.get(f"/api/jobs/{trained}/checkpoints/10/weights.safetensors").status_code == 404


def test_a_fork_goes_on_from_the_nearest_checkpoint_before(client, engine, trained, tmp_path):
    answer = client.post(
        f"/api/jobs/{trained}/fork", json={"at_step": 26, "changes": {"learning_rate": 0.5, "epochs": 12}}
    )
    assert answer.status_code == 201, answer.text
    job = answer.json()
    assert answer.headers["location"].endswith(job["id"])
    assert job["forked_from"] == {"job_id": trained, "step": 18}
    assert job["parent_id"] == trained
    assert (job["status"], job["step"], job["epoch"], job["train_seconds"]) == ("queued", 18, 2, 1.5)
    assert (job["config"]["learning_rate"], job["config"]["epochs"]) == (0.5, 12)
    assert (checkpoints_in(tmp_path, job["id"]) / "0-18" / "weights.safetensors").exists()
    (listed,) = client.get(f"/api/jobs/{job['id']}/checkpoints").json()["checkpoints"]
    assert (listed["step"], listed["attempt"]) == (18, 0)


def test_a_fork_without_changes_takes_the_last_one_with_its_config(client, trained):
    job = client.post(f"/api/jobs/{trained}/fork").json()
    assert job["forked_from"]["step"] == 27
    assert job["config"]["learning_rate"] == 0.1 / 27


def test_a_fork_takes_what_was_adjusted_while_its_parent_rested_there(client, engine, trained, tmp_path):
    with writing(engine) as connection:
        begin_next(connection, trained)
    put(engine, trained, Status("starting"), Change(28, "learning_rate", 0.1 / 27, 0.7), attempt=2)
    job = client.post(f"/api/jobs/{trained}/fork").json()
    assert job["config"]["learning_rate"] == 0.7
    with reading(engine) as connection:
        assert orjson.loads(jobs.get(connection, job["id"]).forked_from)["sets_rate"]
    earlier = client.post(f"/api/jobs/{trained}/fork", json={"at_step": 18}).json()
    assert earlier["config"]["learning_rate"] == 0.1 / 18


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"dataset": "moons"}, "dataset", "goes on with the weights and data"),
        ({"hidden_sizes": [9]}, "hidden_sizes", "it can change"),
        ({"seed": 1}, "seed", "learning_rate"),
        ({"learning_rate": -1}, "learning_rate", "above 0"),
        ({"nonsense": 1}, "nonsense", "no field of this name"),
        ({"epochs": 3}, "epochs", "end of epoch 3; choose at least 4"),
        ({"device": "cuda:7"}, "device", "not there"),
    ],
)
def test_a_fork_refuses_with_field_and_fix(client, engine, trained, tmp_path, changes, field, words):
    with writing(engine) as connection:
        devices.replace(connection, [Device("cpu", "cpu", "CPU", 1, None, None, None)])
    answer = client.post(f"/api/jobs/{trained}/fork", json={"changes": changes})
    assert words in errors_of(answer)[field]
    assert [path.name for path in (tmp_path / "checkpoints").iterdir()] == [trained], "nothing is left behind"


def test_a_fork_without_a_checkpoint_is_409(client, engine, trained, tmp_path):
    bare = new_job(engine)
    assert client.post(f"/api/jobs/{bare}/fork").status_code == 409
    answer = client.post(f"/api/jobs/{trained}/fork", json={"at_step": 8})
    assert answer.status_code == 409
    assert "step 8" in answer.json()["detail"]
    (checkpoints_in(tmp_path, trained) / "1-27" / "checkpoint.json").write_text("{")
    answer = client.post(f"/api/jobs/{trained}/fork")
    assert answer.status_code == 409
    assert "step 27" in answer.json()["detail"]


def test_a_fork_of_what_keeps_no_checkpoints_says_so_and_what_to_do_instead(client, engine):
    bag = new_job(engine, dataset="digits", architecture="bow_svm")
    for body in ({}, {"at_step": 1}, {"changes": {"epochs": 3}}):
        answer = client.post(f"/api/jobs/{bag}/fork", json=body)
        assert answer.status_code == 409
        for words in ("bow_svm", "keeps no checkpoints", "cannot be forked", "resume begins anew", "new job"):
            assert words in answer.json()["detail"], words


def test_deleting_a_job_removes_its_checkpoints(client, engine, trained, tmp_path):
    fork = client.post(f"/api/jobs/{trained}/fork").json()["id"]
    assert client.delete(f"/api/jobs/{trained}").status_code == 204
    assert not checkpoints_in(tmp_path, trained).exists()
    assert client.get(f"/api/jobs/{fork}/checkpoints").json()["checkpoints"], "a fork keeps what it needs"
    assert row_of(engine, fork).status == "queued"
