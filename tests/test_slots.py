"""First come, first served, device by device."""

from hypothesis import given
from hypothesis import strategies as st

from app.jobs.slots import Waiting, acceptable, assignments

CPU = {"cpu": 1}
GPUS = {"cpu": 1, "cuda:0": 1, "cuda:1": 1}


def queue(*devices):
    return [Waiting(str(number), device) for number, device in enumerate(devices)]


def test_auto_means_a_gpu_where_there_is_one():
    assert acceptable("auto", list(CPU)) == ["cpu"]
    assert acceptable("auto", list(GPUS)) == ["cuda:0", "cuda:1"]
    assert acceptable("cuda", list(CPU)) == []
    assert acceptable("cuda:1", list(GPUS)) == ["cuda:1"]


def test_the_first_gets_the_slot():
    assert assignments(queue("auto", "cpu"), CPU, {}) == [("0", "cpu")]
    assert assignments(queue("cpu"), CPU, {"cpu": 1}) == []


def test_nobody_overtakes_a_job_that_waits_for_the_same_device():
    used = {"cuda:0": 1, "cuda:1": 1}
    assert assignments(queue("cuda", "cuda:1", "cpu"), GPUS, used) == [("2", "cpu")]
    # cuda:1 is free, but the first waits for cuda:0 only and keeps nobody from it
    assert assignments(queue("cuda:0", "cuda:1"), GPUS, {"cuda:0": 1}) == [("1", "cuda:1")]


def test_a_job_for_a_missing_device_blocks_nobody():
    assert assignments(queue("cuda:7", "cpu"), CPU, {}) == [("1", "cpu")]


@given(
    st.lists(st.sampled_from(["auto", "cpu", "cuda", "cuda:0", "cuda:1"]), max_size=8),
    st.dictionaries(st.sampled_from(list(GPUS)), st.integers(0, 1)),
)
def test_slots_are_never_exceeded_and_the_order_is_kept(devices, used):
    chosen = assignments(queue(*devices), GPUS, used)
    for name in GPUS:
        assert sum(device == name for _, device in chosen) + used.get(name, 0) <= 1
    started = {int(job_id) for job_id, _ in chosen}
    for later in started:
        for earlier in set(range(later)) - started:
            assert devices[earlier] != devices[later]
