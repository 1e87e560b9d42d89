"""A training that is told things, and one that goes on from a checkpoint: the same numbers as undisturbed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ml import keeper as keeper_module
from ml import train as train_module
from ml.checkpoint import load_checkpoint
from ml.checkpoint_files import Name, keep_only, parse_name
from ml.config import TrainConfig
from ml.control import Adjust, Command, Leave, NoControl, Pause, Resume, Step, Stop
from ml.entries import Change, CheckpointSaved, Entry, Metrics, Note, Status
from ml.train import Past, Shelf, train
from tests.made import curve, final, made_images

COLUMNS = ("step", "epoch", "loss", "accuracy", "learning_rate")
EVERYTHING = {
    "architecture": "alexnet",
    "dataset": "digits",
    "augment": True,
    "standardize": True,
    "dropout": 0.5,
    "batch_norm": True,
    "momentum": 0.9,
    "lr_schedule": "cosine",
    "batch_size": 16,
    "epochs": 3,
}
QUICK = {"hidden_sizes": [8], "batch_size": 50, "epochs": 5}


class Script(NoControl):
    """Gives commands once a step is done, {step: [commands]}; each pause is answered by `rests`."""

    def __init__(self, at: dict[int, list[Command]], rests: Sequence[Command] = ()) -> None:
        self.at = dict(at)
        self.rests = list(rests)
        self.step = 0
        self._resting = False

    def commands(self) -> list[Command]:
        due = [step for step in self.at if step <= self.step]
        if self._resting and self.rests:
            self._resting = False
            return [self.rests.pop(0)]
        return [command for step in due for command in self.at.pop(step)]

    def wait(self) -> None:
        assert self.rests, "a pause that nobody ends"
        self._resting = True


@pytest.fixture(autouse=True)
def made_digits(monkeypatch):
    """Few small pictures instead of the real digits; circles stay."""
    real = train_module.load

    def load_made(name, data_directory, device, *cloud):
        if name != "digits":
            return (yield from real(name, data_directory, device, *cloud))
        yield from ()
        return made_images(train=96, test=16, shape=(1, 16, 16))

    monkeypatch.setattr(train_module, "load", load_made)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def run(
    tmp_path: Path,
    fields: dict[str, Any],
    script: Script | None = None,
    past: Past | None = None,
    attempt: int = 1,
) -> list[Entry]:
    """All entries of a training, whose step the script follows."""
    config = TrainConfig.model_validate(fields)
    entries = []
    shelf = Shelf(tmp_path / "checkpoints", attempt)
    original = train_module.update

    def counted(*arguments):
        result = original(*arguments)
        if script is not None:
            script.step += 1
        return result

    train_module.update = counted
    try:
        for entry in train(config, script or NoControl(), tmp_path, past or Past(), shelf):
            entries.append(entry)
    finally:
        train_module.update = original
    return entries


def of(entries: Sequence[Entry], kind: type) -> list[Any]:
    return [entry for entry in entries if isinstance(entry, kind)]


def statuses(entries: Sequence[Entry]) -> list[str]:
    return [entry.status for entry in of(entries, Status)]


def checkpoint(tmp_path: Path, step: int, attempt: int = 1):
    return load_checkpoint(tmp_path / "checkpoints", Name(step, attempt))


def joined(before: list[Entry], step: int, after: list[Entry], split: str = "train") -> dict[str, Any]:
    """The curve up to `step` of one attempt, and the next one's."""
    first, second = curve(before, split), curve(after, split) if has(after, split) else None
    kept = first["step"] <= step
    if second is None:
        return {name: first[name][kept] for name in first}
    return {name: np.concatenate([first[name][kept], second[name]]) for name in first}


def has(entries: list[Entry], split: str) -> bool:
    return any(entry.split == split for entry in of(entries, Metrics))


def assert_same(found: dict[str, Any], expected: dict[str, Any]) -> None:
    for name in COLUMNS:
        if name in expected:
            np.testing.assert_array_equal(found[name], expected[name], err_msg=name)


