"""The supervisor's decisions, with workers that are rows; and its deeds, with real processes."""

import dataclasses
import errno
import fcntl
import itertools
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from sqlalchemy import update

from app.jobs.crew import Crew
from app.jobs.roster import Roster
from app.jobs.supervisor import Supervisor
from app.jobs.work import AlreadySupervised, supervise
from app.settings import Settings
from app.store import processes
from app.store.database import reading, writing
from app.store.schema import processes as table
from ml.entries import Status
from tests.product import LIVETRAIN, Product, eventually
from tests.store import FakeWorker, new_job, new_store, parsed, put, row_of

LONG = {"epochs": 1_000_000, "hidden_sizes": [16], "batch_size": 20}


class PaperCrew:
    """Workers that exist only as rows; `dead` holds the ids of those that died."""

    def __init__(self):
        self.started = []
        self.dead = set()
        self.ended = []

    def start(self, worker_id):
        self.started.append(worker_id)
        return os.getpid()

    def is_alive(self, worker):
        return worker.id not in self.dead

    def end(self, worker):
        self.ended.append(worker.id)

    def epitaph(self, worker):
        return "The worker process ended unexpectedly: killed."

    def tidy_logs(self, living):
        list(living)


@pytest.fixture
def crew():
    return PaperCrew()


@pytest.fixture
def supervisor(engine, crew, tmp_path):
    return Supervisor(engine, crew, tmp_path, cpu_slots=1)


def warm(engine, crew):
    """Every worker that was started is warm now."""
    with writing(engine) as connection:
        for worker in processes.of_kind(connection, "worker"):
            if worker.state == "warming":
                processes.enter(connection, worker.id, "idle")


def workers(engine):
    with reading(engine) as connection:
        return {worker.id: worker for worker in processes.of_kind(connection, "worker")}


def test_one_worker_more_than_slots_is_kept_warm(engine, crew, tmp_path):
    supervisor = Supervisor(engine, crew, tmp_path, cpu_slots=2)
    for _ in range(3):
        supervisor.look()
    assert len(crew.started) == len(workers(engine)) == 3


def test_the_queue_is_served_in_order_one_per_slot(engine, crew, supervisor):
    first, second = new_job(engine), new_job(engine)
    supervisor.look()
    assert row_of(engine, first).status == "queued", "nobody is warm yet"
    warm(engine, crew)
    supervisor.look()
    supervisor.look()
    row = row_of(engine, first)
    assert (row.status, row.device) == ("starting", "cpu")
    assert row.threads == 1, "circles are not worth more"
    assert row.started_at is not None
    assert row_of(engine, second).status == "queued"
    assert row_of(engine, second).queue_position == 1
    assert [worker.job_id for worker in workers(engine).values() if worker.state == "busy"] == [first]
    put(engine, first, Status("running"), Status("completed"))
    supervisor.look()
    assert row_of(engine, second).status == "starting"


def test_a_dead_workers_group_is_ended_before_the_truth_is_written(engine, crew, supervisor):
    first, second = new_job(engine), new_job(engine)
    supervisor.look()
    warm(engine, crew)
    supervisor.look()
    (busy,) = [worker for worker in workers(engine).values() if worker.job_id == first]
    crew.dead.add(busy.id)
    seen_at_the_end = []
    crew.end = lambda worker: seen_at_the_end.append(row_of(engine, first).status)
    supervisor.look()
    assert seen_at_the_end == ["starting"]
    row = row_of(engine, first)
    assert (row.status, row.reason) == ("interrupted", "worker_lost")
    assert "killed" in row.error
    assert busy.id not in workers(engine)
    supervisor.look()
    assert row_of(engine, second).status == "starting", "the slot is free, the queue goes on"


def test_a_worker_that_ended_its_job_before_dying_changes_nothing(engine, crew, supervisor):
    job_id = new_job(engine)
    supervisor.look()
    warm(engine, crew)
    supervisor.look()
    put(engine, job_id, Status("running"), Status("completed"))
    crew.dead.update(workers(engine))
    supervisor.look()
    assert row_of(engine, job_id).status == "completed"


def test_a_frozen_worker_is_ended(engine, crew, supervisor):
    job_id = new_job(engine)
    supervisor.look()
    warm(engine, crew)
    supervisor.look()
    moment = [time.monotonic()]
    for fresh in supervisor._roster.heartbeats.values():
        fresh._clock = lambda: moment[0]
    for _ in range(12):
        moment[0] += 0.75
        with writing(engine) as connection:
            for worker in workers(engine).values():
                if worker.job_id is None:
                    processes.beat(connection, worker.id)
        supervisor.look()
    row = row_of(engine, job_id)
    assert (row.status, row.reason) == ("interrupted", "worker_lost")
    assert "no sign of life" in row.error
    assert len(crew.ended) == 1


