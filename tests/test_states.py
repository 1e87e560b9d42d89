"""The status table, way by way: what may follow what, and what every control does in every state."""

import itertools

import pytest

from app.jobs import states, steering
from app.jobs.view import job_json
from app.store import commands, processes
from app.store import jobs as job_rows
from app.store.attempts import begin_next, let_go
from app.store.database import reading, writing
from app.store.log import AppendRefused
from ml.entries import Status
from tests.store import PATHS, job_that_is, new_job, parsed, put, row_of

# (status, attempt, waiting commands) after one call of each control, by the state it finds.
EFFECTS = {
    "stop": {
        "queued": ("stopped", 1, []),
        "starting": ("stopping", 1, ["stop"]),
        "running": ("stopping", 1, ["stop"]),
        "paused with worker": ("stopping", 1, ["stop"]),
        "paused": ("stopped", 1, []),
    },
    "pause": {
        "queued": ("paused", 1, []),
        "starting": ("starting", 1, ["pause"]),
        "running": ("running", 1, ["pause"]),
    },
    "resume": {
        "paused with worker": ("paused", 1, ["resume"]),
        "paused": ("queued", 2, []),
        "stopped": ("queued", 2, []),
        "failed": ("queued", 2, []),
        "interrupted": ("queued", 2, []),
    },
    "step": {
        "paused with worker": ("paused", 1, ["step"]),
        "paused": ("queued", 2, ["pause", "step"]),
    },
    "adjust": {
        state: (state.split()[0], 1, ["adjust"])
        for state in ("queued", "starting", "running", "paused with worker", "paused")
    },
}


def call(engine, job_id, control):
    with writing(engine) as connection:
        job = job_rows.get(connection, job_id)
        if control == "stop":
            steering.stop(connection, job, save=True)
        elif control == "adjust":
            steering.adjust(connection, job, {"learning_rate": 0.5})
        else:
            getattr(steering, control)(connection, job)


def look(engine, job_id):
    row = row_of(engine, job_id)
    with reading(engine) as connection:
        waiting = [given.kind for given in commands.waiting(connection, job_id)]
    return row.status, row.attempt, waiting


@pytest.mark.parametrize("state", PATHS)
@pytest.mark.parametrize("control", EFFECTS)
def test_a_control_does_what_the_contract_says_or_nothing(engine, state, control):
    job_id = job_that_is(engine, state)
    before = look(engine, job_id)
    last_seq = row_of(engine, job_id).last_seq
    call(engine, job_id, control)
    expected = EFFECTS[control].get(state, before)
    assert look(engine, job_id) == expected
    if state not in EFFECTS[control]:
        assert row_of(engine, job_id).last_seq == last_seq, "nothing is logged either"


@pytest.mark.parametrize("state", PATHS)
@pytest.mark.parametrize("control", ["stop", "pause", "resume"])
def test_a_control_asked_twice_is_asked_once(engine, state, control):
    job_id = job_that_is(engine, state)
    call(engine, job_id, control)
    once, seq = look(engine, job_id), row_of(engine, job_id).last_seq
    call(engine, job_id, control)
    assert look(engine, job_id) == once
    assert row_of(engine, job_id).last_seq == seq


def test_a_second_step_before_the_first_is_done_is_the_first(engine):
    job_id = job_that_is(engine, "paused with worker")
    call(engine, job_id, "step")
    call(engine, job_id, "step")
    assert look(engine, job_id) == ("paused", 1, ["step"])


@pytest.mark.parametrize(("before", "after"), list(itertools.product(states.TRANSITIONS, repeat=2)))
def test_the_log_takes_the_tables_transitions_and_no_other(engine, before, after):
    job_id = job_that_is(engine, before)
    if states.is_terminal(before) and after == "queued" and states.may_follow(before, after):
        with writing(engine) as connection:
            begin_next(connection, job_id)
        row = row_of(engine, job_id)
        assert (row.status, row.attempt, row.reason, row.finished_at) == ("queued", 2, None, None)
        assert parsed(engine, job_id)[-1]["attempt"] == 2
    elif states.is_terminal(before):
        with pytest.raises(AppendRefused):
            put(engine, job_id, Status(after))
    elif states.may_follow(before, after) or before == after:
        put(engine, job_id, Status(after))
        assert row_of(engine, job_id).status == after
    elif before == "stopping" and after in ("running", "paused"):
        put(engine, job_id, Status(after))
        assert row_of(engine, job_id).status == "stopping", "the stop came first"
    else:
        with pytest.raises(AppendRefused):
            put(engine, job_id, Status(after))
        assert row_of(engine, job_id).status == before