@pytest.mark.parametrize("step", [1, 4, 6, 9, 18])
def test_what_goes_on_from_a_checkpoint_equals_the_undisturbed_curve(tmp_path, step):
    undisturbed = run(tmp_path / "whole", EVERYTHING)
    assert curve(undisturbed)["step"].tolist() == list(range(1, 19))
    stopped = run(tmp_path, EVERYTHING, Script({step: [Stop()]}))
    assert final(stopped).status in ("stopped", "completed")
    torch.rand(100)  # whatever else the process draws
    resumed = run(tmp_path, EVERYTHING, past=Past(checkpoint(tmp_path, step)), attempt=2)
    for split in ("train", "validation", "test"):
        assert_same(joined(stopped, step, resumed, split), curve(undisturbed, split))
    assert final(resumed).status == "completed"


@pytest.mark.parametrize(
    "fields",
    [
        {"optimizer": "adam", "weight_decay": 0.01, "lr_schedule": "exponential"},
        {
            "batch_size": "full",
            "batch_norm": False,
            "loss": "mse",
            "loss_reduction": "sum",
            "learning_rate": 1e-3,
        },
        {"precision": "bfloat16"},
    ],
)
def test_every_kind_of_training_goes_on_exactly(tmp_path, fields):
    config = {**EVERYTHING, **fields}
    undisturbed = run(tmp_path / "whole", config)
    step = 2 if config["batch_size"] == "full" else 8
    stopped = run(tmp_path, config, Script({step: [Stop()]}))
    resumed = run(tmp_path, config, past=Past(checkpoint(tmp_path, step)), attempt=2)
    assert_same(joined(stopped, step, resumed), curve(undisturbed))


def test_early_stopping_counts_on_after_a_resume(tmp_path):
    config = {"hidden_sizes": [2], "learning_rate": 5.0, "epochs": 500, "batch_size": 10}
    config["early_stopping_patience"] = 3
    undisturbed = run(tmp_path / "whole", config)
    last = int(curve(undisturbed)["step"][-1])
    stopped = run(tmp_path, config, Script({last - 1: [Stop()]}))
    resumed = run(tmp_path, config, past=Past(checkpoint(tmp_path, last - 1)), attempt=2)
    assert_same(joined(stopped, last - 1, resumed), curve(undisturbed))
    assert final(resumed) == final(undisturbed)


def test_a_pause_rests_and_changes_no_number(tmp_path):
    script = Script({7: [Pause()]}, rests=[Resume()])
    paused = run(tmp_path, EVERYTHING, script)
    assert statuses(paused) == ["running", "paused", "running", "completed"]
    assert_same(curve(paused), curve(run(tmp_path / "whole", EVERYTHING)))
    (saved,) = [entry for entry in of(paused, CheckpointSaved) if entry.step == 7]
    before = paused.index(saved)
    assert curve(paused[:before])["step"].tolist() == list(range(1, 8)), "rows come before their checkpoint"


def test_single_steps_of_a_paused_training(tmp_path):
    script = Script({5: [Pause()]}, rests=[Step(), Step(), Step(), Stop()])
    entries = run(tmp_path, EVERYTHING, script)
    assert curve(entries)["step"].tolist() == list(range(1, 9))
    assert statuses(entries) == ["running", "paused", "stopped"]
    assert curve(entries, "test")["step"].tolist() == [0, 6], "a step goes through the evaluation before it"


def test_a_resume_after_a_single_step_lets_it_run(tmp_path):
    script = Script({5: [Pause(), Step(), Step(), Resume()]})
    entries = run(tmp_path, EVERYTHING, script)
    assert statuses(entries) == ["running", "paused", "running", "completed"]
    assert_same(curve(entries), curve(run(tmp_path / "whole", EVERYTHING)))


