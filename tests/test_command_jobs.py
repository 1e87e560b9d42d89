"""`livetrain jobs …` against a real server whose jobs nobody trains: what it shows, asks, and refuses."""

import json

import pytest
from typer.testing import CliRunner

from app.command.jobs import jobs
from app.command.table import show_columns
from app.store import jobs as job_rows
from app.store.database import writing
from ml.entries import Status
from tests.checkpoints import log_it, save
from tests.product import free_port
from tests.serving import server_on
from tests.store import FakeWorker, metrics, new_job, new_store, put, row_of


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("jobs")


@pytest.fixture(scope="module")
def store(folder):
    engine = new_store(folder)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(store):
    """The store without a job."""
    with writing(store) as connection:
        for row in job_rows.listed(connection, limit=100):
            job_rows.remove(connection, row.id)
    return store


@pytest.fixture(scope="module")
def address(folder, store):
    with server_on(folder) as address:
        yield address


@pytest.fixture
def call(address):
    """Calls the command in this process."""

    def run(*words, code=0, server=f"http://{address}"):
        done = CliRunner().invoke(jobs, [*words, "--server", server])
        assert done.exit_code == code, done.output
        return done

    return run


def trained(engine, **config):
    """A job that ended after nine steps."""
    worker = FakeWorker(engine, new_job(engine, **config))
    worker.steps(1, 9)
    worker.write(metrics("validation", [9], [0.5], [0.875]), metrics("test", [9], [0.6], [0.75]))
    worker.write(Status("completed"))
    return worker.job_id


def rename(engine, job_id, new_id):
    with writing(engine) as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.exec_driver_sql("UPDATE entries SET job_id = ? WHERE job_id = ?", (new_id, job_id))
        connection.exec_driver_sql("UPDATE jobs SET id = ? WHERE id = ?", (new_id, job_id))
    return new_id


def test_list_names_jobs_by_what_differs(engine, call):
    first = trained(engine, epochs=10)
    second = new_job(engine, epochs=10, batch_size=20, seed=3)
    third = new_job(engine, epochs=10, hidden_sizes=[16, 8], name="wide")
    lines = call("list").stdout.splitlines()
    assert lines[0].split() == ["ID", "STATUS", "PROGRESS", "BEST", "NAME"]
    assert [line.split()[0] for line in lines[1:]] == [third, second, first]
    assert lines[1].endswith("  wide · mlp 16,8")
    assert lines[2].endswith("  mlp 4 · batch 20 · seed 3")
    assert lines[3].endswith("  mlp 4")
    assert ("queued #2" in lines[1], "queued #1" in lines[2]) == (True, True)
    assert "10%, epoch 1/10" in lines[3]
    assert "87.5%, epoch 1" in lines[3]


def test_list_can_be_narrowed_and_read_by_programs(engine, call):
    done, waiting = trained(engine), new_job(engine)
    assert [job["id"] for job in json.loads(call("list", "--json").stdout)] == [waiting, done]
    assert [job["id"] for job in json.loads(call("list", "--json", "--limit", "1").stdout)] == [waiting]
    some = call("list", "--json", "--status", "completed", "--status", "failed").stdout
    assert [job["id"] for job in json.loads(some)] == [done]
    assert "There are no such jobs." in call("list", "--status", "failed").stderr
    assert "status: " in call("list", "--status", "gone", code=2).stderr


def test_an_empty_list_is_said_but_is_json_for_programs(engine, call):
    assert "There are no jobs yet." in call("list").stderr
    assert json.loads(call("list", "--json").stdout) == []


def test_every_page_of_a_long_list_is_read(engine, call, monkeypatch):
    monkeypatch.setattr("app.client.rest.PAGE_JOBS", 2)
    made = [new_job(engine, seed=seed) for seed in range(5)]
    assert [job["id"] for job in json.loads(call("list", "--json").stdout)] == made[::-1]
    assert [job["id"] for job in json.loads(call("list", "--json", "--limit", "3").stdout)] == made[:1:-1]


def test_an_id_may_be_shortened_while_it_is_unique(engine, call):
    one = rename(engine, new_job(engine), "abcd-first")
    two = rename(engine, new_job(engine), "abxy-other")
    assert json.loads(call("show", "abc", "--json").stdout)["id"] == one
    assert json.loads(call("show", two, "--json").stdout)["id"] == two
    ambiguous = call("show", "ab", "--json", code=2).stderr
    assert "2 jobs' ids begin with ab" in ambiguous
    assert (one in ambiguous, two in ambiguous) == (True, True)
    assert "No job's id begins with abq" in call("show", "abq", code=1).stderr
    assert "is no job's id" in call("show", "../jobs", code=2).stderr


def test_an_id_may_begin_with_a_hyphen(engine, call):
    for new_id in ("-Zfirst", "--zero"):
        rename(engine, new_job(engine), new_id)
        assert json.loads(call("show", new_id[:4], "--json").stdout)["id"] == new_id


