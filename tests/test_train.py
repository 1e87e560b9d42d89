"""The training loop: complete, reproducible, equal to a plain one, and ended for the right reason."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from ml import learner, recorder
from ml import train as train_module
from ml.batches import Batches
from ml.config import TrainConfig
from ml.control import NoControl, Stop
from ml.entries import EVALUATION_COLUMNS, TRAIN_COLUMNS, Metrics, Note, Snapshot, Status
from ml.models.build import build
from ml.models.zoo import layers_of
from ml.plan import plan
from ml.schedule import Schedule
from ml.seeds import derived_seed
from ml.train import train
from tests.made import curve, final, made_images, trained

QUICK = {"hidden_sizes": [8], "batch_size": 50, "epochs": 5}


class StopAfter(NoControl):
    """Asks for a stop once it was asked `calls` times."""

    def __init__(self, calls: int) -> None:
        self.calls = calls

    def commands(self) -> list[Stop]:
        self.calls -= 1
        return [Stop()] if self.calls == -1 else []


def test_every_step_is_reported_once_in_order_with_all_columns(tmp_path):
    entries = trained(tmp_path, **QUICK)
    columns = curve(entries)
    assert tuple(columns) == TRAIN_COLUMNS
    assert columns["step"].tolist() == list(range(1, 21))
    assert columns["epoch"].tolist() == [epoch for epoch in range(1, 6) for _ in range(4)]
    assert (np.diff(columns["train_seconds"]) > 0).all()
    for split in ("validation", "test"):
        scores = curve(entries, split)
        assert tuple(scores) == EVALUATION_COLUMNS
        assert scores["step"].tolist() == [0, 4, 8, 12, 16, 20]
        assert scores["epoch"].tolist() == [0, 1, 2, 3, 4, 5]
    assert [entry.status for entry in entries if isinstance(entry, Status)] == ["running", "completed"]


@pytest.mark.parametrize(
    "fields",
    [
        {"dropout": 0.5, "batch_norm": True, "momentum": 0.9},
        {"dataset": "moons", "optimizer": "adam", "lr_schedule": "cosine"},
        {"loss": "mse", "batch_size": "full", "loss_reduction": "sum", "learning_rate": 0.01},
        {"precision": "bfloat16"},
    ],
)
def test_same_seed_gives_the_same_curve_bit_for_bit(tmp_path, fields):
    first, second = (curve(trained(tmp_path, **{**QUICK, **fields})) for _ in range(2))
    for name in ("step", "loss", "accuracy", "learning_rate"):
        np.testing.assert_array_equal(first[name], second[name])
    other = curve(trained(tmp_path, **{**QUICK, **fields, "seed": 1}))
    assert not np.array_equal(first["loss"], other["loss"])


def test_augmented_pictures_train_reproducibly_too(tmp_path):
    fields = {"dataset": "digits", "architecture": "alexnet", "augment": True, "dropout": 0.5, "epochs": 1}
    first, second = (
        curve(trained(tmp_path, **fields, train_size=100, batch_size=20, batch_norm=True)) for _ in range(2)
    )
    np.testing.assert_array_equal(first["loss"], second["loss"])


def made_training(monkeypatch, tmp_path, config: TrainConfig) -> dict[str, np.ndarray]:
    def load_made(name, data_directory, device, *cloud):
        yield from ()
        return made_images(train=64, test=8)

    monkeypatch.setattr(train_module, "load", load_made)
    return curve(train(config, train_module_control(), tmp_path))


def train_module_control() -> StopAfter:
    return StopAfter(10**9)


def plain_losses(config: TrainConfig) -> list[float]:
    """The same recipe as anybody would write it: layers as listed, plain SGD, contiguous tensors."""
    dataset = made_images(train=64, test=8)
    torch.manual_seed(derived_seed("weights", config.seed))
    shape = dataset.facts.input_shape
    module = build(layers_of(config, shape, 4), shape)
    optimizer = torch.optim.SGD(
        module.parameters(), lr=config.learning_rate, momentum=config.momentum, fused=False
    )
    losses = []
    batches = Batches(config, dataset, plan(config, dataset.facts))
    for epoch in range(1, config.epochs + 1):
        optimizer.param_groups[0]["lr"] = Schedule(config).rate(epoch)
        for batch in batches.epoch(epoch):
            optimizer.zero_grad()
            loss = F.cross_entropy(module(batch.inputs.contiguous()), batch.targets)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


def test_the_fast_step_equals_the_plain_one(monkeypatch, tmp_path):
    config = TrainConfig(
        architecture="alexnet", batch_size=16, epochs=3, standardize=True, momentum=0.9, learning_rate=0.02,
        lr_schedule="exponential",
    )  # fmt: skip
    fast = made_training(monkeypatch, tmp_path, config)
    np.testing.assert_allclose(fast["loss"], plain_losses(config), rtol=2e-3)
    assert len(fast["loss"]) == 3 * plan(config, made_images(train=64).facts).steps_per_epoch


def test_learning_rate_column_is_the_rate_used(tmp_path):
    columns = curve(trained(tmp_path, **QUICK, lr_schedule="exponential", lr_gamma=0.5))
    assert columns["learning_rate"].tolist() == [0.1 * 0.5 ** (epoch - 1) for epoch in columns["epoch"]]


def test_divergence_fails_with_the_step_and_keeps_points_up_to_it(monkeypatch, tmp_path):
    updates = iter(range(1, 10_000))
    real = train_module.update

    def exploding(config, module, optimizer, batch, precision):
        loss, correct = real(config, module, optimizer, batch, precision)
        return (loss * float("nan") if next(updates) >= 7 else loss), correct

    monkeypatch.setattr(train_module, "update", exploding)
    entries = trained(tmp_path, **QUICK)
    columns = curve(entries)
    assert columns["step"].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert np.isnan(columns["loss"]).tolist() == [False] * 6 + [True]
    status = final(entries)
    assert (status.status, status.reason) == ("failed", "diverged")
    assert "step 7" in status.message
    assert "learning rate" in status.message


def test_a_learning_rate_far_too_large_diverges_by_itself(monkeypatch, tmp_path):
    monkeypatch.setattr(recorder, "FLUSH_SECONDS", 1e9)  # seen no sooner than after the epoch
    fields = {"dataset": "digits", "hidden_sizes": [32, 32, 32], "activation": "relu", "learning_rate": 1e6}
    entries = trained(tmp_path, **fields, loss_reduction="sum", momentum=0.99, epochs=6)
    status = final(entries)
    assert (status.status, status.reason) == ("failed", "diverged")
    last = curve(entries)["step"][-1]
    late = [entry.step for entry in entries if isinstance(entry, Snapshot) and entry.step > last]
    assert late == [], "the epoch is trained to its end before it is seen, and nothing is told of that"


def test_stop_acts_after_the_current_step(tmp_path):
    # 2 evaluation batches before training and one question after them, then one a step
    # Epoch 1 has 4 steps and its evaluation asks three times more: 4 + 3 questions answered no, then yes.
    entries = list(train(TrainConfig.model_validate(QUICK), StopAfter(3 + 7), tmp_path))
    assert curve(entries)["step"].tolist() == [1, 2, 3, 4, 5]
    status = final(entries)
    assert (status.status, status.reason) == ("stopped", "requested")


def test_stop_acts_inside_an_evaluation(tmp_path):
    entries = list(train(TrainConfig.model_validate(QUICK), StopAfter(1), tmp_path))
    assert not [entry for entry in entries if isinstance(entry, Metrics) and entry.split == "train"]
    assert final(entries).status == "stopped"


def test_stop_acts_while_data_are_fetched(monkeypatch, tmp_path):
    def endless(name, data_directory, device, *cloud):
        while True:
            yield Note("info", "decoding")

    monkeypatch.setattr(train_module, "load", endless)
    entries = list(train(TrainConfig(), StopAfter(3), tmp_path))
    assert [entry.type for entry in entries] == ["note"] * 4 + ["status"]
    assert final(entries).status == "stopped"


def test_early_stopping_ends_after_patience_epochs_without_better_validation(tmp_path):
    fields = {"hidden_sizes": [2], "learning_rate": 5.0, "epochs": 500, "batch_size": 10}
    entries = trained(tmp_path, **fields, early_stopping_patience=3)
    status = final(entries)
    assert (status.status, status.reason) == ("completed", "early_stopping")
    losses = curve(entries, "validation")["loss"].tolist()[1:]
    best = losses.index(min(losses))
    assert len(losses) - 1 - best == 3
    assert f"epoch {best + 1}" in status.message


def test_nothing_held_out_means_no_validation_entry(tmp_path):
    entries = trained(tmp_path, **QUICK, validation_fraction=0.0)
    assert {entry.split for entry in entries if isinstance(entry, Metrics)} == {"train", "test"}


def test_online_learning_makes_a_step_per_sample(tmp_path):
    entries = trained(tmp_path, batch_size=1, epochs=1, learning_rate=0.01)
    assert curve(entries)["step"].tolist() == list(range(1, 181))
    assert set(curve(entries)["accuracy"].tolist()) <= {0.0, 1.0}


def test_dropout_scales_survivors_and_is_off_in_evaluation():
    layers = layers_of(TrainConfig(dropout=0.25, hidden_sizes=[1000]), (2,), 2)
    dropout = next(part for part in build(layers, (2,)) if isinstance(part, nn.Dropout))
    torch.manual_seed(0)
    values = dropout(torch.ones(20_000)).unique().tolist()
    assert values == pytest.approx([0, 1 / 0.75])
    assert torch.equal(dropout.eval()(torch.ones(5)), torch.ones(5))


def test_batch_norm_buffers_stand_still_in_evaluation(monkeypatch, tmp_path):
    modules = []
    real = learner.build_module
    monkeypatch.setattr(learner, "build_module", lambda *a: modules.append(real(*a)) or modules[-1])
    entries = train(TrainConfig(hidden_sizes=[8], batch_norm=True), train_module_control(), tmp_path)
    next(entry for entry in entries if isinstance(entry, Status))
    next(entry for entry in entries if isinstance(entry, Metrics))  # evaluated before the first step
    norm = next(part for part in modules[0] if isinstance(part, nn.BatchNorm1d))
    assert norm.num_batches_tracked.item() == 0
    assert torch.equal(norm.running_mean, torch.zeros(8))


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_a_gpu_gives_the_same_curve_twice(tmp_path):
    fields = {"dataset": "digits", "architecture": "alexnet", "device": "cuda", "epochs": 2, "dropout": 0.5}
    first, second = (curve(trained(tmp_path, **fields)) for _ in range(2))
    np.testing.assert_array_equal(first["loss"], second["loss"])
