"""A study's report: its question, its table and plots, and a call that makes it again."""

import json
import shlex
from pathlib import Path

import orjson
import pytest

from app.exports.study_words import verdict
from app.store.database import reading
from app.store.studies import jobs_of
from ml.entries import Status
from tests.serving import client_on
from tests.store import FakeWorker, metrics
from tests.test_report import EVIL, Page


@pytest.fixture
def client(tmp_path, engine):
    with client_on(tmp_path) as client:
        yield client


def made(client, **body):
    answer = client.post("/api/studies", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def train(engine, study_id, accuracies):
    """Every job of the study, with its validation and test accuracy."""
    with reading(engine) as connection:
        ids = [row.id for row in jobs_of(connection, study_id)]
    for job_id, accuracy in zip(ids, accuracies, strict=True):
        worker = FakeWorker(engine, job_id)
        worker.write(
            metrics("validation", [0, 9], [0.7, 0.6], [0.4, accuracy]),
            metrics("test", [0, 9], [0.7, 0.6], [0.4, accuracy - 0.05]),
            metrics("train", range(1, 10), [0.5] * 9),
            Status("completed"),
        )


def report(client, study_id):
    answer = client.get(f"/api/studies/{study_id}/report.html")
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def test_a_sweep_says_what_was_asked_and_what_came_of_it(client, engine):
    study_id = made(
        client, kind="sweep", name=EVIL, axes={"learning_rate": [0.001, 0.1]}, base={"epochs": 10}
    )
    train(engine, study_id, [0.6, 0.9])
    page = report(client, study_id)
    text = page.text.replace("\u202f", " ")
    assert EVIL in text
    assert "What is the best choice of learning rate?" in text
    assert "Best: lr 0.1, with 90.0 % on the validation set." in text
    assert "85.0 %" in text, "the test accuracy is reported"
    assert len([tag for tag, _ in page.tags if tag == "svg"]) == 8, "each plot at two widths"
    assert len(page.of_class("best-row")) == 1


def test_a_ladder_shows_its_gains(client, engine):
    rungs = ["baseline", "standardization"]
    study_id = made(client, kind="ladder", base={"dataset": "digits"}, rungs=rungs)
    train(engine, study_id, [0.8, 0.9])
    page = report(client, study_id)
    assert "+10.0 points" in page.text
    assert len(page.of_class("bar")) == 1
    assert "standardize" not in page.text.split("Answer")[0], "a rung sets it"


def test_without_a_value_there_is_no_picture(client):
    page = report(client, made(client, kind="sweep", axes={"activation": ["relu", "tanh"]}))
    assert "There is no answer yet." in page.text
    assert not [tag for tag, _ in page.tags if tag == "svg"]


def test_the_line_for_a_shell_makes_the_same_study(client):
    study_id = made(
        client, kind="sweep", axes={"batch_size": [10, "full"]}, base={"hidden_sizes": [3]}, seeds=2
    )
    text = report(client, study_id).text
    words = shlex.split(text[text.index("curl -s") :].split("\n\n")[0].replace("\\\n", " "))
    body = orjson.loads(words[words.index("-d") + 1])
    assert body["base"] == {"hidden_sizes": [3]}
    again = client.get(f"/api/studies/{made(client, **body)}").json()
    assert again["definition"] == client.get(f"/api/studies/{study_id}").json()["definition"]


@pytest.mark.parametrize(
    "case", json.loads((Path(__file__).parent / "data" / "verdicts.json").read_text("utf-8"))
)
def test_the_answer_is_the_one_of_the_page(case):
    assert verdict(case["study"]) == case["verdict"]
