"""Which learning rate a remedy proposes. Rule: one that people use, however absurd the one in use is."""

from typing import Any

from ml.config import TrainConfig

USUAL_RATES = {"sgd": 0.1, "adam": 0.001}  # the config's default; what Kingma and Ba (2015) propose


def usual_rate(config: TrainConfig, batch_size: int) -> float:
    """The rate that a training of this kind is begun with when nothing is known.

    Of SGD it is meant for the mean gradient without momentum: a batch's sum is `batch_size` times as long,
    and with momentum m a gradient acts 1 / (1 - m) times as far in the end.
    """
    usual = USUAL_RATES[config.optimizer]
    if config.optimizer == "adam":  # its steps are as long as the rate, whatever the gradient's length
        return usual
    summed = batch_size if config.loss_reduction == "sum" else 1
    return usual * (1 - config.momentum) / summed


def lower(config: TrainConfig, batch_size: int, rate: float, times: float) -> dict[str, Any]:
    """The change to a rate at least so many `times` below `rate`, and never above the usual one."""
    return {"learning_rate": rounded(min(rate / times, usual_rate(config, batch_size)))}


def rounded(value: float) -> float:
    """`value` to two digits, as a person would write it."""
    return float(f"{value:.2g}")