def test_a_job_that_no_worker_can_take_fails_after_three_tries(engine, crew, supervisor):
    job_id = new_job(engine)
    ticks = itertools.count(step=10.0)
    supervisor._roster.warmth._clock = lambda: next(ticks)
    for _ in range(30):
        supervisor.look()
        crew.dead.update(crew.started)
        if row_of(engine, job_id).status != "queued":
            break
    row = row_of(engine, job_id)
    assert (row.status, row.reason) == ("failed", "start_failed")
    assert "No worker could be started" in row.error
    assert 3 <= len(crew.started) <= 10


def test_idle_without_a_server_it_ends_with_its_workers(engine, crew, tmp_path):
    supervisor = Supervisor(engine, crew, tmp_path, cpu_slots=1, until_idle=True)
    moment = [0.0]
    supervisor._server._clock = lambda: moment[0]
    supervisor._server._changed = supervisor._server._observed = 0.0
    job_id = new_job(engine)
    for _ in range(40):
        moment[0] += 1
        assert supervisor.look(), "a job waits"
    warm(engine, crew)
    put(engine, job_id, Status("stopped", reason="requested"))
    alive = True
    for _ in range(40):
        moment[0] += 1
        alive = alive and supervisor.look()
    assert not alive
    assert workers(engine) == {}
    assert len(crew.ended) == 2


