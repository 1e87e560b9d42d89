"""When a training is said to ail: a function a kind, and the thresholds. Rule: no alarm without figures.

The thresholds were chosen on circles and digits, then tried on moons and made pictures with three seeds each
(`tests/accept/diagnoses.py`), other pictures and seeds than those seen while they were chosen. No torch here.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from math import ceil, isfinite, log
from typing import Any

import numpy as np

from ml.columns import json_number
from ml.config import TrainConfig
from ml.diagnose.rates import lower, rounded
from ml.diagnose.record import Record, Series
from ml.writing import number, percent, took

SPECTACULAR, FAR = 10.0, 2.0  # times the loss of guessing
FAR_MSE = 1.5  # a squared error of probabilities is bounded: always wrong is about twice guessing
FAR_BLOCKS, SPECTACULAR_BLOCKS = 4, 2
RECOVERING = 0.9  # of the loss some blocks before: it is on its way down
OVERFIT_RISE = 0.2  # of the best held-out loss
OVERFIT_LEAST_RISE = 0.05  # of the loss of guessing
OVERFIT_FALL = 0.9  # of the training loss at the best epoch: it still learns its own samples
OVERFIT_EPOCHS = 3
SLOW_EPOCHS = 8
SLOW_SHARE = 0.4  # of the planned epochs: before, a network of tanh units may still leave its first plateau
SLOW_LOSS = 0.95  # of guessing, or of the loss before training: it has hardly begun
SLOW_END = 0.7  # of the same: what the present pace would leave at the planned end
SLOW_FALLING = 0.8  # share of epochs that fall: a small rate moves evenly
SLOW_AT_LOWEST = 1.002  # times the lowest loss so far: it does not wander
SLOW_START = 1.05  # times the loss before training, on other samples: no step was too long
SLOW_JUMP = 0.02  # of the held-out loss between two epochs: more is no small rate
ACCELERATION = 1.3  # a loss that falls faster and faster leaves by itself
FLAT_EPOCHS = 24
FLAT = 0.02  # relative improvement between the last two thirds
HELD_OUT_EPOCHS = 8  # over which the held-out accuracy is a mean
GOOD = 0.95  # accuracy that leaves nothing to complain of
JITTER = 0.04  # mean relative change from epoch to epoch: steps jump over the valley
KNOWS_NOTHING, WORSE = 0.97, 1.02  # of guessing: nothing learned; thrown about by too long steps
STRONG_DECAY = 0.05  # weight decay that can hold a network at guessing
POOR = 0.75  # share of the way from guessing to perfect
WIDE_GAP = 0.08  # accuracy in training above that on held-out data: not under-fitting
DECAYED = 0.3  # of the config's rate: a schedule lets a training come to rest
DEAD, MOSTLY_DEAD = 0.5, 0.9
SMALL_BATCH = 32
FIXED_SHARE = 0.8
BACKWARD = 3.0  # forward and backward cost about three times the forward alone
WORTH_SECONDS = 10.0
USUAL_BATCH = 100  # near the best of the practical, part A


@dataclass(frozen=True, slots=True)
class Finding:
    """What a sign says; `remedy` are changes of the config."""

    kind: str
    since_step: int
    message: str
    evidence: dict[str, Any]
    remedy: dict[str, Any] = field(default_factory=dict)


def guessing_loss(config: TrainConfig, classes: int) -> float:
    """The loss of a network that gives every class the same probability.

    Cross-entropy: log C. Squared error, mean over classes: ((1-1/C)^2 + (C-1)/C^2) / C = (C-1) / C^2.
    """
    return log(classes) if config.loss == "cross_entropy" else (classes - 1) / classes**2


def diverging(record: Record, config: TrainConfig, chance: float, end: int) -> Finding | None:
    """The loss stands far above guessing and does not come down, by the first `end` blocks."""
    far = FAR if config.loss == "cross_entropy" else FAR_MSE
    for times, count in ((SPECTACULAR, SPECTACULAR_BLOCKS), (far, FAR_BLOCKS)):
        losses = record.blocks.losses[max(0, end - count) : end]
        if len(losses) < count or min(losses) < times * chance or losses[-1] < RECOVERING * losses[0]:
            continue
        since = record.block_start(record.blocks.keys[end - count])
        rate = record.blocks.rates[end - 1]
        message = (
            f"From step {since:,} on the loss was {number(losses[-1])}, {number(losses[-1] / chance)} times "
            f"that of guessing ({number(chance)}), and did not come down: every update with the learning "
            f"rate {number(rate)} overshoots its aim."
        )
        evidence = {"loss": losses[-1], "guessing_loss": chance, "learning_rate": rate}
        return Finding(
            "diverging", since, message, evidence, lower(config, record.planned.batch_size, rate, 10)
        )
    return None


def exploded(
    config: TrainConfig, batch_size: int, step: int, loss: float, before: float, rate: float, chance: float
) -> Finding:
    """The loss is no number any more."""
    message = (
        f"The loss went from {number(before)} to {number(loss)} at step {step:,}: updates with the learning "
        f"rate {number(rate)} overshoot, and each makes the next one larger."
    )
    evidence = {"loss": json_number(loss), "loss_before": json_number(before), "learning_rate": rate}
    evidence["guessing_loss"] = chance
    return Finding("diverging", step, message, evidence, lower(config, batch_size, rate, 10))


def over_fitting(record: Record, config: TrainConfig, chance: float, epoch: int) -> Finding | None:
    """The held-out loss rises since its best epoch while the training loss falls."""
    scores = record.held_out
    count = bisect_right(scores.epochs, epoch)  # a flush may have brought later ones
    losses = np.array(scores.losses[:count])
    if count < OVERFIT_EPOCHS + 1 or not np.isfinite(losses).all():
        return None
    best = int(losses.argmin())
    since = scores.epochs[best]
    if count - 1 - best < OVERFIT_EPOCHS or since < record.first_epoch:
        return None
    limit = losses[best] + max(OVERFIT_RISE * losses[best], OVERFIT_LEAST_RISE * chance)
    now = float(losses[-OVERFIT_EPOCHS:].mean())
    if losses[-OVERFIT_EPOCHS:].min() < losses[best] + 0.5 * (limit - losses[best]) or now < limit:
        return None
    first = record.epochs.keys[0]
    trained, then = record.epochs.losses[epoch - first], record.epochs.losses[since - first]
    if not trained < min(chance, now, OVERFIT_FALL * then):
        return None
    split = record.watched
    message = (
        f"Over-fitting since epoch {since:,}: the {split} loss was {number(losses[best])} there and is "
        f"{number(now)} now, while the training loss fell from {number(then)} to {number(trained)}. What is "
        f"learned since then holds for the training samples only."
    )
    if split == "test":
        message += " Nothing is held out, so this was seen on the test set, which should only report."
    evidence = {
        f"best_{split}_loss": float(losses[best]), f"{split}_loss": now, "best_epoch": since,
        "train_loss_then": then, "train_loss": trained,
    }  # fmt: skip
    return Finding(
        "over_fitting", record.epoch_end(since), message, evidence, _against_over_fitting(config, split)
    )


def _against_over_fitting(config: TrainConfig, split: str) -> dict[str, Any]:
    has_hidden = config.architecture != "mlp" or bool(config.hidden_sizes)
    if config.dropout < 0.5 and has_hidden and config.gradients == "autograd":
        return {"dropout": 0.5}
    if config.weight_decay < 0.01:
        return {"weight_decay": rounded(max(0.001, 10 * config.weight_decay))}
    if split == "validation" and config.early_stopping_patience is None:
        return {"early_stopping_patience": 5}
    return {}


def too_slow(record: Record, config: TrainConfig, chance: float, epoch: int) -> Finding | None:
    """The loss falls evenly, but so slowly that most of it will be left at the planned end."""
    losses = _losses(record, epoch)
    left = config.epochs - epoch
    if len(losses) < SLOW_EPOCHS or len(losses) < SLOW_SHARE * (len(losses) + left):
        return None
    start = min(chance, record.untrained_loss)
    if (
        not SLOW_LOSS * start
        < losses[-1]
        <= min(losses.min() * SLOW_AT_LOWEST, record.untrained_loss * SLOW_START)
    ):
        return None
    window = losses[-max(SLOW_EPOCHS, len(losses) // 2) :]
    held = np.array(record.held_out.losses[: len(losses)])
    if not np.isfinite(held).all() or np.abs(np.diff(held)).max() > SLOW_JUMP * held.min():
        return None
    steps = np.diff(window)
    middle = len(steps) // 2
    early, late = -steps[:middle].mean(), -steps[middle:].mean()
    if (steps < 0).mean() < SLOW_FALLING or late <= 0:
        return None
    end = losses[-1] - left * late
    if end < SLOW_END * start or late > ACCELERATION * max(early, 0.0):
        return None
    rate = record.epochs.rates[len(losses) - 1]
    message = (
        f"Too slow: the loss falls by {number(late)} an epoch and would still be {number(end)} after epoch "
        f"{config.epochs:,}, where guessing has {number(chance)}. With the learning rate {number(rate)} each "
        "update moves the weights too little."
    )
    evidence = {
        "loss": float(losses[-1]), "fall_per_epoch": float(late), "loss_at_the_end": float(end),
        "guessing_loss": chance, "learning_rate": rate,
    }  # fmt: skip
    since = record.epoch_end(epoch - len(window) + 1)
    return Finding("too_slow", since, message, evidence, {"learning_rate": rounded(10 * rate)})


def flat(record: Record, config: TrainConfig, classes: int, chance: float, epoch: int) -> Finding | None:
    """The loss stands still short of a good result: a plateau, or a network that cannot do more."""
    losses = _losses(record, epoch)
    planned = len(losses) + config.epochs - epoch
    if len(losses) < max(FLAT_EPOCHS, SLOW_SHARE * planned) or losses[-1] > FAR * chance:
        return None
    third = max(FLAT_EPOCHS // 3, len(losses) // 3)
    before, now = losses[-2 * third : -third], losses[-third:]
    if before.mean() - now.mean() > FLAT * now.mean() or before.min() - now.min() > FLAT * now.min():
        return None
    rates = record.epochs.rates
    if rates[len(losses) - 1] < DECAYED * max(rates[0], config.learning_rate):  # also where a fork began late
        return None
    accuracy = float(np.mean(record.epochs.accuracies[len(losses) - third : len(losses)]))
    held = _held_out_accuracy(record, epoch)
    if max(accuracy, held) >= GOOD or now.mean() < 0.1 * chance:
        return None
    since = record.epoch_end(epoch - 2 * third + 1)
    jitter = float(np.abs(np.diff(now)).mean() / now.mean())
    rate = rates[len(losses) - 1]
    evidence = {
        "loss": float(now.mean()), "loss_before": float(before.mean()), "train_accuracy": accuracy,
        "held_out_accuracy": held, "jitter": jitter, "learning_rate": rate,
    }  # fmt: skip
    stands = f"the loss has stood at {number(now.mean())} for {2 * third} epochs"
    linear = config.architecture == "mlp" and not config.hidden_sizes
    held_down = config.weight_decay >= STRONG_DECAY
    lost = now.mean() > KNOWS_NOTHING * chance and not linear and not held_down
    if jitter > JITTER or lost:
        if lost and now.mean() < WORSE * chance:
            why = f"no better than guessing ({number(chance)}). Its updates are too short to lead away"
            remedy = {"learning_rate": rounded(3 * rate)}
        elif jitter <= JITTER:
            why = (
                f"worse than guessing ({number(chance)}): with the rate {number(rate)} no update lands where "
                "it aims"
            )
            remedy = lower(config, record.planned.batch_size, rate, 10)
        else:
            why = (
                f"jumping by {percent(jitter)} from epoch to epoch. Steps with the rate {number(rate)} are "
                "so long that they jump over the valley they should go down"
            )
            remedy = lower(config, record.planned.batch_size, rate, 5)
        message = f"Plateau: {stands}, {why}."
        return Finding("plateau", since, message, evidence, remedy)
    guess = 1 / classes
    if accuracy > guess + POOR * (1 - guess) or accuracy - held > WIDE_GAP:
        return None
    message = (
        f"Under-fitting: {stands} without jumping, and the network is right for only {percent(accuracy)} "
        f"of the samples it trains on ({percent(held)} of the others). It is too small for these data, "
        "or too strongly regularized."
    )
    return Finding("under_fitting", since, message, evidence, _more_room(config))


def _more_room(config: TrainConfig) -> dict[str, Any]:
    if config.dropout:
        return {"dropout": 0.0}
    if config.weight_decay:
        return {"weight_decay": 0.0}
    if config.architecture == "mlp":
        sizes = [min(16384, max(16, 4 * size)) for size in config.hidden_sizes] or [16]
        return {"hidden_sizes": sizes}
    return {}


def dead_units(
    record: Record, config: TrainConfig, shares: dict[str, float], before: dict[str, float], step: int
) -> Finding | None:
    """Most of a ReLU layer gives 0 for every sample looked at, now and at the look before; or nearly all."""
    found = {
        name: share
        for name, share in shares.items()
        if share >= MOSTLY_DEAD or (share >= DEAD and before.get(name, 0.0) >= DEAD)
    }
    if not found:
        return None
    worst = max(found, key=lambda name: found[name])
    rate = record.blocks.rates[-1] if record.blocks.rates else config.learning_rate
    message = (
        f"Dead units: {percent(found[worst])} of the units of {worst} give 0 for every sample looked at. "
        f"Too long a step (rate {number(rate)}) pushed them below zero for all inputs, and no gradient leads "
        "back."
    )
    evidence = {f"dead_share_{name}": share for name, share in found.items()} | {"learning_rate": rate}
    return Finding("dead_units", step, message, evidence, lower(config, record.planned.batch_size, rate, 10))


def small_batch(
    record: Record, config: TrainConfig, step_seconds: float, sample_seconds: float, step: int
) -> Finding | None:
    """Most of a step's time is spent whatever its size; an evaluation's `sample_seconds` bound the rest."""
    planned = record.planned
    size = planned.batch_size
    own = BACKWARD * sample_seconds * size
    bigger = min(USUAL_BATCH, planned.train_size)
    total = step_seconds * planned.steps_per_epoch * config.epochs
    if (
        size > SMALL_BATCH
        or bigger < 2 * size
        or total < WORTH_SECONDS
        or own > (1 - FIXED_SHARE) * step_seconds
    ):
        return None
    now = step_seconds * planned.steps_per_epoch
    then = (step_seconds - own + BACKWARD * sample_seconds * bigger) * ceil(planned.train_size / bigger)
    if not isfinite(now) or then > now / 2:
        return None
    samples = "1 sample takes" if size == 1 else f"{size} samples takes"
    message = (
        f"Small batches: a step of {samples} {took(step_seconds)}, of which computing them is "
        f"at most {took(own)}. The rest is spent on every step whatever its size: with {bigger} "
        f"samples a step an epoch would take about {took(then)} instead of {took(now)}."
    )
    evidence = {
        "batch_size": size, "step_seconds": step_seconds, "seconds_of_its_samples": own, "epoch_seconds": now,
        "epoch_seconds_with_more": then,
    }  # fmt: skip
    remedy: dict[str, Any] = {"batch_size": bigger}
    rate = rounded(min(0.1, config.learning_rate * bigger / size))
    if config.loss_reduction == "mean" and config.optimizer == "sgd" and rate > config.learning_rate:
        remedy["learning_rate"] = rate  # fewer steps: each may go further
    return Finding("small_batch", step, message, evidence, remedy)


def _losses(record: Record, epoch: int) -> Series:
    keys = record.epochs.keys
    return np.array(record.epochs.losses[: max(0, epoch - keys[0] + 1)] if keys else [])


def _held_out_accuracy(record: Record, epoch: int) -> float:
    scores = record.held_out
    count = bisect_right(scores.epochs, epoch)
    found = scores.accuracies[max(0, count - HELD_OUT_EPOCHS) : count]
    return float(np.mean(found)) if found else 0.0
