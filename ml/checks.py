"""Pairs of fields that cannot go together, found before any device work. Each names the field and the fix."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import cast

from ml.config import GENERATED_POINTS, WITHOUT_GRADIENTS, TrainConfig
from ml.datasets.facts import DatasetFacts
from ml.inspection import inspect
from ml.models.layers import BatchNormalization, ImpossibleLayerError
from ml.models.notation import place
from ml.models.own import ends_with_dropout, item_of
from ml.models.walk import Place, walk
from ml.models.zoo import ARCHITECTURES, layers_of
from ml.naming import named
from ml.plan import Plan, network_input_shape, plan

SMALLEST_ALEXNET_SIDE = 8  # pixels; three poolings halve it to one
AUGMENT, BATCH_NORM, DROPOUT = map(named, ("augment", "batch_norm", "dropout"))


@dataclass(frozen=True, slots=True)
class Problem:
    """A config field that cannot be as it is, and what to do about it; in a text from `start` up to `end`."""

    field: str
    message: str
    start: int | None = None
    end: int | None = None


def _sentence(words: str) -> str:
    return words if words.endswith(".") else f"{words}."


def _data(config: TrainConfig, facts: DatasetFacts) -> Iterator[Problem]:
    if facts.problem is not None:
        yield Problem("dataset", _sentence(facts.problem))
    if config.augment:
        yield from augmenting(facts)
    if config.dataset not in GENERATED_POINTS:
        yield from _ungenerated(config)
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
            f"set {named('validation_fraction')} above 0 or leave {named('early_stopping_patience')} empty.",
        )


def augmenting(facts: DatasetFacts) -> Iterator[Problem]:
    """Why the samples of a data set cannot be augmented; nothing where they can."""
    if facts.is_points:
        message = f"{facts.name} holds points, which cannot be cropped or flipped; switch {AUGMENT} off."
        yield Problem("augment", message)


def _ungenerated(config: TrainConfig) -> Iterator[Problem]:
    """What was asked of points that are not generated."""
    for field in ("points", "noise"):
        usual = TrainConfig.model_fields[field].default
        if getattr(config, field) != usual:
            instead = "leave it empty" if usual is None else f"leave it at {usual}"
            yield Problem(
                field,
                f"{config.dataset} is not made of generated points; {instead}, "
                f"or choose one of {', '.join(GENERATED_POINTS)}.",
            )


def _batches(config: TrainConfig, facts: DatasetFacts) -> Iterator[Problem]:
    places = [place for place in _places(config, facts) if isinstance(place.layer, BatchNormalization)]
    if not places:
        return
    off = f"switch {BATCH_NORM} off" if config.batch_norm else f"take batchnorm out of {named('layers')}"
    if config.batch_size == "full":
        yield Problem(
            "batch_size",
            "a full batch is accumulated in chunks, which batch normalization would see separately; "
            f"choose a number or {off}.",
        )
        return
    single = [place for place in places if prod(place.input_shape[1:]) == 1]
    if single and _single_sample_batch(plan(config, facts)):
        units = "hidden units" if config.architecture == "mlp" else f"single values at {single[0].name}"
        yield Problem(
            "batch_size",
            f"a batch would hold a single sample, whose {units} batch normalization cannot normalize; "
            f"change {named('batch_size')} or {named('train_size')}, or {off}.",
        )


def _places(config: TrainConfig, facts: DatasetFacts) -> list[Place]:
    """Every layer; none when there can be no such network, which is said elsewhere."""
    if facts.is_points and not ARCHITECTURES[config.architecture].takes_points:
        return []
    shape = network_input_shape(config, facts)
    try:
        return walk(layers_of(config, shape, len(facts.classes)), shape)
    except ImpossibleLayerError:
        return []


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
        yield _impossible(config, facts, impossible)
    if config.batch_norm and config.architecture == "mlp" and not config.hidden_sizes:
        yield Problem(
            "batch_norm", f"a linear model has no hidden layer to normalize; switch {BATCH_NORM} off."
        )


def _dropout(config: TrainConfig) -> Iterator[Problem]:
    """Dropout that the network has no place for."""
    if config.dropout and config.architecture == "mlp" and not config.hidden_sizes:
        yield Problem("dropout", f"a linear model has no hidden layer to silence; set {DROPOUT} to 0.")
    if config.dropout and config.architecture == "cnn" and ends_with_dropout(config.layers):
        yield Problem(
            "dropout",
            "your layers end with a dropout of their own, and both would stand before the last layer; "
            f"take it out of {named('layers')} or set {DROPOUT} to 0.",
        )


def _ungraded(config: TrainConfig) -> Iterator[Problem]:
    """What was asked of an architecture that no gradient fits."""
    if config.architecture not in WITHOUT_GRADIENTS:
        return
    for name, field in TrainConfig.model_fields.items():
        extra = field.json_schema_extra
        others = cast(list[str], extra.get("not_architectures", [])) if isinstance(extra, dict) else []
        if config.architecture in others and getattr(config, name) != field.default:
            usual = "empty" if field.default is None else f"at {field.default}".lower()
            yield Problem(
                name,
                f"{config.architecture} is fitted without gradients and does not use {named(name)}; "
                f"leave it {usual}, or choose another architecture.",
            )


def _impossible(config: TrainConfig, facts: DatasetFacts, found: ImpossibleLayerError) -> Problem:
    """A layer that does not fit: which, and for typed layers where it stands in the text."""
    smaller = f" or switch {AUGMENT} off, which crops" if config.augment else ""
    shape = network_input_shape(config, facts)
    item = item_of(config, shape, len(facts.classes), found.layer) if config.architecture == "cnn" else None
    if item is None:
        return Problem("architecture", f"{found}; choose another architecture{smaller}.")
    where = place(config.layers, item.start, item.end)
    fix = f"give it a larger input, a smaller window or pad{smaller}"
    message = f"{where} cannot take its input of {found.shown}: {found.problem}; {fix}."
    return Problem("layers", message, item.start, item.end)


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
            f"come with plain gradient descent; set {named('momentum')} to 0",
        ),
        "dropout": (config.dropout > 0, f"are derived without dropout; set {DROPOUT} to 0"),
        "batch_norm": (config.batch_norm, f"are derived without normalization; switch {BATCH_NORM} off"),
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


def own_problems(config: TrainConfig) -> list[Problem]:
    """What `config` says that cannot be on any data set and any device."""
    return [*_dropout(config), *_ungraded(config), *_by_hand(config)]


def problems(config: TrainConfig, facts: DatasetFacts, devices: Sequence[str] | None = None) -> list[Problem]:
    """Every impossible pair of `config` on `facts`; `devices` are the names present, None when unknown.

    Where the data cannot be read nothing else is known of them.
    """
    if facts.problem is not None and not facts.classes:
        return [Problem("dataset", _sentence(facts.problem))]
    return [
        *_data(config, facts),
        *_batches(config, facts),
        *_model(config, facts),
        *own_problems(config),
        *_device(config, devices),
    ]