def test_a_second_supervisor_is_refused(tmp_path):
    with (tmp_path / "supervisor.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(AlreadySupervised, match="already works"):
            supervise(Settings(data_dir=tmp_path), until_idle=True)
        done = subprocess.run(
            [LIVETRAIN, "work", "--data-dir", str(tmp_path)], capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 1
        assert "already works" in done.stderr


def test_a_crew_ends_the_whole_process_group(tmp_path, engine):
    crew = Crew("sqlite://", tmp_path)
    child = subprocess.Popen(
        [sys.executable, "-c", "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    leader = psutil.Process(child.pid)
    (grandchild,) = eventually(leader.children, 10, "a grandchild")
    with writing(engine) as connection:
        processes.register(connection, "w", "worker", "busy", child.pid)
    worker = workers(engine)["w"]
    assert crew.is_alive(worker)
    leader.kill()
    eventually(lambda: not crew.is_alive(worker), 5, "the zombie to count as dead")
    crew.end(worker)
    eventually(lambda: not grandchild.is_running() or grandchild.status() == "zombie", 5, "the group's end")
    child.stdin.close()
    child.wait()


def test_a_crew_touches_nobody_under_the_number_of_a_worker_elsewhere(tmp_path, engine):
    crew = Crew("sqlite://", tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True
    ) as somebody:
        with writing(engine) as connection:
            processes.register(connection, "w", "worker", "busy", somebody.pid)
        elsewhere = dataclasses.replace(workers(engine)["w"], place="another container")
        assert crew.is_alive(elsewhere)
        crew.end(elsewhere)
        somebody.communicate(b"\n", timeout=10)
        assert somebody.returncode == 0, "it ended by itself"
    assert crew.is_alive(elsewhere), "of it only the heartbeat tells"
    assert "it is gone" in crew.epitaph(elsewhere)


def test_leaving_does_not_wait_for_workers_elsewhere(engine, crew):
    with writing(engine) as connection:
        processes.register(connection, "gone", "worker", "busy")
        connection.execute(update(table).where(table.c.id == "gone").values(place="a killed container"))
    began = time.monotonic()
    Roster(engine, crew).shut_down(lambda: None)
    assert time.monotonic() - began < 10
    assert set(workers(engine)) == {"gone"}
    assert not crew.ended


def test_long_logs_are_cut_and_old_ones_forgotten(tmp_path):
    logs = tmp_path / "logs"
    logs.mkdir()
    for number in range(40):
        path = logs / f"worker-{number}.log"
        path.write_text("x" * (2_000_000 if number == 39 else 10))
        os.utime(path, (number, number))
    Crew("sqlite://", tmp_path).tidy_logs(["0"])
    assert len(list(logs.iterdir())) == 31
    assert (logs / "worker-0.log").exists(), "it lives"
    assert (logs / "worker-39.log").stat().st_size == 0


def worker_of(product, job_id):
    """The process that trains the job."""
    engine = new_store(product.data_directory)
    (found,) = [worker for worker in workers(engine).values() if worker.job_id == job_id]
    engine.dispose()
    return found.pid


def supervisor_of(product):
    (found,) = [process for process in product.processes() if "work" in process.cmdline()]
    return found


def test_killed_frozen_stopped_and_orphaned(own_product: Product):
    product = own_product
    first, second, third = (product.create(**LONG)["id"] for _ in range(3))
    product.wait(first, "running", seconds=60)

    began = time.monotonic()
    os.kill(worker_of(product, first), signal.SIGKILL)
    job = product.wait(first, "interrupted", seconds=20)
    assert time.monotonic() - began < 5
    assert job["reason"] == "worker_lost"
    assert "SIGKILL" in job["error"]
    assert list(product.entries(first))[-1]["status"] == "interrupted"

    product.wait(second, "running", seconds=60)
    supervisor_of(product).kill()
    eventually(lambda: product.job(second)["step"] > 100, 20, "training without a supervisor")
    eventually(lambda: product.http.get("/api/health").status_code == 200, 30, "another supervisor")
    assert product.job(second)["status"] == "running"

    began = time.monotonic()
    os.kill(worker_of(product, second), signal.SIGSTOP)
    assert product.wait(second, "interrupted", seconds=30)["reason"] == "worker_lost"
    assert time.monotonic() - began < 12

    product.wait(third, "running", seconds=60)
    began = time.monotonic()
    assert product.http.post(f"/api/jobs/{third}/stop").status_code == 202
    job = product.wait(third, "stopped", seconds=20)
    assert time.monotonic() - began < 2
    assert job["reason"] == "requested"


def test_a_stopping_job_whose_worker_dies_is_interrupted(engine, crew, supervisor):
    job_id = new_job(engine)
    supervisor.look()
    warm(engine, crew)
    supervisor.look()
    put(engine, job_id, Status("stopping", reason="requested"))
    crew.dead.update(worker.id for worker in workers(engine).values() if worker.job_id)
    supervisor.look()
    assert [entry["status"] for entry in parsed(engine, job_id)][-2:] == ["stopping", "interrupted"]


def test_a_job_without_a_worker_row_frees_its_slot(engine, crew, supervisor):
    lost, waiting = new_job(engine), new_job(engine)
    FakeWorker(engine, lost)
    supervisor.look()
    assert row_of(engine, lost).status == "interrupted"
    supervisor.look()
    warm(engine, crew)
    supervisor.look()
    assert row_of(engine, waiting).status == "starting"


@pytest.mark.parametrize(
    "trouble", [OSError(errno.EMFILE, "Too many open files"), OSError(errno.ENOSPC, "full")]
)
def test_a_supervisor_outlives_a_look_for_which_the_machine_had_nothing_left(engine, crew, tmp_path, trouble):
    class Twice(Supervisor):
        looks = 0

        def look(self):
            self.looks += 1
            self._bell.ring()
            if self.looks == 1:
                raise trouble
            return self.looks < 3

    supervisor = Twice(engine, crew, tmp_path, cpu_slots=1)
    supervisor.run()
    assert supervisor.looks == 3


def test_a_supervisor_says_that_it_is_there_in_place_of_the_one_before(engine, crew, tmp_path):
    with writing(engine) as connection:
        processes.register(connection, "before", "supervisor", "working")
    Supervisor(engine, crew, tmp_path, cpu_slots=1).look()
    with reading(engine) as connection:
        (row,) = processes.of_kind(connection, "supervisor")
    assert row.id != "before"


def test_a_worker_that_was_silent_before_this_supervisor_came_is_not_given_the_whole_time(engine, crew):
    with writing(engine) as connection:
        processes.register(connection, "w1", "worker", "idle")
        for silent, wanted in ((0.0, 0.0), (2.0, 2.0), (3600.0, 4.0), (-3600.0, 0.0)):
            heartbeat = time.time() - silent
            connection.execute(update(table).values(heartbeat_at=heartbeat))
            (worker,) = processes.of_kind(connection, "worker")
            roster = Roster(engine, crew)
            assert roster.living([worker]) == [worker]
            found = roster.heartbeats["w1"].silent_seconds(worker.heartbeat_at)
            assert found == pytest.approx(wanted, abs=0.5), "clocks may have been set: never all of it"
