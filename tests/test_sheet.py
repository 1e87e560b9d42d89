"""The sheet against the practical's table, against built modules, and against measured receptive fields."""

import random
from math import ceil, floor, prod

import pytest
import torch
from torch import nn

from ml.config import TrainConfig
from ml.datasets.facts import DatasetFacts
from ml.inspection import inspect
from ml.models.build import build
from ml.models.formulas import svm_parameters
from ml.models.layers import (
    Activation,
    BatchNormalization,
    Convolution,
    Dropout,
    Flatten,
    FullyConnected,
    ImpossibleLayerError,
    Layer,
    Pooling,
    sliding_size,
)
from ml.models.sheet import WHOLE_IMAGE, sheet
from ml.models.zoo import layers_of

# Practical, part B: layer, output (channels first), weights, biases, receptive field.
ALEXNET = [
    ("conv1", (32, 32, 32), 2_400, 32, 5),
    ("pool1", (32, 16, 16), 0, 0, 6),
    ("conv2", (64, 16, 16), 51_200, 64, 14),
    ("pool2", (64, 8, 8), 0, 0, 16),
    ("conv3", (64, 8, 8), 102_400, 64, 32),
    ("pool3", (64, 4, 4), 0, 0, 36),
    ("fc4", (1000,), 1_024_000, 1_000, WHOLE_IMAGE),
    ("fc5", (10,), 10_000, 10, WHOLE_IMAGE),
]


def facts(shape: tuple[int, ...] = (3, 32, 32), classes: int = 10, train_size: int = 50_000) -> DatasetFacts:
    kind = "points" if len(shape) == 1 else "images"
    names = tuple(f"class{i}" for i in range(classes))
    return DatasetFacts("made", "Made", "", kind, shape, names, train_size, 100, ("crop", "flip"), "", "made")


def test_sheet_of_alexnet_equals_the_practicals_table_row_by_row():
    rows = sheet(layers_of(TrainConfig(architecture="alexnet"), (3, 32, 32), 10), (3, 32, 32))
    found = [(row.name, row.output_shape, row.weights, row.biases, row.receptive_field) for row in rows]
    assert found == ALEXNET
    assert sum(row.weights + row.biases for row in rows) == 1_191_170


def test_sheet_of_lenet5_on_mnist_has_the_known_number_of_parameters():
    rows = sheet(layers_of(TrainConfig(architecture="lenet5"), (1, 28, 28), 10), (1, 28, 28))
    assert sum(row.weights + row.biases for row in rows) == 61_706
    assert [row.output_shape for row in rows][:4] == [(6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5)]


