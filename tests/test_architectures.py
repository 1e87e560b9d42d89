"""VGG16, ResNet-18, typed networks: against torchvision, hooks, and measured receptive fields."""

import random
from dataclasses import replace
from itertools import pairwise
from math import prod

import pytest
import torch
import torchvision
from torch import nn

from ml import train as train_module
from ml.checks import problems
from ml.config import TrainConfig
from ml.control import NoControl
from ml.inspection import inspect
from ml.models.build import build, build_module, with_dropout
from ml.models.deep import residual_block, resnet18, vgg16_large
from ml.models.layers import (
    Convolution,
    GlobalAverage,
    ImpossibleLayerError,
    Layer,
    Pooling,
    Residual,
    Shape,
)
from ml.models.sheet import WHOLE_IMAGE, activations, sheet
from ml.models.walk import walk
from ml.models.zoo import ARCHITECTURES, layers_of
from ml.naming import label
from ml.train import train
from tests.made import curve, final, made_images
from tests.test_sheet import facts

CIFAR = (3, 32, 32)


def shapes_by_hooks(module: nn.Module, inputs: torch.Tensor, kinds: tuple[type, ...]) -> list[tuple]:
    """Output shape, weights and biases of every part of these kinds, in the order of a forward pass."""
    seen = []

    def note(part: nn.Module, _inputs: object, output: torch.Tensor) -> None:
        own = {name: parameter.numel() for name, parameter in part.named_parameters(recurse=False)}
        seen.append((tuple(output.shape[1:]), own.get("weight", 0), own.get("bias", 0)))

    for part in module.modules():
        if isinstance(part, kinds):
            part.register_forward_hook(note)
    module(inputs)
    return seen


def test_vgg16_at_224_equals_torchvisions_layer_by_layer():
    with torch.device("meta"):
        module = torchvision.models.vgg16()
        seen = shapes_by_hooks(
            module, torch.empty(1, 3, 224, 224), (nn.Conv2d, nn.MaxPool2d, nn.Linear, nn.Dropout)
        )
    rows = sheet(vgg16_large(1000), (3, 224, 224))
    assert [(row.output_shape, row.weights, row.biases) for row in rows] == seen
    assert sum(row.parameters for row in rows) == 138_357_544
    assert [row.name for row in rows if row.weights][-3:] == ["fc6", "fc7", "fc8"]


def test_resnet18_equals_torchvisions_with_the_stem_for_small_pictures():
    theirs = torchvision.models.resnet18(num_classes=10)
    theirs.conv1, theirs.maxpool = nn.Conv2d(3, 64, 3, padding=1, bias=False), nn.Identity()
    kinds = (nn.Conv2d, nn.BatchNorm2d, nn.Linear)
    config = TrainConfig(architecture="resnet18", batch_norm=True)
    module = build(resnet18(config, CIFAR, 10), CIFAR)
    inputs = torch.rand(2, *CIFAR)
    assert sorted(shapes_by_hooks(theirs, inputs, kinds)) == sorted(shapes_by_hooks(module, inputs, kinds))
    assert sum(parameter.numel() for parameter in module.parameters()) == 11_173_962

    own = dict(module.named_parameters())
    their = dict(theirs.named_parameters())
    renamed = {
        name: name.replace("conv_shortcut", "downsample.0").replace("norm_shortcut", "downsample.1")
        .replace("norm", "bn").replace("block", "layer")
        for name in own
    }  # fmt: skip
    for name, parameter in own.items():
        called = renamed[name]
        if called.startswith("layer"):
            stage, block = int(called[5]) - 1, int(called[7]) - 1
            called = f"layer{stage}.{block}{called[8:]}"
        their[called].data.copy_(parameter.data)
    torch.testing.assert_close(
        module(inputs), theirs(inputs), rtol=1e-3, atol=1e-4
    )  # normalized by the batch


