"""Splits and order: every sample once an epoch, resumable, statistics of the training part only."""

import torch

from ml.batches import Batches
from ml.config import TrainConfig
from ml.plan import plan
from tests.made import made_images


def batches(**fields: object) -> tuple[Batches, TrainConfig]:
    dataset = made_images()
    config = TrainConfig.model_validate({"batch_size": 8, "architecture": "alexnet", **fields})
    return Batches(config, dataset, plan(config, dataset.facts)), config


def test_split_takes_the_first_of_the_order_and_holds_out_the_last():
    dataset = made_images()
    made, _ = batches(train_size=30, validation_fraction=0.2)
    other, _ = batches(train_size=30, validation_fraction=0.0)
    everything = other.train.inputs
    assert (len(made.train), len(made.validation), len(made.test)) == (24, 6, 20)
    assert torch.equal(made.train.inputs, everything[:24])
    assert torch.equal(made.validation.inputs, everything[24:])
    stored = {tuple(sample.flatten().tolist()) for sample in dataset.train_inputs.permute(0, 2, 3, 1)}
    assert {tuple(sample.flatten().tolist()) for sample in everything} <= stored


def test_split_depends_on_split_seed_and_not_on_seed():
    base, _ = batches()
    same, _ = batches(seed=9)
    other, _ = batches(split_seed=1)
    assert torch.equal(base.validation.inputs, same.validation.inputs)
    assert not torch.equal(base.validation.inputs, other.validation.inputs)


def test_every_sample_is_seen_once_an_epoch_in_a_new_order():
    made, _ = batches(validation_fraction=0.0)
    first = torch.cat([batch.inputs for batch in made.epoch(1)])
    second = torch.cat([batch.inputs for batch in made.epoch(2)])
    assert len(first) == 40
    assert torch.equal(first.flatten(1).sort(0).values, second.flatten(1).sort(0).values)
    assert not torch.equal(first, second)


def test_last_batch_is_smaller_and_kept():
    made, _ = batches(validation_fraction=0.0, batch_size=16)
    assert [len(batch.targets) for batch in made.epoch(1)] == [16, 16, 8]


def test_an_epoch_resumes_at_any_step_with_the_same_batches():
    for fields in ({}, {"augment": True, "standardize": True}):
        made, _ = batches(**fields)
        whole = list(made.epoch(3))
        resumed = list(made.epoch(3, first_step=2))
        assert len(resumed) == len(whole) - 2
        for left, right in zip(whole[2:], resumed, strict=True):
            assert torch.equal(left.inputs, right.inputs)
            assert torch.equal(left.targets, right.targets)


def test_augmentation_draws_anew_each_epoch():
    made, _ = batches(augment=True, batch_size=40, validation_fraction=0.0)
    first, second = next(iter(made.epoch(1))), next(iter(made.epoch(2)))
    assert first.inputs.shape == (40, 3, 14, 14)
    by_sum = [sorted(batch.inputs.sum((1, 2, 3)).tolist()) for batch in (first, second)]
    assert by_sum[0] != by_sum[1]


def test_standardization_uses_training_statistics_only():
    made, _ = batches(standardize=True, validation_fraction=0.5)
    seen = torch.cat([batch.inputs for batch in made.epoch(1)])
    torch.testing.assert_close(seen.mean((0, 2, 3)), torch.zeros(3), atol=1e-4, rtol=0)
    held_out = torch.cat([batch.inputs for batch in made.evaluation(made.validation)])
    assert held_out.mean((0, 2, 3)).abs().max() > 1e-3


def test_evaluation_is_not_augmented():
    made, _ = batches(augment=True)
    first, second = (torch.cat([b.inputs for b in made.evaluation(made.test)]) for _ in range(2))
    assert first.shape == (20, 3, 14, 14)
    assert torch.equal(first, second)


def test_held_out_and_test_samples_leave_no_trace_in_what_training_sees():
    dataset = made_images()
    config = TrainConfig(architecture="alexnet", batch_size=8, standardize=True, validation_fraction=0.25)
    made = Batches(config, dataset, plan(config, dataset.facts))
    held = {tuple(sample.flatten().tolist()) for sample in made.validation.inputs}
    is_held = torch.tensor(
        [tuple(sample.permute(1, 2, 0).flatten().tolist()) in held for sample in dataset.train_inputs]
    )
    assert is_held.sum() == len(made.validation)
    dataset.train_inputs[is_held] = 255  # what was held out, and the test set, become something else
    dataset.test_inputs[:] = 0
    other = Batches(config, dataset, plan(config, dataset.facts))
    assert torch.equal(made.scaling.scale, other.scaling.scale)
    assert torch.equal(made.scaling.shift, other.scaling.shift)
    for left, right in zip(made.epoch(1), other.epoch(1), strict=True):
        assert torch.equal(left.inputs, right.inputs)
    dataset.train_inputs[~is_held] = 255
    moved = Batches(config, dataset, plan(config, dataset.facts))
    assert not torch.equal(made.scaling.shift, moved.scaling.shift), "training samples do count"
