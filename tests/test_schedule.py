"""The learning rate of every epoch, also after somebody changed it by hand."""

import pytest
import torch
from torch import nn

from ml.config import TrainConfig
from ml.schedule import Schedule


def test_schedules_follow_their_formulas():
    exponential = TrainConfig(lr_schedule="exponential", lr_gamma=0.5, learning_rate=0.8)
    assert [Schedule(exponential).rate(epoch) for epoch in (1, 2, 3)] == pytest.approx([0.8, 0.4, 0.2])
    cosine = TrainConfig(lr_schedule="cosine", epochs=4, learning_rate=1.0)
    assert [Schedule(cosine).rate(epoch) for epoch in (1, 3)] == pytest.approx([1.0, 0.5])
    assert Schedule(TrainConfig()).rate(7) == 0.1


@pytest.mark.parametrize("name", ["exponential", "cosine"])
def test_schedules_equal_torchs(name):
    config = TrainConfig(lr_schedule=name, epochs=10)
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=config.learning_rate)
    schedule = (
        torch.optim.lr_scheduler.ExponentialLR(optimizer, config.lr_gamma)
        if name == "exponential"
        else torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, config.epochs)
    )
    for epoch in range(1, 11):
        assert Schedule(config).rate(epoch) == pytest.approx(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()


def test_from_a_rate_set_by_hand_an_exponential_schedule_multiplies_on():
    schedule = Schedule(TrainConfig(lr_schedule="exponential", lr_gamma=0.5, learning_rate=0.8))
    schedule.anchor(0.3, 4)
    assert schedule.rate(4) == 0.3
    assert [schedule.rate(epoch) for epoch in (5, 6)] == pytest.approx([0.15, 0.075])


def test_a_longer_cosine_goes_on_from_todays_rate_and_ends_later():
    config = TrainConfig(lr_schedule="cosine", epochs=4, learning_rate=1.0)
    schedule = Schedule(config)
    before = schedule.rate(3)
    schedule.change(config.model_copy(update={"epochs": 10}), 3)
    assert schedule.rate(3) == before
    rates = [schedule.rate(epoch) for epoch in range(3, 11)]
    assert rates == sorted(rates, reverse=True)
    assert 0 < rates[-1] < 0.05 * before


def test_a_schedule_that_came_to_nothing_long_ago_still_multiplies_on():
    schedule = Schedule(TrainConfig(lr_schedule="exponential", lr_gamma=0.5, epochs=1_000_000))
    assert schedule.rate(2000) == 0.0
    schedule.anchor(0.4, 2000)
    assert [schedule.rate(epoch) for epoch in (2000, 2001)] == [0.4, 0.2]


def test_a_longer_cosine_goes_on_after_its_end_with_its_own_rate():
    config = TrainConfig(lr_schedule="cosine", epochs=10, learning_rate=1.0)
    schedule = Schedule(config)
    longer = config.model_copy(update={"epochs": 20})
    schedule.change(longer, 11)
    assert schedule.rate(11) == Schedule(longer).rate(11) == pytest.approx(0.5)


def test_a_change_of_something_else_changes_no_rate():
    config = TrainConfig(lr_schedule="exponential")
    schedule = Schedule(config)
    before = [schedule.rate(epoch) for epoch in range(1, 10)]
    schedule.change(config.model_copy(update={"weight_decay": 0.1, "epochs": 99}), 5)
    assert [schedule.rate(epoch) for epoch in range(1, 10)] == before