@pytest.mark.parametrize(
    ("architecture", "parameters", "normed"),
    [("vgg16", 15_245_130, 15_253_578), ("resnet18", 11_169_162, 11_173_962)],
)
def test_the_toggles_mean_the_same(architecture: str, parameters: int, normed: int):
    plain = TrainConfig(architecture=architecture)
    assert inspect(plain, facts()).parameters == parameters
    assert inspect(plain.model_copy(update={"batch_norm": True}), facts()).parameters == normed
    layers = layers_of(plain.model_copy(update={"dropout": 0.5, "batch_norm": True}), CIFAR, 10)
    assert layers[-2].kind == "dropout"
    assert layers[-1].kind == "fully_connected"
    places = walk(layers, CIFAR)
    for place, following in pairwise(places):
        assert place.layer.kind != "convolution" or following.layer.kind == "batch_normalization"


def random_residual(rng: random.Random, name: str, shape: Shape) -> list[Layer]:
    return residual_block(name, shape[0], rng.randint(1, 4), rng.randint(1, 2), rng.random() < 0.5)


def random_notation(rng: random.Random) -> str:
    """A typed network of any words; not every one fits."""
    words = []
    for _ in range(rng.randint(1, 7)):
        window = rng.randint(1, 4)
        words.append(rng.choice([
            f"conv {rng.randint(1, 5)} {window}x{window} stride {rng.randint(1, 2)}",
            f"conv {rng.randint(1, 5)} {window}x{window} pad {rng.randint(0, window - 1)}",
            f"pool {window} pad {window // 2} ceil", f"average {window} stride {rng.randint(1, 3)}",
            f"residual {rng.randint(1, 4)} stride {rng.randint(1, 2)}",
            "relu", "tanh", "sigmoid", "batchnorm", "dropout 0.5",
        ]))  # fmt: skip
    words += rng.choice([[], ["average all"], ["flatten"], [f"fc {rng.randint(1, 9)}", "batchnorm"]])
    return ", ".join(words)


def fitting(seed: int) -> tuple[TrainConfig, Shape]:
    """A config of typed layers and an input shape that go together."""
    rng = random.Random(seed)
    while True:
        config = TrainConfig(
            architecture="cnn", layers=random_notation(rng), batch_norm=rng.random() < 0.5, dropout=0.5
        )
        shape = (rng.randint(1, 3), rng.randint(8, 20), rng.randint(8, 20))
        try:
            layers_of(config, shape, 4)[0]
            sheet(layers_of(config, shape, 4), shape)
        except ImpossibleLayerError:
            continue
        return config, shape


@pytest.mark.parametrize("seed", range(60))
def test_sheets_of_typed_networks_agree_with_hooks_on_the_built_module(seed: int):
    config, shape = fitting(seed)
    layers = layers_of(config, shape, 4)
    module = build_module(config, shape, 4)  # with pooling first: the same names, whatever their order
    seen: dict[str, tuple[Shape, Shape]] = {}
    for name, part in module.named_modules():
        part.register_forward_hook(
            lambda _, inputs, output, name=name: seen.update(
                {name: (tuple(inputs[0].shape[1:]), tuple(output.shape[1:]))}
            )
        )
    module(torch.rand(3, *shape))
    rows = sheet(layers, shape)
    for row in rows:
        own = {
            name: parameter.numel()
            for name, parameter in module.get_submodule(row.name).named_parameters(recurse=False)
        }
        assert (row.input_shape, row.output_shape) == seen[row.name], row.name
        assert (row.weights, row.biases) == (own.get("weight", 0), own.get("bias", 0)), row.name
    assert sum(row.parameters for row in rows) == sum(p.numel() for p in module.parameters())
    running = [buffer.numel() for name, buffer in module.named_buffers() if ".running_" in name]
    assert sum(row.buffers for row in rows) == sum(running)
    assert prod(shape) + sum(row.activations for row in rows) == activations(layers, shape)
    named = {name for name, _ in module.named_modules() if name}
    assert {place.name for place in walk(layers, shape)} == named


def averaged(layer: Layer) -> Layer:
    """The same layer where every input has its share in the output: gradients then show what is seen."""
    if isinstance(layer, Pooling):
        return replace(layer, reduce="average")
    if isinstance(layer, Residual):
        body, shortcut = (tuple(map(averaged, path)) for path in (layer.body, layer.shortcut))
        return replace(layer, body=body, shortcut=shortcut)
    return layer


