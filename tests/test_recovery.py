"""What goes on by itself: after a lost worker, a shutdown, a full disk; and who makes room for whom."""

import pytest

from app.jobs.progress import Progress
from app.jobs.recovery import DISK, FIRST_RESTART_SECONDS, Recovery, end_job
from app.jobs.room import give_room, hold_all, warn_all
from app.jobs.slots import Waiting
from app.jobs.writer import Attempt, LogWriter
from app.store import commands, devices, processes
from app.store import jobs as job_rows
from app.store.attempts import begin_next
from app.store.database import reading, writing
from ml.entries import CheckpointSaved, Status
from tests.store import PLAN, job_that_is, new_job, parsed, put, row_of


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def recovery(engine, clock):
    return Recovery(engine, clock)


def lose(engine, job_id):
    with writing(engine) as connection:
        end_job(connection, job_id, "interrupted", "worker_lost", "gone")


def run_again(engine, job_id):
    attempt = row_of(engine, job_id).attempt
    put(engine, job_id, Status("starting"), Status("running"), attempt=attempt)


def kinds(engine, job_id):
    with reading(engine) as connection:
        return [given.kind for given in commands.waiting(connection, job_id)]


def test_a_lost_job_starts_again_ever_later_and_only_three_times(engine, clock, recovery):
    job_id = job_that_is(engine, "running")
    for number in range(3):
        lose(engine, job_id)
        recovery.look(disk_is_full=False)
        assert recovery.is_waiting
        clock.now += FIRST_RESTART_SECONDS * 2**number - 1
        recovery.look(disk_is_full=False)
        assert row_of(engine, job_id).status == "interrupted"
        clock.now += 2
        recovery.look(disk_is_full=False)
        assert (row_of(engine, job_id).status, row_of(engine, job_id).attempt) == ("queued", number + 2)
        assert f"restart {number + 1} of 3" in parsed(engine, job_id)[-1]["message"]
        run_again(engine, job_id)
    lose(engine, job_id)
    clock.now += 1e6
    recovery.look(disk_is_full=False)
    assert row_of(engine, job_id).status == "interrupted"
    assert not recovery.is_waiting


def test_a_checkpoint_counts_anew(engine):
    job_id = job_that_is(engine, "running")
    with writing(engine) as connection:
        job_rows.change(connection, job_id, restarts_left=1)
    writer = LogWriter(engine, Attempt(job_id, 1), Progress(PLAN))
    writer.write(CheckpointSaved(1, 9, is_best=False), restarts_left=3)
    assert row_of(engine, job_id).restarts_left == 3


@pytest.mark.parametrize("state", ["paused with worker", "stopping"])
def test_what_a_person_wanted_at_rest_does_not_start_again(engine, clock, recovery, state):
    job_id = job_that_is(engine, state)
    lose(engine, job_id)
    recovery.look(disk_is_full=False)
    clock.now += 1e6
    recovery.look(disk_is_full=False)
    assert row_of(engine, job_id).status == "interrupted"


def test_other_ends_are_left_alone(engine, clock, recovery):
    ended = [job_that_is(engine, state) for state in ("failed", "stopped", "completed")]
    recovery.look(disk_is_full=False)
    clock.now += 1e6
    recovery.look(disk_is_full=False)
    assert [row_of(engine, job_id).attempt for job_id in ended] == [1, 1, 1]


def test_a_manual_resume_meanwhile_is_not_doubled(engine, clock, recovery):
    job_id = job_that_is(engine, "running")
    lose(engine, job_id)
    recovery.look(disk_is_full=False)
    with writing(engine) as connection:
        begin_next(connection, job_id)
    clock.now += 1e6
    recovery.look(disk_is_full=False)
    assert row_of(engine, job_id).attempt == 2


def test_what_a_shutdown_paused_is_queued_again(engine, recovery):
    job_id = job_that_is(engine, "paused")
    with writing(engine) as connection:
        job_rows.change(connection, job_id, held_by="shutdown")
    recovery.look(disk_is_full=False)
    row = row_of(engine, job_id)
    assert (row.status, row.attempt, row.held_by) == ("queued", 2, None)


def test_what_the_house_interrupted_goes_before_those_that_wait(engine, recovery):
    job_id = job_that_is(engine, "paused")
    waiting = new_job(engine)
    with writing(engine) as connection:
        job_rows.change(connection, job_id, held_by="shutdown")
    recovery.look(disk_is_full=False)
    assert (row_of(engine, job_id).queue_position, row_of(engine, waiting).queue_position) == (1, 2)


