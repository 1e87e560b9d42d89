"""The exported script repeats what was changed while a job trained, and begins as the job that a fork left.

Jobs train in this process through worker, log and checkpoints; the script runs in it too, on as many threads.
"""

import re
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch

from app.jobs import training
from app.jobs.leaving import Leaving
from app.jobs.rows import rows_of
from app.jobs.training import run_job
from app.store.database import reading, writing
from app.store.schema import jobs
from ml.control import Adjust, Command, NoControl, Pause, Stop
from ml.entries import Status
from tests.serving import client_on
from tests.store import put

TOLERANCE = 1e-5
SMALL = {"hidden_sizes": [8], "batch_size": 20, "epochs": 6}  # 9 steps an epoch


@pytest.fixture
def client(tmp_path, engine, monkeypatch):
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    with client_on(tmp_path) as client:
        yield client
    torch.set_num_threads(before)


class Told(NoControl):
    """Gives commands once a step is done, {step: [commands]}; a pause is answered by a stop."""

    def __init__(self, at: dict[int, list[Command]], first_step: int) -> None:
        self.at = dict(at)
        self.step = first_step - 1
        self._rests = False

    def commands(self) -> list[Command]:
        if self._rests:
            self._rests = False
            return [Stop()]
        return [command for step in sorted(self.at) if step <= self.step for command in self.at.pop(step)]

    def wait(self) -> None:
        self._rests = True


class House:
    """Trains jobs of `client` as a worker would, each told things at its steps."""

    def __init__(self, client, engine, folder, monkeypatch) -> None:
        self.client, self.engine, self.folder, self.patch = client, engine, folder, monkeypatch

    def train(self, job_id: str, at: dict[int, list[Command]], first_step: int = 1) -> str:
        """The job `job_id`, after its training."""
        told = Told(at, first_step)
        really, update = training.train, sys.modules["ml.train"].update

        def counted(*arguments):
            result = update(*arguments)
            told.step += 1
            return result

        put(self.engine, job_id, Status("starting"))
        with writing(self.engine) as connection:
            connection.execute(jobs.update().where(jobs.c.id == job_id).values(device="cpu", threads=1))
        with self.patch.context() as patch:
            patch.setattr(training, "train", lambda config, _control, *rest: really(config, told, *rest))
            patch.setattr("ml.train.update", counted)
            run_job(self.engine, job_id, self.folder, Leaving())
        return job_id

    def job(self, at: dict[int, list[Command]] | None = None, **config: Any) -> str:
        """A trained job."""
        answer = self.client.post("/api/jobs", json=config)
        assert answer.status_code == 201, answer.text
        return self.train(answer.json()["id"], at or {})

    def fork(
        self,
        parent: str,
        step: int | None,
        at: dict[int, list[Command]] | None = None,
        **changes: Any,
    ) -> str:
        """A trained fork of `parent`."""
        body = {"changes": changes} | ({} if step is None else {"at_step": step})
        answer = self.client.post(f"/api/jobs/{parent}/fork", json=body)
        assert answer.status_code == 201, answer.text
        job = answer.json()
        assert step in (None, job["forked_from"]["step"]), "no checkpoint of that step"
        return self.train(job["id"], at or {}, job["forked_from"]["step"] + 1)

    def script(self, job_id: str) -> str:
        answer = self.client.get(f"/api/jobs/{job_id}/script.py")
        assert answer.status_code == 200, answer.text
        return answer.text

    def losses(self, *lineage: str) -> dict[int, float]:
        """The training losses by step that the logs tell, of a job and those it grew out of."""
        found: dict[int, float] = {}
        for job_id in lineage:
            with reading(self.engine) as connection:
                rows = rows_of(connection, job_id, "train")[0]
            steps = rows.step.tolist()
            found = {step: loss for step, loss in found.items() if step < steps[0]}
            found |= dict(zip(steps, rows.column("loss").tolist(), strict=True))
        return found


@pytest.fixture
def house(client, engine, tmp_path, monkeypatch):
    return House(client, engine, tmp_path, monkeypatch)


def printed(source: str, monkeypatch, capsys, *options: str) -> str:
    """What the script says, run in this process."""
    monkeypatch.setattr(sys, "argv", ["script.py", "--device", "cpu", "--every", "1", *options])
    capsys.readouterr()
    exec(compile(source, "script.py", "exec"), {"__name__": "__main__"})
    return capsys.readouterr().out


def told(output: str) -> dict[int, float]:
    found = re.findall(r"^step (\d+)  loss (\S+)", output, re.MULTILINE)
    return {int(step): float(loss) for step, loss in found}


def assert_equal(found: dict[int, float], expected: dict[int, float]) -> None:
    assert list(found) == list(expected), "as many steps"
    np.testing.assert_allclose(list(found.values()), list(expected.values()), rtol=TOLERANCE, atol=TOLERANCE)


def adjust(**fields: float) -> list[Command]:
    return [Adjust(field, value) for field, value in fields.items()]


