"""A job's training as a plain PyTorch script that imports nothing of this project."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.exports.network_text import network_text
from ml.config import GENERATED_POINTS, TrainConfig
from ml.datasets import circles, digits, points, spiral, xor
from ml.datasets.facts import DatasetFacts
from ml.datasets.registry import POINTS
from ml.inspection import FULL_BATCH_CHUNK
from ml.models.layers import Residual
from ml.models.zoo import ARCHITECTURES, layers_of
from ml.plan import AUGMENTED_SIDE, network_input_shape, plan

READERS = {"mnist": "MNIST", "fashion_mnist": "FashionMNIST", "cifar10": "CIFAR10"}  # torchvision's classes
ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent.parent / "templates"),
    autoescape=False,  # it is Python, not HTML; texts that users choose go in as literals
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def script_of(title: str, config: TrainConfig, facts: DatasetFacts, history: Sequence[str] = ()) -> str:
    """The Python source of the training of `config` on the data set of `facts`.

    `history` are remarks, a comment each. Its first losses equal the job's, on the same kind of device.
    """
    shape = network_input_shape(config, facts)
    layers = layers_of(config, shape, len(facts.classes))
    planned = plan(config, facts)
    return ENVIRONMENT.get_template("exports/script.py.jinja").render(
        title=ascii(title),
        classes=ascii(facts.classes),
        config=config,
        history=[ascii(line)[1:-1] for line in history],
        batch_size=ascii(config.batch_size),
        taken=planned.train_size + planned.validation_size,
        network=network_text(layers, shape),
        has_residual=any(isinstance(layer, Residual) for layer in layers),
        he=ARCHITECTURES[config.architecture].initialization == "he",
        optimizer=_optimizer(config),
        chunk=FULL_BATCH_CHUNK if config.batch_size == "full" else planned.batch_size,
        kept_side=AUGMENTED_SIDE,
        flips="flip" in facts.label_keeping_augmentations,
        **_data(config, facts),
    )


def _optimizer(config: TrainConfig) -> str:
    values = {"lr": "LEARNING_RATE"}
    if config.optimizer == "sgd" and config.momentum:
        values["momentum"] = repr(config.momentum)
    if config.weight_decay:
        values["weight_decay"] = repr(config.weight_decay)
    kind = {"sgd": "SGD", "adam": "Adam"}[config.optimizer]
    arguments = ", ".join(f"{name}={value}" for name, value in values.items())
    return f"torch.optim.{kind}(module.parameters(), {arguments})"


def _data(config: TrainConfig, facts: DatasetFacts) -> dict[str, Any]:
    """Which template reads the data, and what it and the option `--data` say."""
    name = config.dataset
    unused = {"data_default": ascii("."), "data_help": ascii("not used: this data set needs no files")}
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
    return {**found, **sides, "data_default": ascii(name), "data_help": ascii(layout)}