def test_a_rate_that_is_the_schedules_own_changes_nothing(tmp_path):
    config = {**EVERYTHING, "lr_schedule": "exponential", "lr_gamma": 0.5, "learning_rate": 0.1}
    script = Script({6: [Pause()]}, rests=[Adjust("learning_rate", 0.05), Resume()])  # at epoch 1's end
    entries = run(tmp_path, config, script)
    assert not of(entries, Change)
    assert_same(curve(entries), curve(run(tmp_path / "whole", config)))
    script = Script({6: [Pause()]}, rests=[Adjust("learning_rate", 0.1), Resume()])
    assert of(run(tmp_path / "other", config, script), Change) == [Change(7, "learning_rate", 0.05, 0.1)]


def test_a_newer_wish_wins_over_a_change_of_a_past_that_was_rewound(tmp_path):
    past = Past(None, [Change(8, "learning_rate", 0.1, 0.5), Change(8, "dropout", 0.5, 0.3)])
    config = {**EVERYTHING, "lr_schedule": "constant"}
    entries = run(tmp_path, config, Script({3: [Adjust("learning_rate", 0.01)]}), past, attempt=2)
    assert of(entries, Change) == [Change(4, "learning_rate", 0.1, 0.01)]
    assert set(curve(entries)["learning_rate"].tolist()[3:]) == {0.01}


def test_a_fork_whose_rate_was_given_uses_it_though_the_config_has_it(tmp_path):
    config = {**EVERYTHING, "lr_schedule": "exponential", "lr_gamma": 0.5, "learning_rate": 0.1}
    run(tmp_path, config)
    past = Past(checkpoint(tmp_path, 12), as_fork=True, sets_rate=True)
    assert curve(run(tmp_path / "fork", config, past=past))["learning_rate"].tolist() == [0.1] * 6


def test_a_fork_of_an_early_stopped_training_has_its_patience_again(tmp_path):
    config = {"hidden_sizes": [2], "learning_rate": 5.0, "epochs": 500, "batch_size": 10}
    config["early_stopping_patience"] = 3
    parent = run(tmp_path, config)
    last = int(curve(parent)["step"][-1])
    fork = run(tmp_path / "fork", config, past=Past(checkpoint(tmp_path, last), as_fork=True))
    assert len(set(curve(fork)["epoch"].tolist())) >= 3
    assert final(fork).reason == "early_stopping"


def test_a_pause_inside_an_evaluation_evaluates_once(tmp_path):
    script = Script({}, rests=[Resume()])
    script.at = {6: [Pause()]}  # the last step of epoch 1
    entries = run(tmp_path, EVERYTHING, script)
    assert curve(entries, "validation")["step"].tolist() == [0, 6, 12, 18]
    assert statuses(entries) == ["running", "paused", "running", "completed"]


def test_leaving_ends_as_paused_and_somebody_else_goes_on(tmp_path):
    left = run(tmp_path, EVERYTHING, Script({7: [Leave("the house shuts down")]}))
    assert final(left) == Status("paused", message="the house shuts down")
    resumed = run(tmp_path, EVERYTHING, past=Past(checkpoint(tmp_path, 7)), attempt=2)
    assert_same(joined(left, 7, resumed), curve(run(tmp_path / "whole", EVERYTHING)))


def test_stop_without_saving_keeps_no_new_checkpoint(tmp_path):
    entries = run(tmp_path, EVERYTHING, Script({7: [Stop(save=False)]}))
    assert final(entries).status == "stopped"
    assert curve(entries)["step"].tolist() == list(range(1, 8))
    assert [saved.step for saved in of(entries, CheckpointSaved)] == [6]


def test_the_column_agrees_with_the_change_from_its_step_on(tmp_path):
    config = {**EVERYTHING, "lr_schedule": "exponential", "lr_gamma": 0.5, "learning_rate": 0.1}
    entries = run(tmp_path, config, Script({8: [Adjust("learning_rate", 0.02), Adjust("dropout", 0.1)]}))
    changes = of(entries, Change)
    assert changes == [Change(9, "learning_rate", 0.05, 0.02), Change(9, "dropout", 0.5, 0.1)]
    rates = dict(zip(curve(entries)["step"].tolist(), curve(entries)["learning_rate"].tolist(), strict=True))
    assert [rates[step] for step in (8, 9, 12, 13)] == [0.05, 0.02, 0.02, 0.01]