def test_a_job_that_the_disk_held_starts_again_after_its_worker_was_lost(engine, clock, recovery):
    job_id = job_that_is(engine, "paused with worker")
    with writing(engine) as connection:
        job_rows.change(connection, job_id, held_by=DISK)
    lose(engine, job_id)
    recovery.look(disk_is_full=False)
    clock.now += FIRST_RESTART_SECONDS + 1
    recovery.look(disk_is_full=False)
    assert row_of(engine, job_id).status == "queued"


def test_what_a_person_paused_stays_paused(engine, recovery):
    job_id = job_that_is(engine, "paused")
    recovery.look(disk_is_full=False)
    assert row_of(engine, job_id).status == "paused"


def test_a_full_disk_holds_and_room_lets_go_on(engine, recovery):
    job_id = job_that_is(engine, "running")
    for _ in range(2):
        with writing(engine) as connection:
            hold_all(connection, "full")
    with reading(engine) as connection:
        (given,) = commands.waiting(connection, job_id)
    assert (given.kind, given.arguments) == ("pause", {"held_by": DISK, "message": "full"})
    put(engine, job_id, Status("paused", message="full"))
    with writing(engine) as connection:
        commands.clear_wishes(connection, job_id)
        job_rows.change(connection, job_id, held_by=DISK)
    recovery.look(disk_is_full=True)
    assert recovery.is_waiting
    assert kinds(engine, job_id) == []
    recovery.look(disk_is_full=False)
    recovery.look(disk_is_full=False)
    assert kinds(engine, job_id) == ["resume"], "its worker still holds it; asked once"


def test_low_room_is_said_in_every_running_jobs_log(engine):
    job_id = job_that_is(engine, "running")
    waiting = new_job(engine)
    with writing(engine) as connection:
        warn_all(connection, "Only 3 MB are free")
    assert parsed(engine, job_id)[-1]["message"] == "Only 3 MB are free"
    assert parsed(engine, waiting)[-1]["type"] == "status"


@pytest.mark.parametrize(("wish", "left"), [("resume", []), ("step", ["pause", "step"])])
def test_a_wish_that_came_while_the_worker_left_is_heard(engine, recovery, wish, left):
    job_id = job_that_is(engine, "paused")
    with writing(engine) as connection:
        commands.give(connection, job_id, wish)
    recovery.look(disk_is_full=False)
    assert (row_of(engine, job_id).status, row_of(engine, job_id).attempt) == ("queued", 2)
    assert kinds(engine, job_id) == left


def room_for(engine, *devices_wanted, slots):
    queue = [Waiting(f"job{i}", device) for i, device in enumerate(devices_wanted)]
    with writing(engine) as connection:
        give_room(connection, queue, slots, devices.holders(connection))


def test_a_paused_job_gives_way_once_to_one_that_waits(engine):
    job_id = job_that_is(engine, "paused with worker")
    with writing(engine) as connection:
        job_rows.change(connection, job_id, device="cpu")
    room_for(engine, slots={"cpu": 1})
    assert kinds(engine, job_id) == [], "nobody waits"
    room_for(engine, "cuda:0", slots={"cpu": 1, "cuda:0": 1})
    assert kinds(engine, job_id) == [], "it waits for another device"
    room_for(engine, "cpu", slots={"cpu": 2})
    assert kinds(engine, job_id) == [], "there is a free slot"
    room_for(engine, "auto", slots={"cpu": 1})
    room_for(engine, "auto", slots={"cpu": 1})
    assert kinds(engine, job_id) == ["leave"]


def test_a_running_job_gives_no_way(engine):
    job_id = job_that_is(engine, "running")
    with writing(engine) as connection:
        job_rows.change(connection, job_id, device="cpu")
    room_for(engine, "cpu", slots={"cpu": 1})
    assert kinds(engine, job_id) == []


def test_slots_are_held_by_active_jobs_and_paused_ones_with_a_worker(engine):
    with_worker = job_that_is(engine, "paused with worker")
    without = job_that_is(engine, "paused")
    with reading(engine) as connection:
        held = [job_id for job_id, _, _ in devices.holders(connection)]
    assert held == [with_worker]
    assert without not in held
    with writing(engine) as connection:
        processes.remove(connection, ["worker"])
        assert devices.holders(connection) == []
