"""The boundary's pictures: what the network says over the plane, and never more than 500 of them."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ml import train as train_module
from ml.checkpoint import load_checkpoint
from ml.checkpoint_files import Name
from ml.config import TrainConfig
from ml.control import Adjust, Leave, NoControl
from ml.entries import Change, Entry, Snapshot, Status
from ml.snapshots import boundary, moments, observer
from ml.snapshots.moments import MOST, stretch
from ml.train import Past, Shelf, train
from tests.made import curve
from tests.test_steering import Script

QUICK = {"hidden_sizes": [5], "batch_size": 60, "points": 200, "learning_rate": 0.3}


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Curves are compared bit for bit."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look after every step, however long it takes."""
    monkeypatch.setattr(observer, "SHARE", 1e9)
    monkeypatch.setattr("ml.recorder.FLUSH_SECONDS", 0.0)


def run(
    folder: Path,
    fields: dict[str, Any],
    script: Script | None = None,
    past: Past | None = None,
    attempt: int = 1,
) -> list[Entry]:
    """All entries of a training that keeps its checkpoints in `folder`; the script follows its steps."""
    original = train_module.update

    def counted(*arguments: Any) -> Any:
        result = original(*arguments)
        if script is not None:
            script.step += 1
        return result

    train_module.update = counted
    try:
        config = TrainConfig.model_validate(fields)
        return list(
            train(config, script or NoControl(), folder, past or Past(), Shelf(folder / "kept", attempt))
        )
    finally:
        train_module.update = original


def pictures(entries: list[Entry], kind: str = "boundary") -> list[Snapshot]:
    return [entry for entry in entries if isinstance(entry, Snapshot) and entry.kind == kind]


@pytest.mark.parametrize("standardize", [False, True])
def test_a_picture_is_the_softmax_over_the_grid(tmp_path: Path, standardize: bool) -> None:
    fields = {**QUICK, "dataset": "spiral", "noise": 0.1, "standardize": standardize, "epochs": 20}
    entries = run(tmp_path, fields)
    (told,) = pictures(entries, "points")
    points = orjson.loads(told.content)
    last = pictures(entries)[-1]
    assert (last.media_type, len(last.content)) == ("application/octet-stream", 64 * 64)
    weights = load_checkpoint(tmp_path / "kept", Name(last.step, 1)).weights
    inner, outer = sorted(
        (tensor.double().numpy() for tensor in weights.values() if tensor.dim() == 2), key=len, reverse=True
    )
    inner_bias, outer_bias = sorted(
        (tensor.double().numpy() for tensor in weights.values() if tensor.dim() == 1), key=len, reverse=True
    )
    left, right, bottom, top = points["extent"]
    seen = np.stack([points["train"]["x"], points["train"]["y"]], axis=1)
    expected = np.empty((64, 64))
    for row in range(64):
        for column in range(64):
            place = np.array(
                [left + (column + 0.5) / 64 * (right - left), top - (row + 0.5) / 64 * (top - bottom)]
            )
            if standardize:
                place = (place - seen.mean(0)) / seen.std(0)
            scores = outer @ np.tanh(inner @ place + inner_bias) + outer_bias
            expected[row, column] = 255 / (1 + np.exp(scores[0] - scores[1]))
    found = np.frombuffer(last.content, np.uint8).reshape(64, 64)
    assert np.abs(found - expected).max() < 0.6  # half a level, and the points' four decimals
    assert expected.max() - expected.min() > 50, "a network that learned something"


def test_the_points_are_the_jobs_own_and_lie_inside_the_extent(tmp_path: Path) -> None:
    fields = {**QUICK, "dataset": "xor", "points": 300, "noise": 0.2, "train_size": 250, "epochs": 1}
    points = orjson.loads(pictures(run(tmp_path, fields), "points")[0].content)
    assert [len(points[split]["x"]) for split in ("train", "validation", "test")] == [225, 25, 300]
    assert points["classes"] == ["same sign", "opposite sign"]
    left, right, bottom, top = points["extent"]
    assert right - left == pytest.approx(top - bottom)
    for split in ("train", "validation", "test"):
        assert left < min(points[split]["x"]) <= max(points[split]["x"]) < right
        assert bottom < min(points[split]["y"]) <= max(points[split]["y"]) < top
        assert set(points[split]["label"]) == {0, 1}


@pytest.mark.usefixtures("always")
def test_looking_changes_no_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fields = {**QUICK, "dataset": "spiral", "epochs": 4, "dropout": 0.5, "batch_norm": True}
    seen = run(tmp_path / "seen", fields)
    assert len(pictures(seen)) == 13
    monkeypatch.setattr(observer, "TAKERS", ())
    unseen = run(tmp_path / "unseen", fields)
    for split in ("train", "validation", "test"):
        for name in ("loss", "accuracy"):
            assert np.array_equal(curve(seen, split)[name], curve(unseen, split)[name])


def test_pictures_of_images_are_none(tmp_path: Path) -> None:
    entries = run(tmp_path, {"dataset": "digits", "train_size": 64, "epochs": 1})
    assert not pictures(entries)
    assert not pictures(entries, "points")


def test_a_network_too_wide_for_a_cpu_is_not_held_up(tmp_path: Path) -> None:
    fields = {"hidden_sizes": [1024, 1024], "train_size": 20, "batch_size": 20, "epochs": 1}
    assert not pictures(run(tmp_path, fields))