@pytest.mark.parametrize(
    ("config", "at"),
    [
        ({}, {4: adjust(learning_rate=0.5), 30: adjust(learning_rate=0.02)}),
        (
            {"lr_schedule": "cosine", "momentum": 0.9, "dropout": 0.2},
            {0: adjust(weight_decay=0.1), 9: adjust(epochs=8), 20: adjust(learning_rate=0.3, dropout=0.0)},
        ),
        (
            {"lr_schedule": "exponential", "lr_gamma": 0.5, "optimizer": "adam", "learning_rate": 0.01},
            {12: adjust(dropout=0.4), 31: adjust(learning_rate=0.02), 40: adjust(epochs=1)},
        ),
        (
            {"dataset": "digits", "architecture": "cnn", "layers": "conv 4 3x3, dropout 0.3, pool 2, fc 20",
             "train_size": 100, "epochs": 2, "early_stopping_patience": 1},
            {1: adjust(dropout=0.5), 6: adjust(dropout=0.1)},
        ),
    ],
    ids=["rate", "everything under a cosine", "exponential, ending early", "dropout beside its own"],
)  # fmt: skip
def test_changes_come_again_at_their_steps(house, monkeypatch, capsys, config, at):
    job = house.job(at, **{**SMALL, **config})
    output = printed(house.script(job), monkeypatch, capsys)
    expected = house.losses(job)
    assert len(expected) >= 10
    assert_equal(told(output), expected)
    assert output.count("\nfrom step ") == len(at)


FORKS = {
    "a rate, inside an epoch": ({}, {13: [Pause()]}, 13, {"learning_rate": 0.5}),
    "from the end, for longer": ({"lr_schedule": "cosine"}, {}, 54, {"epochs": 9}),
    "another optimizer, loss and precision": (
        {"momentum": 0.9},
        {20: adjust(learning_rate=0.3), 40: adjust(learning_rate=0.9)},
        36,
        {"optimizer": "adam", "learning_rate": 0.01, "momentum": 0.0, "loss": "mse",
         "loss_reduction": "sum", "precision": "bfloat16"},
    ),
    "momentum and dropout, nothing held out": (
        {"optimizer": "sgd", "momentum": 0.9, "dropout": 0.3, "validation_fraction": 0.0},
        {}, None, {"momentum": 0.5, "weight_decay": 0.01, "dropout": 0.1, "lr_schedule": "exponential",
                   "epochs": 8},
    ),
    "early stopped, waits anew": (
        {"early_stopping_patience": 1, "learning_rate": 2.0, "epochs": 30},
        {}, None, {"early_stopping_patience": 2, "learning_rate": 1.0},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORKS)
def test_a_fork_begins_as_its_parent(house, monkeypatch, capsys, name):
    config, at, step, changes = FORKS[name]
    parent = house.job(at, **{**SMALL, **config})
    fork = house.fork(parent, step, **changes)
    output = printed(house.script(fork), monkeypatch, capsys)
    assert_equal(told(output), house.losses(parent, fork))
    assert f"the fork {fork} goes on" in output
    assert ("has not improved" in output) == ("early_stopping_patience" in config)


def test_a_fork_of_an_unevaluated_epoch_evaluates_it_itself(house, monkeypatch, capsys):
    parent = house.job({18: [Pause()]}, **SMALL, early_stopping_patience=3)
    fork = house.fork(parent, 18, loss="mse", early_stopping_patience=1)
    source = house.script(fork)
    assert "before_evaluation=True" in source
    assert_equal(told(printed(source, monkeypatch, capsys)), house.losses(parent, fork))


def test_a_chain_of_forks_with_changes_before_and_after(house, monkeypatch, capsys):
    first = house.job({10: adjust(learning_rate=0.4, dropout=0.2), 45: adjust(learning_rate=5.0)}, **SMALL)
    second = house.fork(first, 36, {40: adjust(weight_decay=0.05), 50: [Pause()]}, momentum=0.9)
    with_parents = house.fork(second, 50, {60: adjust(learning_rate=0.01)}, lr_schedule="cosine", epochs=8)
    output = printed(house.script(with_parents), monkeypatch, capsys)
    assert_equal(told(output), house.losses(first, second, with_parents))
    assert "5.0" not in output, "what came after the checkpoint was no part of the fork"


def test_without_the_parent_the_script_says_so(house, client, monkeypatch, capsys):
    parent = house.job({}, **SMALL)
    fork = house.fork(parent, 18, {20: adjust(learning_rate=0.3)}, momentum=0.9)
    assert client.get(f"/api/jobs/{fork}/script").json()["limits"] == []
    assert client.delete(f"/api/jobs/{parent}").status_code == 204
    words = f"The job went on from step 18 of job {parent}, which was deleted since."
    source = house.script(fork)
    assert words in source.split('"""')[1], "at its top"
    assert "losses equal those of the job" not in source
    assert f"note: {words}" in printed(source, monkeypatch, capsys, "--steps", "1"), "in its output"
    assert client.get(f"/api/jobs/{fork}/script").json()["limits"][0].startswith(words), "to the page"


def test_what_the_script_repeats_is_told_beside_it(house, client):
    parent = house.job({4: adjust(learning_rate=0.5)}, **SMALL)
    fork = house.fork(parent, 18, momentum=0.9)
    assert client.get(f"/api/jobs/{parent}/script").json() == {
        "repeats": [{"step": 5, "words": "learning_rate 0.1 -> 0.5"}], "limits": [],
    }  # fmt: skip
    found: Sequence[dict[str, Any]] = client.get(f"/api/jobs/{fork}/script").json()["repeats"]
    assert [one["step"] for one in found] == [5, 19]
    assert client.get("/api/jobs/nowhere/script").status_code == 404


def test_another_kind_of_device_is_a_limit(house, client, engine):
    parent = house.job({}, **SMALL)
    with writing(engine) as connection:  # as if it had been trained on a graphics card
        connection.exec_driver_sql(
            "UPDATE entries SET text = replace(text, '\"device\":\"cpu\"', '\"device\":\"cuda:0\"') "
            "WHERE job_id = ? AND type = 'status'", (parent,)
        )  # fmt: skip
    fork = house.fork(parent, 18)
    (limit,) = client.get(f"/api/jobs/{fork}/script").json()["limits"]
    assert "(cuda, cpu)" in limit
