"""Diagnoses: each kind on its own made curve and no other, once, however rows come; real trainings."""

import itertools
from math import log

import numpy as np
import orjson
import pytest

from app.jobs.told import told
from ml.config import TrainConfig
from ml.control import Adjust, NoControl
from ml.datasets.registry import facts_of
from ml.diagnose import signs
from ml.diagnose.doctor import Doctor, is_judged
from ml.diagnose.rates import lower
from ml.diagnose.record import Means
from ml.entries import Change, Diagnosis, Metrics, Snapshot, Status, body
from ml.plan import plan
from ml.train import Past, train
from tests.accept.diagnoses import AILING, HEALTHY, diagnosed, make_pictures
from tests.made import curve, trained

CHANCE = log(2)
EPOCHS, STEPS = 60, 10  # 200 points, 20 held out, batches of 18
CONFIG = TrainConfig(batch_size=18, epochs=EPOCHS, learning_rate=0.1)


def rows(losses, accuracies, first=1, seconds=0.0001):
    """A train entry of one row a step."""
    count = len(losses)
    steps = np.arange(first, first + count, dtype=np.int32)
    return Metrics("train", {
        "step": steps, "epoch": ((steps - 1) // STEPS + 1).astype(np.int32),
        "loss": np.asarray(losses, np.float32), "accuracy": np.asarray(accuracies, np.float32),
        "learning_rate": np.full(count, 0.1), "train_seconds": steps * seconds,
    })  # fmt: skip


def scores(split, epoch, loss, accuracy):
    """An evaluation after an epoch."""
    return Metrics(split, {
        "step": np.array([epoch * STEPS], np.int32), "epoch": np.array([epoch], np.int32),
        "loss": np.array([loss], np.float32), "accuracy": np.array([accuracy], np.float32),
    })  # fmt: skip


def made(train_loss, held_loss, accuracy, held_accuracy, epochs=EPOCHS, seconds=0.0001):
    """The entries of a training whose figures are functions of the epoch."""
    for split in ("validation", "test"):
        yield scores(split, 0, 0.72, 0.5)
    for epoch in range(1, epochs + 1):
        losses, accuracies = np.full(STEPS, train_loss(epoch)), np.full(STEPS, accuracy(epoch))
        yield rows(losses, accuracies, (epoch - 1) * STEPS + 1, seconds)
        for split in ("validation", "test"):
            yield scores(split, epoch, held_loss(epoch), held_accuracy(epoch))


def falling(epoch):
    return max(0.02, 0.69 * 0.9**epoch)


def slow(epoch):
    return 0.7 - 2e-4 * epoch


def fit(epoch):
    return min(1.0, 0.5 + 0.02 * epoch)


CURVES = {
    None: lambda: made(falling, falling, fit, fit),
    "over_fitting": lambda: made(falling, lambda e: 0.3 + 0.01 * abs(e - 12), fit, lambda e: 0.85),
    "diverging": lambda: made(lambda e: 0.5 if e < 20 else 3.0, lambda e: 2.0, lambda e: 0.5, lambda e: 0.5),
    "too_slow": lambda: made(slow, slow, lambda e: 0.5, lambda e: 0.5),
    "plateau": lambda: made(
        lambda e: 0.4 + 0.05 * (e % 2), lambda e: 0.45, lambda e: 0.8, lambda e: 0.8
    ),
    "under_fitting": lambda: made(lambda e: 0.6, lambda e: 0.6, lambda e: 0.66, lambda e: 0.65),
}  # fmt: skip


def doctor_of(config=CONFIG, tmp_path=None, step=0, **known):
    doctor = Doctor(config, **known)
    facts = facts_of(config, tmp_path)
    planned = plan(config, facts)
    assert planned.steps_per_epoch == STEPS
    doctor.meet(facts, planned, step)
    return doctor


def found_in(entries, doctor):
    return [entry for entry in doctor.attend(iter(entries)) if isinstance(entry, Diagnosis)]


@pytest.mark.parametrize("kind", CURVES, ids=str)
def test_each_curve_is_told_its_own_ailment_once_and_no_other(tmp_path, kind):
    found = found_in(CURVES[kind](), doctor_of(tmp_path=tmp_path))
    assert [one.kind for one in found] == ([kind] if kind else [])
    for one in found:
        assert all(isinstance(value, int | float | str) for value in one.evidence.values())
        changes = one.remedy["changes"]
        assert TrainConfig.model_validate(CONFIG.model_dump() | changes) != CONFIG


def test_over_fitting_is_dated_by_its_best_epoch_and_says_when_it_is_seen_on_the_test_set(tmp_path):
    (one,) = found_in(CURVES["over_fitting"](), doctor_of(tmp_path=tmp_path))
    assert one.since_step == 12 * STEPS
    assert "since epoch 12" in one.message
    assert "validation loss was 0.3 " in one.message
    bare = CONFIG.model_copy(update={"validation_fraction": 0.0, "batch_size": 20})
    entries = (entry for entry in CURVES["over_fitting"]() if getattr(entry, "split", "") != "validation")
    (one,) = found_in(entries, doctor_of(bare, tmp_path))
    assert "Nothing is held out" in one.message
    assert "best_test_loss" in one.evidence


def test_diverging_is_said_within_a_few_steps_and_names_the_first(tmp_path):
    doctor = doctor_of(tmp_path=tmp_path)
    calm, far = np.full(190, 0.5), np.full(200, 3.0)
    entries = [rows([value], [0.5], step) for step, value in enumerate([*calm, *far], 1)]
    seen, step = [], 0
    for entry in doctor.attend(iter(entries)):
        if isinstance(entry, Diagnosis):
            seen.append((entry.since_step, step))
        else:
            step = int(entry.columns["step"][-1])
    ((since, said),) = seen
    assert 175 <= since <= 205
    assert said <= 191 + 5 * doctor_of(tmp_path=tmp_path)._record.block_steps


def test_a_loss_that_comes_down_again_or_explodes(tmp_path):
    down = np.geomspace(30, 0.5, 200)
    assert found_in([rows(down, np.full(200, 0.5))], doctor_of(tmp_path=tmp_path)) == []
    (one,) = found_in([rows([0.7, 9.0, np.nan], [0.5] * 3)], doctor_of(tmp_path=tmp_path))
    assert (one.kind, one.since_step, one.evidence["loss"]) == ("diverging", 3, "NaN")
    assert "from 9 to NaN at step 3" in one.message
    orjson.dumps(body(one))


def test_an_evaluation_that_explodes_is_said_too(tmp_path):
    entries = [rows([0.7, 9.0], [0.5] * 2), scores("test", 1, np.inf, 0.5)]
    (one,) = found_in(entries, doctor_of(tmp_path=tmp_path))
    assert (one.kind, one.since_step, one.evidence["loss"]) == ("diverging", STEPS, "Infinity")
    wild = {
        "dataset": "digits",
        "activation": "relu",
        "hidden_sizes": [32, 32],
        "epochs": 2,
        "learning_rate": 1e6,
    }
    told_of = trained(tmp_path, train_size=200, **wild)
    assert (told_of[-1].status, told_of[-1].reason) == ("failed", "diverged")
    (one,) = [entry for entry in told_of if isinstance(entry, Diagnosis) and entry.kind == "diverging"]
    assert one.remedy == {"changes": {"learning_rate": 0.1}}, "a tenth of an absurd rate is absurd"


@pytest.mark.parametrize(
    ("config", "rate", "proposed"),
    [
        ({}, 0.5, 0.05),
        ({}, 1e6, 0.1),
        ({"momentum": 0.9}, 1e6, 0.01),
        ({"loss_reduction": "sum"}, 1e6, 0.005),
        ({"optimizer": "adam"}, 1e6, 0.001),
        ({"optimizer": "adam", "loss_reduction": "sum"}, 0.005, 0.0005),
    ],
)
def test_a_lower_rate_is_one_that_people_use(config, rate, proposed):
    assert lower(TrainConfig(**config), 20, rate, 10) == {"learning_rate": proposed}


def regrouped(entries, length):
    """The same training rows in flushes of another length; evaluations stay behind their epochs."""
    for entry in entries:
        if entry.split != "train":
            yield entry
            continue
        for begin in range(0, len(entry.columns["step"]), length):
            yield Metrics("train", {k: v[begin : begin + length] for k, v in entry.columns.items()})


@pytest.mark.parametrize("length", [1, 3, 7])
@pytest.mark.parametrize("kind", [kind for kind in CURVES if kind])
def test_the_lengths_of_flushes_change_nothing(tmp_path, kind, length):
    whole = found_in(CURVES[kind](), doctor_of(tmp_path=tmp_path))
    parts = found_in(regrouped(CURVES[kind](), length), doctor_of(tmp_path=tmp_path))
    assert parts == whole


def joined(entries, epochs):
    """The same training in flushes of so many epochs: their rows, then their evaluations."""
    entries = list(entries)
    for first in range(0, EPOCHS + 1, epochs):
        for split in ("train", "validation", "test"):
            some = [
                entry.columns
                for entry in entries
                if entry.split == split and first <= entry.columns["epoch"][0] < first + epochs
            ]
            if some:
                yield Metrics(split, {name: np.concatenate([one[name] for one in some]) for name in some[0]})


@pytest.mark.parametrize("epochs", [2, 12, 25])
@pytest.mark.parametrize("kind", [kind for kind in CURVES if kind])
def test_flushes_of_many_epochs_change_nothing(tmp_path, kind, epochs):
    whole = found_in(CURVES[kind](), doctor_of(tmp_path=tmp_path))
    assert found_in(joined(CURVES[kind](), epochs), doctor_of(tmp_path=tmp_path)) == whole


def test_means_are_weighted_by_samples_over_whole_groups_only():
    generator = np.random.default_rng(0)
    groups = np.repeat(np.arange(9), 4)[:34]
    columns = {name: generator.random(34) for name in ("loss", "accuracy", "learning_rate", "samples")}
    means = Means()
    for begin, end in itertools.pairwise([0, 1, 5, 6, 17, 34]):
        part = {name: column[begin:end] for name, column in columns.items()}
        means.add(groups[begin:end], part, last_is_complete=False)
    assert means.keys == list(range(8))  # the ninth is not complete
    expected = [
        np.average(columns["loss"][groups == key], weights=columns["samples"][groups == key])
        for key in range(8)
    ]
    np.testing.assert_allclose(means.losses, expected)
    assert means.rates == [columns["learning_rate"][4 * key + 3] for key in range(8)]


@pytest.mark.parametrize("kind", [kind for kind in CURVES if kind])
def test_a_resumed_training_says_nothing_twice_and_misses_nothing(tmp_path, kind):
    entries = list(CURVES[kind]())
    whole = list(doctor_of(tmp_path=tmp_path).attend(iter(entries)))
    for epoch in range(5, EPOCHS, 9):
        step = epoch * STEPS
        texts = [orjson.dumps({"at": "2026-01-01T00:00:00.000Z"} | body(entry)).decode() for entry in whole]
        kept = told(texts, step)
        diagnoses = [entry for entry in kept if isinstance(entry, Diagnosis)]
        left = [entry for entry in entries if entry.columns["step"][0] > step]
        again = found_in(left, doctor_of(tmp_path=tmp_path, step=step, told=kept))
        said = [(one.kind, one.since_step) for one in [*diagnoses, *again]]
        assert said == [(one.kind, one.since_step) for one in whole if isinstance(one, Diagnosis)]


def test_an_adjusted_rate_begins_a_new_history_and_the_ailment_may_be_said_again(tmp_path):
    far = list(CURVES["diverging"]())
    at = next(i for i, entry in enumerate(far) if entry.columns["step"][0] > 400)
    entries = [*far[:at], Change(401, "learning_rate", 0.1, 0.05), *far[at:]]
    first, second = found_in(entries, doctor_of(tmp_path=tmp_path))
    assert first.since_step <= 200 < 401 <= second.since_step
    again = found_in(far, doctor_of(tmp_path=tmp_path, changes=[Change(401, "learning_rate", 0.1, 0.05)]))
    assert again == [first, second]


def layers_look(epoch, dead):
    content = {"layers": [{"name": "hidden1", "dead": dead}, {"name": "fc", "dead": None}]}
    return Snapshot("layers", epoch * STEPS, epoch, "application/json", orjson.dumps(content))


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ([0.95, 0.2, 0.3], []),
        ([0.0, 0.95, 0.95], [10]),
        ([0.0, 0.6, 0.6, 0.7], [20]),
        ([0.0, 0.6, 0.4, 0.6], []),
    ],
)
def test_dead_units_are_told_from_the_looks_at_the_layers(tmp_path, shares, expected):
    looks = [layers_look(epoch, share) for epoch, share in enumerate(shares)]
    found = found_in(looks, doctor_of(tmp_path=tmp_path))
    assert [one.since_step for one in found] == expected
    assert {one.kind for one in found} <= {"dead_units"}