def measured_receptive_field(layers: list[Layer], side: int) -> int:
    """Input pixels a side that the middle output depends on, by gradients through positive weights."""
    module = build([averaged(layer) for layer in layers], (1, side, side)).double()
    for parameter in module.parameters():
        nn.init.constant_(parameter, 0.1)
    inputs = torch.ones(1, 1, side, side, dtype=torch.float64, requires_grad=True)
    outputs = module(inputs)
    outputs[0, 0, outputs.shape[2] // 2, outputs.shape[3] // 2].backward()
    touched = inputs.grad[0, 0].abs().sum(1).nonzero()
    return int(touched.max() - touched.min()) + 1


@pytest.mark.parametrize("seed", range(30))
def test_receptive_fields_with_residual_blocks_equal_measured_ones(seed: int):
    rng = random.Random(seed)
    layers: list[Layer] = []
    channels = 1
    for i in range(rng.randint(1, 4)):
        if rng.random() < 0.6:
            layers += residual_block(
                f"block{i}", channels, channels := rng.randint(1, 2), rng.randint(1, 2), False
            )
        elif rng.random() < 0.5:
            layers.append(Convolution(f"conv{i}", channels, rng.randint(1, 5), rng.randint(1, 2)))
        else:
            layers.append(Pooling(f"pool{i}", 2, 2))
    side = 260
    assert sheet(layers, (1, side, side))[-1].receptive_field == measured_receptive_field(layers, side)


@pytest.mark.parametrize("seed", range(30))
def test_receptive_fields_of_typed_networks_equal_measured_ones(seed: int):
    rng = random.Random(500 + seed)
    parts = [
        rng.choice([f"conv 1 {k}x{k} stride {rng.randint(1, 2)}, relu", f"pool {k}", "residual 1 stride 2"])
        for k in (rng.randint(1, 4) for _ in range(rng.randint(1, 4)))
    ]  # fmt: skip
    config = TrainConfig(architecture="cnn", layers=", ".join(parts))
    side = 300
    layers = layers_of(config, (1, side, side), 2)[:-2]  # without flattening and the classes' layer
    rows = sheet(layers, (1, side, side))
    assert rows[-1].receptive_field == measured_receptive_field(layers, side)


def test_a_residual_block_of_its_widest_path_sees_most_and_needs_equal_ends():
    block = Residual("block", (Convolution("narrow", 1, 1),), (Convolution("wide", 1, 5, padding=2),))
    assert sheet([block], (1, 20, 20))[-1].receptive_field == 5
    assert block.parameters((1, 20, 20)) == (1 + 25, 2)
    whole = sheet([Residual("block", (GlobalAverage("all"),), (GlobalAverage("too"),))], (1, 9, 9))
    assert whole[-1].receptive_field == WHOLE_IMAGE
    with pytest.raises(ImpossibleLayerError, match="its body gives 2×20×20 and its shortcut 1×20×20"):
        sheet([Residual("block", (Convolution("conv", 2, 1),))], (1, 20, 20))
    with pytest.raises(ImpossibleLayerError, match=r"layer block\.conv cannot take its input of 2×2×1"):
        sheet([Residual("block", (Convolution("conv", 2, 5),))], (1, 2, 2))


@pytest.mark.parametrize("architecture", ["vgg16", "resnet18", "cnn"])
@pytest.mark.parametrize("toggles", [{}, {"dropout": 0.5, "batch_norm": True, "augment": True}])
def test_each_trains_a_step_or_two(monkeypatch, tmp_path, architecture: str, toggles: dict):
    dataset = made_images(train=8, test=4, shape=CIFAR)

    def load_made(name, data_directory, device, cloud):
        yield from ()
        return dataset

    monkeypatch.setattr(train_module, "load", load_made)
    config = TrainConfig(
        architecture=architecture,
        batch_size=4,
        epochs=1,
        validation_fraction=0,
        learning_rate=1e-3,
        **toggles,
    )
    entries = list(train(config, NoControl(), tmp_path))
    assert final(entries).status == "completed", final(entries)
    assert curve(entries)["step"].tolist() == [1, 2]
    assert len(set(curve(entries, "test")["loss"].tolist())) == 2, "something was learned"


def test_a_typed_network_learns_the_digits(tmp_path):
    config = TrainConfig(
        dataset="digits", architecture="cnn", learning_rate=0.05, momentum=0.9, batch_size=32, epochs=4
    )
    entries = list(train(config, NoControl(), tmp_path))
    assert curve(entries, "test")["accuracy"][-1] > 0.9


@pytest.mark.parametrize("architecture", ["vgg16", "resnet18", "cnn"])
def test_dropout_adjusted_while_it_trains_keeps_everything_else(architecture: str):
    config = TrainConfig(architecture=architecture)
    module = build_module(config, CIFAR, 10)
    adjusted = with_dropout(module, config.model_copy(update={"dropout": 0.3}), CIFAR, 10)
    (dropout,) = [part for part in adjusted.modules() if isinstance(part, nn.Dropout)]
    assert dropout.p == 0.3
    assert list(adjusted)[-2] is dropout
    assert {*module.parameters()} == {*adjusted.parameters()}
    assert with_dropout(adjusted, config, CIFAR, 10).state_dict().keys() == module.state_dict().keys()


def test_deep_networks_start_with_a_signal_at_both_ends():
    for architecture in ("vgg16", "resnet18"):
        module = build_module(TrainConfig(architecture=architecture), CIFAR, 10)
        scores = module(torch.rand(8, *CIFAR))
        nn.functional.cross_entropy(scores, torch.arange(8)).backward()
        first = next(module.parameters())
        assert first.grad.norm() / first.norm() > 1e-3, architecture


@pytest.mark.parametrize(
    ("config", "shape", "field", "words"),
    [
        ({"architecture": "vgg16"}, (1, 8, 8), "architecture",
         "layer pool4 cannot take its input of 1×1×512"),
        ({"architecture": "vgg16", "augment": True}, (1, 28, 28), "architecture",
         "switch Augmentation (augment) off"),
        ({"architecture": "cnn"}, (2,), "architecture", "needs pictures"),
        ({"architecture": "cnn", "layers": "relu,\npool 2,pool 9"}, (1, 8, 8), "layers",
         "line 2, column 8, “pool 9” cannot take its input of 4×4×1: its 9×9 window"),
        ({"architecture": "cnn", "layers": "pool 4, residual 4, conv 8 5x5"}, (1, 8, 8), "layers",
         "“conv 8 5x5”"),
        ({"architecture": "cnn", "layers": "fc 4, dropout 0.5", "dropout": 0.5}, (1, 8, 8), "dropout",
         "end with a dropout of their own"),
        ({"architecture": "cnn", "layers": "batchnorm", "batch_size": "full"}, (1, 8, 8), "batch_size",
         "take batchnorm out of Layers"),
        ({"architecture": "cnn", "layers": "fc 4, batchnorm", "batch_size": 1}, (1, 8, 8), "batch_size",
         "single values at norm1"),
        ({"architecture": "resnet18", "batch_norm": True, "batch_size": 1}, (1, 8, 8), "batch_size",
         "single values at block5_1.norm1"),
    ],
)  # fmt: skip
def test_impossible_networks_name_field_place_and_fix(config, shape, field, words):
    found = problems(TrainConfig(**config), facts(shape))
    assert [problem.field for problem in found] == [field]
    assert words in found[0].message
    assert (found[0].start is not None) == (field == "layers")


def test_batches_of_one_are_fine_where_pictures_are_large_enough():
    config = TrainConfig(architecture="cnn", layers="conv 4, batchnorm", batch_size=1)
    assert problems(config, facts((1, 8, 8))) == []


def test_a_typed_batchnorm_is_not_doubled_by_the_toggle():
    config = TrainConfig(architecture="cnn", layers="conv 4, batchnorm, conv 4, relu", batch_norm=True)
    kinds = [place.layer.kind for place in walk(layers_of(config, (1, 8, 8), 2), (1, 8, 8))]
    assert kinds[:5] == [
        "convolution",
        "batch_normalization",
        "convolution",
        "batch_normalization",
        "activation",
    ]


def test_names_of_typed_networks_tell_them_apart():
    config = TrainConfig(dataset="digits", architecture="cnn", layers="conv 8 3x3, relu, average all")
    assert label(config) == "digits · cnn conv8 average"
    assert len(label(config.model_copy(update={"layers": "conv 100 3x3, " * 30}))) < 90


def test_every_architecture_is_a_choice_of_the_config():
    assert TrainConfig.model_json_schema()["properties"]["architecture"]["enum"] == list(ARCHITECTURES)
