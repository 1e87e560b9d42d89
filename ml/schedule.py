"""The learning rate of every epoch. Rule: from a rate set by hand the schedule multiplies on."""

from math import cos, pi

from ml.config import TrainConfig


def _factor(config: TrainConfig, since: int, epoch: int) -> float:
    """What the schedule makes of the rate of epoch `since` by `epoch`; it is stepped after each epoch."""
    if config.lr_schedule == "exponential":
        return float(config.lr_gamma ** (epoch - since))
    if config.lr_schedule == "cosine":
        return _cosine(config, epoch) / _cosine(config, since)
    return 1.0


def _cosine(config: TrainConfig, epoch: int) -> float:
    return (1 + cos(pi * (epoch - 1) / config.epochs)) / 2


class Schedule:
    """The rates of a training: `anchor_rate` in `anchor_epoch`, and from there as the config says."""

    def __init__(self, config: TrainConfig) -> None:
        self.config = config
        self.anchor_rate = config.learning_rate
        self.anchor_epoch = 1

    def rate(self, epoch: int) -> float:
        """The learning rate of `epoch` (from 1)."""
        if epoch == self.anchor_epoch:
            return self.anchor_rate
        return self.anchor_rate * _factor(self.config, self.anchor_epoch, epoch)

    def anchor(self, rate: float, epoch: int) -> None:
        """Be `rate` in `epoch`, the next step's, and multiply on from there."""
        self.anchor_rate, self.anchor_epoch = rate, epoch

    def change(self, config: TrainConfig, epoch: int) -> None:
        """Take the config's rate where it is another, else go on from the rate of `epoch`, the next step's.

        So a new length or shape of the schedule makes no jump.
        """
        if config.learning_rate != self.config.learning_rate:
            self.anchor(config.learning_rate, epoch)
        elif _shape(config) != _shape(self.config):
            rate = self.rate(epoch)
            if rate > 0:
                self.anchor(rate, epoch)
            else:  # the cosine had come to its end: only the longer one's own rate leads on
                self.anchor(config.learning_rate, 1)
        self.config = config


def _shape(config: TrainConfig) -> tuple[object, ...]:
    length = config.epochs if config.lr_schedule == "cosine" else None
    return config.lr_schedule, config.lr_gamma, length