@pytest.mark.parametrize(
    ("sample_seconds", "epochs", "expected"), [(1e-6, 100, True), (1e-3, 100, False), (1e-6, 1, False)]
)
def test_small_batches_are_told_by_what_a_step_costs(tmp_path, sample_seconds, epochs, expected):
    config = CONFIG.model_copy(update={"epochs": epochs})
    doctor = doctor_of(config, tmp_path)
    doctor.note_evaluation(200, 200 * sample_seconds)
    found = found_in([rows(np.full(300, 0.6), np.full(300, 0.7), seconds=0.02)], doctor)
    assert [one.kind for one in found] == (["small_batch"] if expected else [])
    if expected:
        assert found[0].evidence["step_seconds"] == pytest.approx(0.02)
        assert found[0].remedy == {"changes": {"batch_size": 100}}  # the rate is 0.1 already


def test_the_loss_of_guessing_is_that_of_equal_probabilities():
    import torch
    from torch.nn import functional

    scores = torch.zeros(1, 7)
    target = torch.tensor([3])
    config = TrainConfig()
    assert signs.guessing_loss(config, 7) == pytest.approx(functional.cross_entropy(scores, target).item())
    squared = (scores.softmax(1) - functional.one_hot(target, 7)).square().mean().item()
    assert signs.guessing_loss(config.model_copy(update={"loss": "mse"}), 7) == pytest.approx(squared)