def test_going_back_to_the_configs_own_rate_is_a_change_too(tmp_path):
    config = {**EVERYTHING, "lr_schedule": "exponential", "lr_gamma": 0.5, "learning_rate": 0.1}
    entries = run(tmp_path, config, Script({14: [Adjust("learning_rate", 0.1)]}))
    assert of(entries, Change) == [Change(15, "learning_rate", 0.025, 0.1)]
    assert curve(entries)["learning_rate"].tolist()[14:] == [0.1] * 4


def test_changes_are_made_again_at_their_step(tmp_path):
    adjusts = {
        4: [Adjust("learning_rate", 0.02)],
        9: [Adjust("dropout", 0.2), Adjust("epochs", 4)],
        14: [Adjust("weight_decay", 0.1)],
    }
    undisturbed = run(tmp_path / "whole", EVERYTHING, Script(adjusts))
    assert curve(undisturbed)["step"].tolist() == list(range(1, 25)), "four epochs now"
    stopped = run(tmp_path, EVERYTHING, Script({**adjusts, 16: [Stop()]}))
    changes = of(stopped, Change)
    for step in (6, 12, 16):
        resumed = run(tmp_path, EVERYTHING, past=Past(checkpoint(tmp_path, step), changes), attempt=2)
        assert_same(joined(stopped, step, resumed), curve(undisturbed))
        assert not of(resumed, Change), "they stand in the log already"
    again = run(tmp_path / "again", EVERYTHING, past=Past(None, changes), attempt=2)
    assert_same(curve(again), curve(undisturbed))


def test_fewer_epochs_than_done_end_after_the_current_one(tmp_path):
    entries = run(tmp_path, EVERYTHING, Script({8: [Adjust("epochs", 1)]}))
    assert of(entries, Change) == [Change(9, "epochs", 3, 2)]
    assert curve(entries)["step"].tolist() == list(range(1, 13))
    assert final(entries).status == "completed"


def test_dropout_can_be_turned_on_where_it_was_off(tmp_path):
    config = {**EVERYTHING, "dropout": 0.0}
    plain = run(tmp_path / "plain", config)
    entries = run(tmp_path, config, Script({8: [Adjust("dropout", 0.9)]}))
    assert_same(joined(entries, 8, []), joined(plain, 8, []))
    assert curve(entries)["loss"][8] != curve(plain)["loss"][8]


def test_a_fork_without_changes_goes_on_like_its_parent(tmp_path):
    parent = run(tmp_path, EVERYTHING)
    fork = run(tmp_path / "fork", EVERYTHING, past=Past(checkpoint(tmp_path, 12), as_fork=True))
    assert curve(fork)["step"].tolist() == list(range(13, 19))
    assert_same(joined(parent, 12, fork), curve(parent))
    assert not has(fork, "validation") or curve(fork, "validation")["step"].tolist() == [18]


def test_a_fork_with_another_rate_optimizer_and_length(tmp_path):
    config = {**EVERYTHING, "lr_schedule": "exponential", "lr_gamma": 0.5}
    run(tmp_path, config)
    changed = {**config, "learning_rate": 0.3, "optimizer": "adam", "momentum": 0.0, "epochs": 4}
    fork = run(tmp_path / "fork", changed, past=Past(checkpoint(tmp_path, 12), as_fork=True))
    assert curve(fork)["learning_rate"].tolist() == [0.3] * 6 + [0.15] * 6
    assert curve(fork)["epoch"].tolist() == [3] * 6 + [4] * 6


