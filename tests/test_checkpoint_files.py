"""Checkpoints on the disk: whole or not there, checked before they are believed, kept as long as needed."""

import json
import subprocess
import sys
import time
from functools import partial

import pytest

from app.jobs.past import last_good
from app.jobs.retention import Retention, kept
from app.jobs.saved import Saved, changes_of, surviving_checkpoints
from ml.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from ml.checkpoint_files import (
    FACTS,
    STATE,
    WEIGHTS,
    BadCheckpoint,
    Name,
    inherit,
    keep_only,
    parse_name,
    read_facts,
    recover,
    size,
)
from tests.product import eventually


def saved(step, epoch, attempt=1, is_best=False):
    return Saved(Name(step, attempt), epoch, is_best)


@pytest.fixture
def folder(tmp_path):
    import torch

    for step in (10, 20, 30):
        weights = {"layer.weight": torch.full((3, 4), float(step))}
        facts = {"step": step, "epoch": step // 10, "is_evaluated": step != 30}
        save_checkpoint(tmp_path, 1, Checkpoint(facts, weights, {"random.cpu": torch.arange(5)}))
    return tmp_path


def test_what_was_written_is_read(folder):
    found = load_checkpoint(folder, Name(20, 1))
    assert (found.step, found.epoch) == (20, 2)
    assert found.weights["layer.weight"].tolist() == [[20.0] * 4] * 3
    assert size(folder, Name(20, 1)) == sum(path.stat().st_size for path in (folder / "1-20").iterdir())
    assert size(folder, Name(21, 1)) is None


@pytest.mark.parametrize("file", [FACTS, WEIGHTS, STATE])
@pytest.mark.parametrize("harm", ["flipped", "torn", "gone", "empty"])
def test_a_damaged_one_is_named_and_the_one_before_it_used(folder, file, harm):
    path = folder / "1-30" / file
    content = bytearray(path.read_bytes())
    if harm == "flipped":
        content[len(content) // 2] ^= 1
    path.write_bytes(content[: len(content) // 2] if harm == "torn" else b"" if harm == "empty" else content)
    if harm == "gone":
        path.unlink()
    with pytest.raises(BadCheckpoint):
        load_checkpoint(folder, Name(30, 1))
    found, remaining, notes = last_good(folder, [saved(10, 1), saved(20, 2), saved(30, 3)])
    assert found.step == 20
    assert [one.name.step for one in remaining] == [10, 20]
    (note,) = notes
    assert note.level == "warning"
    assert "step 30" in note.message
    assert "1-30" in note.message


def test_when_all_are_damaged_it_begins_anew(folder):
    for step in (10, 20, 30):
        (folder / f"1-{step}" / WEIGHTS).unlink()
    found, remaining, notes = last_good(folder, [saved(10, 1), saved(20, 2), saved(30, 3)])
    assert (found, remaining) == (None, [])
    assert len(notes) == 3
    assert "the beginning" in notes[-1].message


def test_one_from_before_an_evaluation_that_is_logged_is_passed_over(folder):
    every = [saved(10, 1), saved(20, 2), saved(30, 3)]
    assert last_good(folder, every)[0].step == 30
    assert last_good(folder, every, evaluated={20, 30})[0].step == 20
    forked = [saved(30, 3, attempt=0)]
    inherit(folder, Name(30, 1), folder)
    assert last_good(folder, forked, evaluated={30})[0].step == 30, "it has no other"


def test_facts_that_somebody_edited_are_not_believed(folder):
    path = folder / "1-30" / FACTS
    sealed = json.loads(path.read_bytes())
    sealed["body"] = sealed["body"].replace('"epoch": 3', '"epoch": 4')
    path.write_text(json.dumps(sealed))
    with pytest.raises(BadCheckpoint, match="checksum"):
        read_facts(folder, Name(30, 1))


def stamp(path):
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def was_replaced(path, before):
    return stamp(path) not in (0, before)


def test_a_writer_that_is_killed_leaves_the_last_good_one(folder):
    """Killed at many moments while it replaces the same step over and over."""
    code = (
        "import sys, torch\n"
        "from pathlib import Path\n"
        "from ml.checkpoint import Checkpoint, save_checkpoint\n"
        "torch.set_num_threads(1)\n"
        "for n in range(10**6):\n"
        "    weights = {'layer.weight': torch.full((200, 200), float(n))}\n"
        "    facts = {'step': 40, 'epoch': 4, 'n': n}\n"
        "    made = Checkpoint(facts, weights, {'random.cpu': torch.arange(5)})\n"
        "    save_checkpoint(Path(sys.argv[1]), 1, made)\n"
    )
    final = folder / "1-40"
    for delay in (0.0, 0.003, 0.007, 0.011):
        child = subprocess.Popen([sys.executable, "-c", code, str(folder)])
        before = stamp(final)
        eventually(partial(was_replaced, final, before), 30, "a checkpoint", every=0.001)
        time.sleep(delay)  # the moment of the kill, not a wait for something
        child.kill()
        child.wait()
        recover(folder)
        found = load_checkpoint(folder, Name(40, 1))
        assert found.weights["layer.weight"].unique().tolist() == [float(found.facts["n"])]
    keep_only(folder, {Name(40, 1)})
    assert [path.name for path in folder.iterdir()] == ["1-40"]


def test_a_fork_gets_files_of_its_own(folder, tmp_path_factory):
    fork = tmp_path_factory.mktemp("jobs") / "fork"
    inherit(folder, Name(20, 1), fork)
    keep_only(folder, set())
    assert load_checkpoint(fork, Name(20, 0)).step == 20
    assert [path.name for path in fork.iterdir()] == ["0-20"]


@pytest.mark.parametrize("text", ["1-20.partial", "1-20.replaced", "x-20", "-20", "1-", "1-٣", "supervisor"])
def test_other_names_are_no_checkpoints(text):
    assert parse_name(text) is None


def test_the_last_the_best_and_evenly_spread_ones_are_kept():
    every = [saved(10 * epoch, epoch, is_best=epoch in (3, 7)) for epoch in range(1, 42)]
    names = kept(every, epochs=80)
    assert {name.step // 10 for name in names} == {7, 10, 20, 30, 40, 41}
    assert Name(70, 1) in names, "the best one"
    assert kept([saved(5, 1, attempt=0), *every], epochs=80) >= {Name(5, 0)}, "what a fork began with"


def test_retention_tidies_after_each_entry(folder):
    retention = Retention(folder, [saved(10, 1), saved(20, 2, is_best=True)], epochs=800)
    retention.add(saved(30, 3))
    assert sorted(path.name for path in folder.iterdir()) == ["1-20", "1-30"]


def entry(seq, kind, **fields):
    return json.dumps({"seq": seq, "type": kind, "attempt": 1, "at": "now", **fields})


def test_rewinds_void_checkpoints_and_keep_changes():
    texts = [
        entry(1, "checkpoint", step=10, epoch=1, is_best=True),
        entry(2, "change", step=15, field="epochs", before=5, after=9),
        entry(3, "checkpoint", step=20, epoch=2, is_best=False),
        entry(4, "rewind", to_step=10),
        entry(5, "change", step=12, field="dropout", before=0, after=0.5),
        entry(6, "checkpoint", step=30, epoch=3, is_best=False),
    ]
    assert [one.name.step for one in surviving_checkpoints(texts, None)] == [10, 30]
    forked = surviving_checkpoints(texts, {"job_id": "x", "step": 5, "epoch": 1})
    assert [one.name for one in forked] == [Name(5, 0), Name(10, 1), Name(30, 1)]
    assert [(change.step, change.after) for change in changes_of(texts)] == [(12, 0.5), (15, 9)]


def test_a_newer_change_takes_the_place_of_a_later_step_that_was_rewound():
    texts = [
        entry(1, "change", step=5, field="epochs", before=3, after=4),
        entry(2, "change", step=15, field="epochs", before=4, after=9),
        entry(3, "change", step=15, field="dropout", before=0, after=0.1),
        entry(4, "rewind", to_step=10),
        entry(5, "change", step=12, field="epochs", before=4, after=7),
    ]
    found = [(change.step, change.field, change.after) for change in changes_of(texts)]
    assert found == [(5, "epochs", 4), (12, "epochs", 7), (15, "dropout", 0.1)]
