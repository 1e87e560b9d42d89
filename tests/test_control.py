"""A worker's ear: what its job is told reaches the training once, in order, until it is done."""

import pytest

from app.jobs import control as control_module
from app.jobs.control import SHUTDOWN, JobControl
from app.jobs.leaving import Leaving
from app.store import commands
from app.store.attempts import begin_next
from app.store.database import reading, writing
from app.store.jobs import remove
from ml.control import Adjust, Leave, Orders, Pause, Resume, Stop
from ml.entries import Change, Metrics, Note, Status
from tests.store import FakeWorker, new_job, put


@pytest.fixture
def job_id(engine):
    job_id = new_job(engine)
    FakeWorker(engine, job_id)
    return job_id


@pytest.fixture
def leaving():
    return Leaving()


@pytest.fixture
def control(engine, job_id, leaving):
    control = JobControl(engine, job_id, 1, leaving)
    yield control
    control.close()


def give(engine, job_id, kind, **arguments):
    with writing(engine) as connection:
        commands.give(connection, job_id, kind, **arguments)


def look_again(control):
    control._next_look = 0.0
    return control.commands()


def test_it_looks_at_most_every_forty_milliseconds(engine, job_id, control, monkeypatch):
    moment = [100.0]
    monkeypatch.setattr(control_module.time, "monotonic", lambda: moment[0])
    assert list(control.commands()) == []
    give(engine, job_id, "pause")
    moment[0] += 0.03
    assert control.commands() == ()
    moment[0] += 0.02
    assert control.commands() == [Pause()]
    moment[0] += 1
    assert list(control.commands()) == [], "each command is read once"


def test_commands_come_in_order(engine, job_id, control):
    give(engine, job_id, "adjust", field="learning_rate", value=0.5)
    give(engine, job_id, "pause", message="full", held_by="disk")
    give(engine, job_id, "resume")
    give(engine, job_id, "stop", save=False)
    assert look_again(control) == [Adjust("learning_rate", 0.5), Pause("full"), Resume(), Stop(save=False)]


def test_a_command_is_done_with_the_entry_that_shows_it(engine, job_id, control):
    give(engine, job_id, "adjust", field="epochs", value=9)
    give(engine, job_id, "pause")
    with reading(engine) as connection:
        adjust, pause = (given.id for given in commands.waiting(connection, job_id))
    orders = Orders(control)
    assert orders.take() == Adjust("epochs", 9)
    assert control.done_with(Metrics("train", {})) == [], "the rows before the change do not show it"
    assert control.done_with(Change(3, "epochs", 10, 9)) == [adjust]
    assert orders.take() == Pause()
    assert control.done_with(Note("info", "")) == [], "each is told once"
    assert control.done_with(Status("paused")) == [pause]
    assert orders.take() is None
    assert control.done_with(Note("info", "")) == []


def test_what_changed_nothing_is_done_with_the_next_entry(engine, job_id, control):
    give(engine, job_id, "adjust", field="epochs", value=10)
    with reading(engine) as connection:
        (adjust,) = (given.id for given in commands.waiting(connection, job_id))
    orders = Orders(control)
    assert orders.take() == Adjust("epochs", 10)
    assert orders.take() is None
    assert control.done_with(Note("info", "")) == [adjust]


@pytest.mark.parametrize("held_by", [None, "disk"])
def test_leaving_while_it_rests_keeps_the_reason_of_the_rest(engine, job_id, control, leaving, held_by):
    give(engine, job_id, "pause", held_by=held_by)
    orders = Orders(control)
    orders.take()
    leaving.set()
    control._next_look = 0.0
    command = orders.take()
    assert isinstance(command, Leave)
    assert control.held_by == held_by
    assert "while it was paused" in command.message


def test_a_stop_comes_before_leaving(engine, job_id, control, leaving):
    give(engine, job_id, "stop", save=True)
    leaving.set()
    orders = Orders(control)
    assert orders.take() == Stop()
    control._next_look = 0.0
    assert orders.take() is None


def test_why_the_house_pauses_is_remembered_until_a_person_does(engine, job_id, control):
    give(engine, job_id, "pause", message="full", held_by="disk")
    orders = Orders(control)
    orders.take()
    assert control.held_by == "disk"
    give(engine, job_id, "pause")
    control._next_look = 0.0
    orders.take()
    assert control.held_by is None


def test_a_process_that_is_asked_to_end_leaves_once(control, leaving):
    leaving.set()
    orders = Orders(control)
    command = orders.take()
    assert isinstance(command, Leave)
    assert "shutting down" in command.message
    assert control.held_by == SHUTDOWN
    control._next_look = 0.0
    assert orders.take() is None


@pytest.mark.parametrize("ends", ["interrupted", "attempt", "deleted"])
def test_whoever_lost_the_job_stops(engine, job_id, control, ends):
    put(engine, job_id, Status("interrupted", reason="worker_lost"))
    with writing(engine) as connection:
        if ends == "attempt":
            begin_next(connection, job_id)
        elif ends == "deleted":
            remove(connection, job_id)
    assert look_again(control) == [Stop(save=False)]
