"""Pairs of fields that cannot go together, found before any device work. Each names the field and the fix."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ml.config import TrainConfig
from ml.datasets.facts import DatasetFacts
from ml.inspection import inspect
from ml.models.layers import ImpossibleLayerError
from ml.models.zoo import ARCHITECTURES
from ml.plan import Plan, plan

SMALLEST_ALEXNET_SIDE = 8  # pixels; three poolings halve it to one


@dataclass(frozen=True, slots=True)
class Problem:
    """A config field that cannot be as it is, and what to do about it."""

    field: str
    message: str


def _data(config: TrainConfig, facts: DatasetFacts) -> Iterator[Problem]:
    if facts.problem is not None:
        yield Problem("dataset", facts.problem)
    if facts.is_points and config.augment:
        yield Problem(
            "augment", f"{facts.name} holds points, which cannot be cropped or flipped; switch augment off."
        )
    if config.train_size is not None and config.train_size > facts.train_size:
        yield Problem(
            "train_size",
            f"{facts.name} has {facts.train_size:,} training samples; "
            "choose at most that many or leave it empty.",
        )
    if plan(config, facts).validation_size == 0 and config.early_stopping_patience is not None:
        yield Problem(
            "early_stopping_patience",
            "early stopping compares validation losses, but nothing is held out; "
            "set validation_fraction above 0 or leave early_stopping_patience empty.",
        )


def _batches(config: TrainConfig, facts: DatasetFacts) -> Iterator[Problem]:
    if not config.batch_norm:
        return
    if config.batch_size == "full":
        yield Problem(
            "batch_size",
            "a full batch is accumulated in chunks, which batch normalization would see separately; "
            "choose a number or switch batch_norm off.",
        )
    elif config.architecture == "mlp" and _single_sample_batch(plan(config, facts)):
        yield Problem(
            "batch_size",
            "a batch would hold a single sample, whose hidden units batch normalization cannot normalize; "
            "choose another batch_size or train_size, or switch batch_norm off.",
        )


def _single_sample_batch(planned: Plan) -> bool:
    return planned.batch_size == 1 or planned.train_size % planned.batch_size == 1


def _model(config: TrainConfig, facts: DatasetFacts) -> Iterator[Problem]:
    if facts.is_points and not ARCHITECTURES[config.architecture].takes_points:
        yield Problem(
            "architecture",
            f"{config.architecture} needs pictures and {facts.name} holds points; "
            "choose mlp, or a data set of pictures.",
        )
        return
    if config.architecture == "alexnet" and min(facts.input_shape[1:]) < SMALLEST_ALEXNET_SIDE:
        yield Problem(
            "architecture", f"alexnet needs pictures of at least {SMALLEST_ALEXNET_SIDE} pixels a side."
        )
        return
    try:
        inspect(config, facts)
    except ImpossibleLayerError as impossible:
        smaller = " or switch augment off, which crops" if config.augment else ""
        yield Problem("architecture", f"{impossible}; choose another architecture{smaller}.")
    if config.dropout and config.architecture == "mlp" and not config.hidden_sizes:
        yield Problem("dropout", "a linear model has no hidden layer to silence; set dropout to 0.")
    if config.batch_norm and config.architecture == "mlp" and not config.hidden_sizes:
        yield Problem("batch_norm", "a linear model has no hidden layer to normalize; switch batch_norm off.")


def _by_hand(config: TrainConfig) -> Iterator[Problem]:
    """What the practical's own derivation does not cover."""
    if config.gradients != "by_hand":
        return
    is_mlp = config.architecture == "mlp"
    found = {
        "architecture": (not is_mlp, "are derived for an mlp; choose mlp"),
        "hidden_sizes": (
            is_mlp and len(config.hidden_sizes) != 1,
            "are derived for exactly one hidden layer; give one size",
        ),
        "activation": (is_mlp and config.activation != "tanh", "are derived for tanh; choose tanh"),
        "optimizer": (config.optimizer != "sgd", "come with plain gradient descent; choose sgd"),
        "momentum": (
            config.optimizer == "sgd" and config.momentum > 0,
            "come with plain gradient descent; set momentum to 0",
        ),
        "dropout": (config.dropout > 0, "are derived without dropout; set dropout to 0"),
        "batch_norm": (config.batch_norm, "are derived without normalization; switch batch_norm off"),
        "precision": (config.precision != "float32", "are computed in float32; choose float32"),
    }
    for field, (is_wrong, words) in found.items():
        if is_wrong:
            yield Problem(field, f"gradients by hand {words}, or train with autograd gradients.")


def _device(config: TrainConfig, devices: Sequence[str] | None) -> Iterator[Problem]:
    if devices is None or config.device == "auto" or config.device in devices:
        return
    if config.device == "cuda" and any(name.startswith("cuda:") for name in devices):
        return
    yield Problem("device", f"{config.device} is not there; choose auto or one of {', '.join(devices)}.")


def problems(config: TrainConfig, facts: DatasetFacts, devices: Sequence[str] | None = None) -> list[Problem]:
    """Every impossible pair of `config` on `facts`; `devices` are the names present, None when unknown."""
    return [
        *_data(config, facts),
        *_batches(config, facts),
        *_model(config, facts),
        *_by_hand(config),
        *_device(config, devices),
    ]
