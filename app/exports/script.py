"""A job's training as a plain PyTorch script that imports nothing of this project."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.exports.course import Leg, Turn, course
from app.exports.network_text import network_text
from ml.config import GENERATED_POINTS, TrainConfig
from ml.datasets import circles, digits, points, spiral, xor
from ml.datasets.facts import DatasetFacts
from ml.datasets.registry import POINTS
from ml.inspection import FULL_BATCH_CHUNK
from ml.models.layers import Dropout, Layer, Residual
from ml.models.zoo import ARCHITECTURES, layers_of
from ml.plan import AUGMENTED_SIDE, network_input_shape, plan

READERS = {"mnist": "MNIST", "fashion_mnist": "FashionMNIST", "cifar10": "CIFAR10"}  # torchvision's classes
OPTIMIZERS = {"sgd": "SGD", "adam": "Adam"}
ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent.parent / "templates"),
    autoescape=False,  # it is Python, not HTML; texts that users choose go in as literals
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
ENVIRONMENT.filters["literal"] = repr


def script_of(title: str, facts: DatasetFacts, legs: Sequence[Leg], limits: Sequence[str] = ()) -> str:
    """The Python source of the training that `legs` led to, on the data set of `facts`.

    Its losses equal the job's, on the same kind of device, but for what `limits` say: sentences of ours.
    """
    config = legs[-1].config
    planned = plan(config, facts)
    turns = course(legs, planned.steps_per_epoch)
    varied = [name for name in turns[0].values if len({turn.values[name] for turn in turns}) > 1]
    said = {name: f"now.{name}" if name in varied else repr(value) for name, value in turns[0].values.items()}
    stops_early = any(turn.values["early_stopping_patience"] for turn in turns)
    shape = network_input_shape(config, facts)
    silenced = config.model_copy(update={"dropout": max(turn.values["dropout"] for turn in turns)})
    layers = layers_of(silenced, shape, len(facts.classes))
    adjusted = _governed(silenced, layers, facts) if "dropout" in varied else set()
    return ENVIRONMENT.get_template("exports/script.py.jinja").render(
        title=repr(title),
        classes=repr(list(facts.classes)),
        config=config,
        limits=limits,
        first={name: turns[0].values[name] for name in varied},
        later=[(turn, _new(before, turn, varied)) for before, turn in pairwise(turns)],
        varied=varied,
        said=said,
        has_fork=any(turn.is_fork for turn in turns),
        has_early_fork=not all(turn.is_evaluated for turn in turns),
        lowered=any(turn.values["precision"] == "bfloat16" for turn in turns),
        stops_early=stops_early,
        resets=stops_early and any(turn.is_fork for turn in turns),
        kinds={name: {turn.values[name] for turn in turns} for name in turns[0].values},
        batch_size=repr(config.batch_size),
        taken=planned.train_size + planned.validation_size,
        network=network_text(layers, shape, adjusted=adjusted),
        has_residual=any(isinstance(layer, Residual) for layer in layers),
        he=ARCHITECTURES[config.architecture].initialization == "he",
        optimizers={kind: _optimizer(kind, turns, said) for kind in ("sgd", "adam")},
        chunk=FULL_BATCH_CHUNK if config.batch_size == "full" else planned.batch_size,
        kept_side=AUGMENTED_SIDE,
        flips="flip" in facts.label_keeping_augmentations,
        **_data(config, facts),
    )


def _governed(config: TrainConfig, layers: Sequence[Layer], facts: DatasetFacts) -> set[str]:
    """The names of the dropout layers that follow the config; a network may have others of its own."""
    plain = config.model_copy(update={"dropout": 0.0})
    own = {layer.name for layer in layers_of(plain, network_input_shape(config, facts), len(facts.classes))}
    return {layer.name for layer in layers if isinstance(layer, Dropout) and layer.name not in own}


def _new(before: Turn, turn: Turn, varied: Sequence[str]) -> dict[str, Any]:
    return {name: turn.values[name] for name in varied if turn.values[name] != before.values[name]}


def _optimizer(kind: str, turns: Sequence[Turn], said: Mapping[str, str]) -> str:
    values = {"lr": said["rate"] if "now." in said["rate"] else "LEARNING_RATE"}
    fields = ["momentum", "weight_decay"] if kind == "sgd" else ["weight_decay"]
    for field in fields:
        if any(turn.values[field] for turn in turns):
            values[field] = said[field]
    arguments = ", ".join(f"{name}={value}" for name, value in values.items())
    return f"torch.optim.{OPTIMIZERS[kind]}(module.parameters(), {arguments})"


def _data(config: TrainConfig, facts: DatasetFacts) -> dict[str, Any]:
    """Which template reads the data, and what it and the option `--data` say."""
    name = config.dataset
    unused = {"data_default": repr("."), "data_help": repr("not used: this data set needs no files")}
    if name in GENERATED_POINTS:
        usual = POINTS[name].noise
        return {
            "source": "points",
            "needs": "torch, numpy and scikit-learn",
            "dataset": name,
            "noise": usual if config.noise is None else config.noise,
            "factor": circles.FACTOR,
            "gap": xor.GAP,
            "innermost": spiral.INNERMOST,
            "turns": spiral.TURNS,
            "train_seed": points.TRAIN_SEED,
            "test_seed": points.TEST_SEED,
            **unused,
        }
    if name == digits.NAME:
        return {
            "source": "digits",
            "needs": "torch, numpy and scikit-learn",
            "brightest": digits.BRIGHTEST,
            "test_size": digits.TEST_SIZE,
            "split_seed": digits.SPLIT_SEED,
            **unused,
        }
    _, height, width = facts.input_shape
    sides = {"height": height, "width": width}
    if facts.source == "image folder":
        layout = "the folder that holds train/CLASS/* and test/CLASS/*"
        found = {"source": "image_folder", "needs": "torch, numpy and Pillow"}
    elif name in READERS:
        layout = "where torchvision finds the data set, or downloads it to"
        found = {"source": "torchvision", "needs": "torch, torchvision and numpy", "reader": READERS[name]}
    else:
        layout = "the folder datasets/NAME of the data directory of the server it was uploaded to"
        found = {"source": "arrays", "needs": "torch and numpy"}
    return {**found, **sides, "data_default": repr(name), "data_help": repr(layout)}