def test_inspection_of_an_augmented_config_shows_the_crop():
    config = TrainConfig(architecture="alexnet", augment=True, batch_norm=True, dropout=0.5)
    found = inspect(config, facts())
    assert [row.name for row in found.layers if row.name.startswith("norm")] == ["norm1", "norm2", "norm3"]
    assert found.layers[0].output_shape == (32, 28, 28)
    assert "dropout4" in [row.name for row in found.layers]
    assert found.parameters == 1_191_170 + 2 * (32 + 64 + 64)
    assert found.steps_per_epoch == -(-45_000 // 128)


def test_macs_are_weights_times_the_positions_they_are_used_at():
    rows = {row.name: row for row in inspect(TrainConfig(architecture="alexnet"), facts()).layers}
    assert rows["conv1"].macs == 2_400 * 32 * 32
    assert rows["fc4"].macs == 1_024_000
    assert rows["pool1"].macs == 0


def random_layers(rng: random.Random) -> tuple[list[Layer], tuple[int, int, int]]:
    """A random network that fits: convolutions and poolings of any kernel, stride, padding, then dense."""
    shape: tuple[int, ...] = (rng.randint(1, 4), rng.randint(8, 33), rng.randint(8, 33))
    start = shape
    layers: list[Layer] = []
    for i in range(rng.randint(1, 6)):
        kernel = rng.randint(1, 5)
        stride, padding = rng.randint(1, 3), rng.randint(0, kernel // 2)
        if rng.random() < 0.6:
            candidate: Layer = Convolution(f"conv{i}", rng.randint(1, 6), kernel, stride, padding)
        else:
            reduce = rng.choice(["max", "average"])
            candidate = Pooling(f"pool{i}", kernel, stride, padding, rng.random() < 0.5, reduce)
        try:
            shape = candidate.output_shape(shape)
        except ImpossibleLayerError:
            continue
        layers.append(candidate)
        if rng.random() < 0.3:
            layers.append(BatchNormalization(f"norm{i}"))
        if rng.random() < 0.5:
            layers.append(Activation(f"activation{i}", rng.choice(["relu", "tanh", "sigmoid"])))
    layers.append(Flatten())
    for i in range(rng.randint(1, 3)):
        layers.append(FullyConnected(f"fc{i}", rng.randint(1, 20)))
        if rng.random() < 0.5:
            layers.append(Dropout(f"dropout{i}", 0.5))
    return layers, start


@pytest.mark.parametrize("seed", range(50))
def test_sheet_agrees_with_hooks_on_the_built_module(seed: int):
    layers, shape = random_layers(random.Random(seed))
    module = build(layers, shape)
    seen: dict[str, tuple[int, ...]] = {}
    for name, part in module.named_children():
        part.register_forward_hook(
            lambda _, __, output, name=name: seen.update({name: tuple(output.shape[1:])})
        )
    module(torch.randn(2, *shape))
    rows = sheet(layers, shape)
    assert {row.name: row.output_shape for row in rows} == {row.name: seen[row.name] for row in rows}
    for row in rows:
        parameters = dict(module.get_submodule(row.name).named_parameters())
        assert row.weights == (parameters["weight"].numel() if "weight" in parameters else 0)
        assert row.biases == (parameters["bias"].numel() if "bias" in parameters else 0)


def measured_receptive_field(layers: list[Layer], side: int) -> int:
    """Input pixels a side that the middle output depends on, by gradients through positive weights."""
    averaged = [
        Pooling(layer.name, layer.kernel_size, layer.stride, layer.padding, layer.ceil_mode, "average")
        if isinstance(layer, Pooling)
        else layer
        for layer in layers
    ]
    module = build(averaged, (1, side, side))
    for parameter in module.parameters():
        nn.init.constant_(parameter, 0.1)
    inputs = torch.ones(1, 1, side, side, dtype=torch.float64, requires_grad=True)
    outputs = module.double()(inputs)
    outputs[0, 0, outputs.shape[2] // 2, outputs.shape[3] // 2].backward()
    touched = inputs.grad[0, 0].abs().sum(1).nonzero()
    return int(touched.max() - touched.min()) + 1


@pytest.mark.parametrize("seed", range(20))
def test_receptive_fields_equal_measured_ones(seed: int):
    rng = random.Random(1000 + seed)
    layers: list[Layer] = []
    for i in range(rng.randint(1, 5)):
        kernel, stride = rng.randint(1, 5), rng.randint(1, 2)
        kind = Convolution(f"conv{i}", 1, kernel, stride) if rng.random() < 0.6 else None
        layers.append(kind or Pooling(f"pool{i}", max(kernel, stride), stride))
    side = 250
    rows = sheet(layers, (1, side, side))
    assert rows[-1].receptive_field == measured_receptive_field(layers, side)


@pytest.mark.parametrize("size", range(1, 20))
@pytest.mark.parametrize("ceil_mode", [False, True])
def test_sliding_size_equals_torchs_pooling(size: int, ceil_mode: bool):
    for kernel in range(1, 5):
        for stride in range(1, 4):
            for padding in range(kernel // 2 + 1):
                expected_size = sliding_size(size, kernel, stride, padding, ceil_mode)
                if expected_size < 1 or size + 2 * padding < kernel:
                    continue
                pool = nn.MaxPool2d(kernel, stride, padding, ceil_mode=ceil_mode)
                assert pool(torch.zeros(1, 1, size, size)).shape[-1] == expected_size


def test_formulas_compute_to_the_sizes_they_state():
    for seed in range(200):
        layers, shape = random_layers(random.Random(seed))
        for row in sheet(layers, shape):
            if row.size_formula is None:
                assert row.kind not in ("convolution", "pooling")
                continue
            sides = row.size_formula.removeprefix("height ").split(", width ")
            for text, side in zip(sides, row.output_shape[1:], strict=False):
                left, right = text.replace("·", "*").replace("−", "-").split(" = ")
                for mark, word in (("⌊", "floor("), ("⌈", "ceil("), ("⌋", ")"), ("⌉", ")")):
                    left = left.replace(mark, word)
                assert eval(left, {"floor": floor, "ceil": ceil}) == int(right) == side


def test_formulas_compute_to_the_parameters_they_state():
    for seed in range(100):
        layers, shape = random_layers(random.Random(seed))
        for row in sheet(layers, shape):
            if row.parameters_formula is None:
                assert row.kind not in ("convolution", "fully_connected")
                continue
            left, right = row.parameters_formula.replace("·", "*").replace(",", "").split(" = ")
            assert eval(left) == int(right) == row.weights + row.biases


@pytest.mark.parametrize(("classes", "expected"), [(2, 1_002), (10, 45_090), (15, 105_210)])
def test_the_bag_of_words_learns_what_the_practical_says(classes: int, expected: int):
    assert svm_parameters(classes) == expected


def test_a_layer_that_does_not_fit_is_named_with_its_input():
    with pytest.raises(ImpossibleLayerError, match=r"layer conv2 cannot take its input of 4×4×6.*5×5"):
        sheet(layers_of(TrainConfig(architecture="lenet5"), (1, 8, 8), 10), (1, 8, 8))


def test_memory_estimate_grows_with_batch_and_optimizer_state():
    base = TrainConfig(architecture="alexnet", batch_size=64)
    estimate = inspect(base, facts()).memory_estimate_bytes
    parameters = inspect(base, facts()).parameters
    adam = base.model_copy(update={"optimizer": "adam"})
    assert inspect(adam, facts()).memory_estimate_bytes == estimate + 2 * 4 * parameters
    larger = base.model_copy(update={"batch_size": 128})
    assert inspect(larger, facts()).memory_estimate_bytes > estimate + 64 * 4 * prod((32, 32, 32))