def test_what_is_no_number_is_half(tmp_path: Path) -> None:
    class Scene:
        class Learner:
            module = torch.nn.Linear(2, 2)

            class Position:
                step = 1

            position = Position()

        learner = Learner()
        precision = torch.autocast("cpu", enabled=False)

        def snapshot(self, kind: str, content: bytes, media_type: str) -> bytes:
            return content

    scene = Scene()
    torch.nn.init.constant_(scene.learner.module.weight, float("nan"))
    taker = boundary.Boundary.__new__(boundary.Boundary)
    taker._inputs = boundary.grid((-1.0, 1.0, -1.0, 1.0))
    assert set(taker._picture(scene)) == {128}  # type: ignore[arg-type, call-overload]


@pytest.mark.usefixtures("always")
def test_pictures_are_spread_evenly_from_the_first_state_to_the_last(tmp_path: Path) -> None:
    found = [one.step for one in pictures(run(tmp_path, {**QUICK, "batch_size": 20, "epochs": 100}))]
    assert (found[0], found[-1]) == (0, 900)
    assert {after - before for before, after in pairwise(found)} == {4}
    assert 200 <= len(found) <= MOST


@pytest.mark.usefixtures("always")
def test_an_early_stop_is_pictured(tmp_path: Path) -> None:
    fields = {**QUICK, "epochs": 5000, "early_stopping_patience": 1, "learning_rate": 2.0}
    entries = run(tmp_path, fields)
    assert isinstance(entries[-1], Status)
    assert entries[-1].reason == "early_stopping"
    assert pictures(entries)[-1].step == curve(entries)["step"][-1]


@pytest.mark.usefixtures("always")
def test_a_training_lengthened_again_and_again_stays_within_the_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moments, "MOST", 20)
    script = Script({27: [Adjust("epochs", 20)], 57: [Adjust("epochs", 100)], 290: [Adjust("epochs", 110)]})
    entries = run(tmp_path, {**QUICK, "epochs": 10}, script)
    assert curve(entries)["step"][-1] == 330
    found = [one.step for one in pictures(entries)]
    assert (found[0], found[-1]) == (0, 330)
    assert 10 <= len(found) <= 20


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("at", [15, 28, 45])
def test_a_resumed_training_is_pictured_at_the_same_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    monkeypatch.setattr(moments, "MOST", 20)
    fields = {**QUICK, "epochs": 10}
    change = Change(28, "epochs", 10, 30)
    whole = run(tmp_path / "whole", fields, Script({27: [Adjust("epochs", 30)]}))
    orders = {27: [Adjust("epochs", 30)]} if at >= 27 else {}
    first = run(tmp_path, fields, Script({**orders, at: [*orders.get(at, []), Leave()]}))
    past = Past(load_checkpoint(tmp_path / "kept", Name(at, 1)), [change])
    second = run(tmp_path, fields, past=past, attempt=2)
    steps = [one.step for one in (*pictures(first), *pictures(second))]
    assert steps == [one.step for one in pictures(whole)]
    assert len(pictures(second, "points")) == 1


class Job:
    """A made-up training that is looked at now and then, falls back to a checkpoint and is lengthened."""

    def __init__(self, epochs: int, steps_per_epoch: int) -> None:
        self.steps_per_epoch = steps_per_epoch
        self.lengths = [(0, epochs)]
        self.step = self.before = 0
        self.taken = [0]

    @property
    def end(self) -> int:
        return self.lengths[-1][1] * self.steps_per_epoch

    def go(self, steps: int) -> None:
        self.step = min(self.step + steps, self.end)
        planned = stretch(self.lengths, self.steps_per_epoch)
        is_last = self.step == self.end and self.step > self.before and planned.has_last
        if planned.is_due(self.step, self.before) or is_last:
            self.taken.append(self.step)
            self.before = self.step

    def lengthen(self, epochs: int) -> None:
        self.lengths.append((self.step, max(epochs, -(-self.step // self.steps_per_epoch), 1)))

    def fall_back(self, to: int) -> None:
        self.step = self.before = min(to, self.step)
        self.lengths = [one for one in self.lengths if one[0] <= self.step]
        self.taken = [step for step in self.taken if step <= self.step]


EVENTS = st.one_of(
    st.tuples(st.just("go"), st.integers(1, 3000)),
    st.tuples(st.just("all"), st.integers(1, 40)),
    st.tuples(st.just("lengthen"), st.integers(1, 20_000)),
    st.tuples(st.just("fall_back"), st.integers(0, 100_000)),
)


@given(st.integers(1, 5000), st.integers(1, 9), st.lists(EVENTS, max_size=30))
def test_no_job_has_more_than_500_pictures(epochs: int, steps: int, events: list[tuple[str, int]]) -> None:
    job = Job(epochs, steps)
    for what, amount in events:
        if what == "all":  # to the end, looking often
            while job.step < job.end:
                job.go(max(1, amount, (job.end - job.step) // 700))
        else:
            getattr(job, what)(amount)
        assert len(job.taken) <= MOST


def test_a_very_long_job_keeps_to_its_bound_and_uses_it() -> None:
    job = Job(1_000_000, 8)
    while job.step < job.end:
        job.go(1500)
    assert 240 <= len(job.taken) <= MOST
    gaps = [after - before for before, after in pairwise(job.taken)]
    assert max(gaps) <= 2 * min(gaps[:-1])
    job.lengthen(2_000_000)
    while job.step < job.end:
        job.go(1500)
    assert 340 <= len(job.taken) <= MOST