def test_create_prints_the_id_alone_and_takes_the_words_of_train(engine, call):
    done = call("create", "hidden_sizes=16,8", "name=2024", "standardize=true", "learning_rate=5e-1")
    job_id = done.stdout.strip()
    config = json.loads(call("show", job_id, "--json").stdout)["config"]
    expected = {"hidden_sizes": [16, 8], "name": "2024", "standardize": True, "learning_rate": 0.5}
    assert {name: config[name] for name in expected} == expected
    assert done.stderr.strip() == "2024: queued"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["learning_rat=0.1"], "did you mean learning_rate?"),
        (["epochs=0"], "epochs: must be at least 1, not 0."),
        (["epochs=1", "epochs=2"], "epochs: given twice"),
        (["epochs"], "epochs: write KEY=VALUE"),
        (["augment=true"], "augment: circles holds points"),
    ],
)
def test_what_cannot_be_is_refused_by_field(engine, call, words, sentence):
    assert sentence in call("create", *words, code=2).stderr


def test_show_says_what_is_worth_saying(engine, folder, call):
    job_id = trained(engine, dataset="circles", hidden_sizes=[16], learning_rate=0.5, name="wide")
    with writing(engine) as connection:
        changed = {**json.loads(row_of(engine, job_id).config), "learning_rate": 0.25}
        job_rows.change(
            connection, job_id, config=json.dumps(changed), notes="first\nsecond", tags='["a","b"]'
        )
    lines = call("show", job_id).stdout.splitlines()
    assert lines[0] == "wide"
    shown = "\n".join(lines)
    assert f"id           {job_id}" in lines
    assert "status       completed · 10%, epoch 1/10 · step 9 of 90" in lines
    assert "config       dataset = circles" in lines
    assert "             hidden_sizes = [16]" in lines
    assert "changed      learning_rate: 0.5 → 0.25" in lines
    assert (
        "best         epoch 1, step 9: validation accuracy 87.5%, loss 0.5000; test accuracy 75.0%" in shown
    )
    assert "             second" in lines
    assert "tags         a, b" in lines
    assert "batch_size" not in shown, "a default"
    assert "checkpoints" not in shown, "there are none"


def test_show_says_why_a_job_failed_and_what_is_left_of_it(engine, folder, call):
    worker = FakeWorker(engine, new_job(engine))
    for step in (9, 18):
        save(folder, worker.job_id, step)
        log_it(engine, worker.job_id, step, is_best=step == 9)
    worker.write(Status("failed", "diverged", "The loss is not finite.\nLower the learning rate."))
    lines = call("show", worker.job_id).stdout.splitlines()
    assert "reason       diverged" in lines
    assert "message      The loss is not finite." in lines
    assert "             Lower the learning rate." in lines
    assert any(line.startswith("checkpoints  step 9 (best), step 18; 2.") for line in lines)


def test_checkpoints_are_listed_with_their_sizes(engine, folder, call):
    worker = FakeWorker(engine, new_job(engine))
    for step in (9, 18):
        save(folder, worker.job_id, step)
        log_it(engine, worker.job_id, step, is_best=step == 9)
    titles, first, second, total = call("checkpoints", worker.job_id).stdout.splitlines()
    assert titles.split() == ["STEP", "EPOCH", "SIZE", "AT", "WEIGHTS"]
    assert first.split()[:3] == ["9", "1", "best"]
    assert second.split()[-1] == f"/api/jobs/{worker.job_id}/checkpoints/18/weights.safetensors"
    assert total.startswith("2 checkpoints, 2.")


def test_stop_and_move_act_and_say_how_the_job_stands(engine, call):
    first, second = new_job(engine), new_job(engine)
    assert call("move", second, "1").stdout == f"{second}: now at 1 in the queue.\n"
    assert row_of(engine, first).queue_position == 2
    assert call("stop", first[:8]).stdout == f"{first}: stop asked for; the job is stopped.\n"
    assert "only queued jobs" in call("move", first, "1", code=2).stderr
    assert "queue_position: must be at least 1, not 0." in call("move", second, "0", code=2).stderr


def test_delete_removes_what_has_ended_and_says_what_it_cannot(engine, call):
    done, other, training = trained(engine), trained(engine), new_job(engine)
    put(engine, training, Status("starting"))
    refused = call("delete", done, training, other, code=1)
    assert refused.stdout == f"{done}: deleted.\n{other}: deleted.\n"
    assert refused.stderr == f"{training}: The job is starting; stop it first, then delete it.\n"
    assert (row_of(engine, done), row_of(engine, other)) == (None, None)
    assert "No job's id begins with" in call("delete", training, "nobody", code=1).stderr


def test_a_server_that_is_not_there_is_said(call):
    port = free_port()
    sentences = call("list", code=1, server=f"http://127.0.0.1:{port}").stderr
    assert f"No server answers at http://127.0.0.1:{port}" in sentences
    assert "livetrain serve" in sentences


def test_the_token_opens_the_server(tmp_path, call):
    with server_on(tmp_path, token="secret") as address:
        assert "A token is needed" in call("list", code=1, server=f"http://{address}").stderr
        call("list", "--token", "secret", server=f"http://{address}")
        call("list", server=f"http://{address}/login?token=secret")


def test_a_name_stays_on_its_line_and_moves_no_terminal(capsys):
    show_columns(("NAME",), [("one\ntwo\x1b[2J\0",)])
    assert capsys.readouterr().out.splitlines() == ["NAME", r"one\ntwo\x1b[2J\x00"]