def test_long_trainings_are_judged_ever_more_rarely():
    judged = [epoch for epoch in range(1, 100_001) if is_judged(epoch)]
    assert judged[:50] == list(range(1, 51))
    assert len(judged) < 700


class AdjustOnce(NoControl):
    """Lowers the rate at the first question after `calls` of them."""

    def __init__(self, calls):
        self.calls = calls

    def commands(self):
        self.calls -= 1
        return [Adjust("learning_rate", 0.05)] if self.calls == -1 else []


def test_being_listened_to_changes_no_curve(tmp_path, monkeypatch):
    fields = {"dataset": "digits", "epochs": 3, "dropout": 0.3, "learning_rate": 40.0, "batch_size": 32}
    heard = trained(tmp_path, **fields)
    assert any(isinstance(entry, Diagnosis) for entry in heard)
    monkeypatch.setattr(Doctor, "attend", lambda self, entries: entries)
    unheard = trained(tmp_path, **fields)
    for split in ("train", "validation", "test"):
        np.testing.assert_array_equal(curve(heard, split)["loss"], curve(unheard, split)["loss"])
    assert isinstance(heard[-1], Status)


def test_a_remedy_that_is_taken_ends_the_alarm(tmp_path):
    config = TrainConfig(hidden_sizes=[16], batch_size=20, epochs=60, learning_rate=30.0)
    entries = list(train(config, AdjustOnce(100), tmp_path, Past()))
    change = next(entry for entry in entries if isinstance(entry, Change))
    found = [entry for entry in entries if isinstance(entry, Diagnosis)]
    assert [one.kind for one in found if one.since_step < change.step] == ["diverging"]


@pytest.mark.parametrize("case", AILING, ids=lambda case: case.name)
def test_an_ailing_training_is_told_what_ails_it(tmp_path, case):
    make_pictures(tmp_path)
    said = [one.kind for one in diagnosed({**case.config, "seed": 40}, tmp_path, case.kind)]
    assert case.kind in said
    assert set(said) <= {case.kind, *case.also}


@pytest.mark.parametrize("index", range(len(HEALTHY)))
def test_a_healthy_training_is_left_alone(tmp_path, index):
    assert diagnosed(HEALTHY[index], tmp_path) == []
