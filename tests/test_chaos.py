"""The short form of chaos: a fault of each family, done to a real product. `make soak` is the long one."""

import random

import pytest

from tests.chaos.soak import Soak, stage

KINDS = (
    "worker killed",
    "worker asked to end",
    "supervisor frozen for a moment",
    "supervisor killed after the clock was set",
    "database away",
    "all without room",
    "newest checkpoint torn",
    "server without file descriptors",
)


@pytest.mark.timeout(600)  # a minute of faults; on a busy machine each start of a process takes long
def test_nothing_is_lost_and_no_status_is_wrong_after_a_fault_of_each_family(tmp_path):
    with stage(tmp_path, random.Random(7)) as scene:
        soak = Soak(scene, KINDS, print, per_job=(len(KINDS), len(KINDS)))
        soak.run(len(KINDS))
    assert soak.wrong == []
    assert scene.truth.wrong == []
    assert soak.table.recovered == soak.table.injected == len(KINDS)