def test_short_epochs_are_not_all_saved_but_the_best_and_the_last_are(tmp_path, monkeypatch):
    monkeypatch.setattr(keeper_module, "SHORTEST_SECONDS", 1e9)
    config = {**QUICK, "epochs": 40, "learning_rate": 1.0}
    entries = run(tmp_path, config)
    saved = of(entries, CheckpointSaved)
    accuracy = curve(entries, "validation")["accuracy"].tolist()[1:]
    loss = curve(entries, "validation")["loss"].tolist()[1:]
    best = max(range(40), key=lambda i: (accuracy[i], -loss[i])) + 1
    assert {entry.epoch for entry in saved} >= {5, 10, 15, 20, 25, 30, 35, 40, best}
    assert [entry.epoch for entry in saved if entry.is_best][-1] == best
    assert len(saved) < 25
    kept = checkpoint(tmp_path, best * 4).facts
    assert kept["epoch"] == best
    columns = curve(entries)
    (row,) = np.flatnonzero(columns["step"] == best * 4)
    assert kept["train_seconds"] == pytest.approx(columns["train_seconds"][row], abs=0.01)
    assert kept["train_seconds"] > 0


def test_a_best_epoch_that_is_saved_by_a_pause_at_its_end_is_called_best(tmp_path, monkeypatch):
    monkeypatch.setattr(keeper_module, "SHORTEST_SECONDS", 1e9)
    script = Script({}, rests=[Resume()])
    config = {**QUICK, "epochs": 40, "learning_rate": 1.0}
    original = train_module.Keeper.after_epoch

    def then_pause(self, is_best):
        yield from original(self, is_best)
        if is_best and self._learner.position.epoch == 1:
            script.at[0] = [Pause()]

    monkeypatch.setattr(train_module.Keeper, "after_epoch", then_pause)
    saved = of(run(tmp_path, config, script), CheckpointSaved)
    assert [entry.is_best for entry in saved if entry.step == 4] == [True]


def test_long_epochs_are_saved_inside(tmp_path, monkeypatch):
    monkeypatch.setattr(keeper_module, "LONGEST_SECONDS", 0.0)
    monkeypatch.setattr("ml.recorder.FLUSH_SECONDS", 0.0)
    entries = run(tmp_path, EVERYTHING)
    assert {1, 2, 3, 4, 5} <= {entry.step for entry in of(entries, CheckpointSaved)}


def test_a_disk_that_refuses_is_noted_and_training_goes_on(tmp_path, monkeypatch):
    def full(folder, attempt, checkpoint):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keeper_module, "save_checkpoint", full)
    entries = run(tmp_path, EVERYTHING)
    assert final(entries).status == "completed"
    notes = [note for note in of(entries, Note) if "No space left on device" in note.message]
    assert len(notes) == 3
    assert not of(entries, CheckpointSaved)


def test_a_diverged_training_saves_nothing_of_it(tmp_path):
    config = {
        **EVERYTHING,
        "learning_rate": 1e6,
        "loss_reduction": "sum",
        "batch_norm": False,
        "dropout": 0.0,
    }
    entries = run(tmp_path, config)
    assert final(entries).reason == "diverged"
    last = int(curve(entries)["step"][-1])
    for saved in of(entries, CheckpointSaved):
        assert saved.step < last
        weights = checkpoint(tmp_path, saved.step).weights
        assert all(torch.isfinite(tensor).all() for tensor in weights.values())


def test_an_end_asked_for_while_data_load(tmp_path, monkeypatch):
    def endless(name, data_directory, device, *cloud):
        while True:
            yield Note("info", "decoding")

    monkeypatch.setattr(train_module, "load", endless)
    assert statuses(run(tmp_path, QUICK, Script({0: [Pause(), Leave("later")]}))) == ["running", "paused"]
    assert statuses(run(tmp_path, QUICK, Script({0: [Adjust("epochs", 9), Stop()]}))) == ["stopped"]


def test_keeping_only_some_checkpoints(tmp_path):
    run(tmp_path, EVERYTHING)
    folder = tmp_path / "checkpoints"
    (folder / "1-99.partial").mkdir()
    keep_only(folder, {Name(12, 1)})
    assert [parse_name(path.name) for path in folder.iterdir()] == [Name(12, 1)]