def test_the_table_is_the_contracts():
    assert {"paused", "stopped", "failed", "interrupted"} == states.RESUMABLE
    assert {"completed", "stopped", "failed", "interrupted"} == states.TERMINAL
    assert not states.TRANSITIONS["completed"]
    assert states.TRANSITIONS["running"] & {"queued", "starting"} == set()


def test_the_old_attempt_is_shut_out_of_the_next_one(engine):
    job_id = job_that_is(engine, "interrupted")
    with writing(engine) as connection:
        begin_next(connection, job_id)
    put(engine, job_id, Status("starting"), attempt=2)
    with pytest.raises(AppendRefused):
        put(engine, job_id, Status("running"), attempt=1)


@pytest.mark.parametrize(("control", "status"), [("resume", "queued"), ("pause", "paused")])
def test_a_job_that_is_queued_for_a_single_step_takes_another_wish(engine, control, status):
    job_id = job_that_is(engine, "paused")
    call(engine, job_id, "step")
    call(engine, job_id, control)
    assert look(engine, job_id) == (status, 2, [])


def test_a_resume_after_a_step_that_waits_waits_behind_it(engine):
    job_id = job_that_is(engine, "running")
    call(engine, job_id, "pause")
    with writing(engine) as connection:
        commands.give(connection, job_id, "step")
    call(engine, job_id, "resume")
    assert look(engine, job_id)[2] == ["pause", "step", "resume"]


def test_a_person_may_pause_what_the_house_is_about_to_pause(engine):
    job_id = job_that_is(engine, "running")
    with writing(engine) as connection:
        commands.give(connection, job_id, "pause", held_by="disk")
    for _ in range(2):
        call(engine, job_id, "pause")
    assert look(engine, job_id)[2] == ["pause", "pause"]


@pytest.mark.parametrize(("status", "ends"), [("stopping", "stopped"), ("paused", "paused")])
def test_a_worker_that_lets_go_carries_out_a_stop_that_came_meanwhile(engine, status, ends):
    job_id = job_that_is(engine, "paused with worker")
    if status == "stopping":
        call(engine, job_id, "stop")
    with writing(engine) as connection:
        let_go(connection, "worker", "idle", job_id)
        assert processes.get(connection, "worker").job_id is None
    assert look(engine, job_id) == (ends, 1, [])


@pytest.mark.parametrize("control", ["resume", "pause"])
def test_what_contradicts_a_waiting_wish_waits_behind_it(engine, control):
    state, first = ("running", "pause") if control == "resume" else ("paused with worker", "resume")
    job_id = job_that_is(engine, state)
    call(engine, job_id, first)
    call(engine, job_id, control)
    assert look(engine, job_id)[2] == [first, control]


def test_stop_takes_away_the_restart_of_an_interrupted_job(engine):
    job_id = job_that_is(engine, "running")
    put(engine, job_id, Status("interrupted", reason="worker_lost"))
    assert job_json(row_of(engine, job_id))["will_restart"]
    call(engine, job_id, "stop")
    row = row_of(engine, job_id)
    assert (row.status, row.restarts_left) == ("interrupted", 0)
    assert not job_json(row)["will_restart"]


def test_a_pause_of_what_the_house_paused_keeps_it_paused(engine):
    job_id = job_that_is(engine, "paused")
    with writing(engine) as connection:
        job_rows.change(connection, job_id, held_by="shutdown")
    call(engine, job_id, "pause")
    assert row_of(engine, job_id).held_by is None


def test_a_resumed_job_waits_behind_the_others(engine):
    job_id = job_that_is(engine, "stopped")
    others = [new_job(engine), new_job(engine)]
    call(engine, job_id, "resume")
    assert [row_of(engine, one).queue_position for one in (*others, job_id)] == [1, 2, 3]


def test_adjusts_outlive_an_attempt_and_wishes_do_not(engine):
    job_id = job_that_is(engine, "running")
    call(engine, job_id, "adjust")
    call(engine, job_id, "pause")
    put(engine, job_id, Status("interrupted", reason="worker_lost"))
    call(engine, job_id, "resume")
    assert look(engine, job_id) == ("queued", 2, ["adjust"])
