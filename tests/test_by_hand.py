"""The perceptron by hand: equal to autograd, number by number and curve by curve, without using it."""

from contextlib import nullcontext

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from ml import train as train_module
from ml.batches import Batch
from ml.config import TrainConfig
from ml.control import Stop
from ml.models import by_hand
from ml.models.build import build_module
from ml.optim import build_optimizer
from ml.snapshots import observer
from ml.step import update
from ml.train import Past
from tests.made import curve, final, made_images, trained
from tests.test_steering import Script, assert_same, checkpoint, joined, run

LOSSES = ("cross_entropy", "mse")
REDUCTIONS = ("mean", "sum")
BY_HAND = {"gradients": "by_hand", "hidden_sizes": [16], "batch_size": 20, "epochs": 30}


def made_network(inputs: int, hidden: int, classes: int, seed: int, **fields: object) -> torch.nn.Sequential:
    config = TrainConfig(hidden_sizes=[hidden], seed=seed, **fields)
    return build_module(config, (inputs,), classes)


def oracle(module: torch.nn.Module, loss: str, inputs: torch.Tensor, targets: torch.Tensor, factor: float):
    """Autograd's gradients of `factor` times the summed loss."""
    module.zero_grad()
    scores = module(inputs)
    if loss == "cross_entropy":
        total = F.cross_entropy(scores, targets, reduction="sum")
    else:
        one_hot = F.one_hot(targets, scores.shape[1]).to(scores)
        total = F.mse_loss(scores.softmax(1), one_hot, reduction="sum") / scores.shape[1]
    (total * factor).backward()
    return total.detach(), [module.get_parameter(name).grad for name in by_hand.NAMES]


def relative(one: torch.Tensor, other: torch.Tensor) -> float:
    largest = max(one.abs().max().item(), other.abs().max().item())
    return (one - other).abs().max().item() / largest if largest else 0.0


@settings(deadline=None, max_examples=60)
@given(
    sizes=st.tuples(*(st.integers(1, 12) for _ in range(3)), st.integers(2, 12)),
    loss=st.sampled_from(LOSSES),
    reduction=st.sampled_from(REDUCTIONS),
    spread=st.floats(0.1, 3),
    seed=st.integers(0, 2**32 - 1),
)
def test_gradients_are_those_of_autograd_in_float64(sizes, loss, reduction, spread, seed):
    batch, inputs_size, hidden, classes = sizes
    module = made_network(inputs_size, hidden, classes, seed).double()
    generator = torch.Generator().manual_seed(seed)
    inputs = torch.randn(batch, inputs_size, generator=generator, dtype=torch.float64) * spread
    targets = torch.randint(0, classes, (batch,), generator=generator)
    factor = 1.0 if reduction == "sum" else 1 / batch
    total, expected = oracle(module, loss, inputs, targets, factor)
    with torch.no_grad():
        found, passed = by_hand.gradients(by_hand.weights_of(module), loss, inputs, targets, factor)
        own = by_hand.losses(loss, passed.scores, targets).sum()
    assert own.item() == pytest.approx(total.item(), rel=1e-12)
    for symbol, one, other in zip(by_hand.SYMBOLS, found, expected, strict=True):
        assert one.shape == other.shape, symbol
        assert relative(one, other) < 1e-10, symbol


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_gradients_are_those_of_autograd_in_float32(loss, reduction):
    module = made_network(30, 20, 10, seed=3)
    generator = torch.Generator().manual_seed(3)
    inputs = torch.randn(16, 30, generator=generator)
    targets = torch.randint(0, 10, (16,), generator=generator)
    factor = 1.0 if reduction == "sum" else 1 / 16
    _, expected = oracle(module, loss, inputs, targets, factor)
    with torch.no_grad():
        found, _ = by_hand.gradients(by_hand.weights_of(module), loss, inputs, targets, factor)
    for one, other in zip(found, expected, strict=True):
        assert relative(one, other) < 1e-5


def test_large_scores_stay_finite():
    scores = torch.tensor([[1e4, -1e4, 0.0], [-1e4, 1e4, 0.0]])
    targets = torch.tensor([0, 0])
    found = by_hand.losses("cross_entropy", scores, targets)
    torch.testing.assert_close(found, F.cross_entropy(scores, targets, reduction="none"))
    assert found.tolist() == [0.0, 2e4]
    torch.testing.assert_close(by_hand.softmax(scores), scores.softmax(1))


@pytest.mark.parametrize("weight_decay", [0.0, 0.03])
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_one_update_is_that_of_torch(weight_decay, reduction):
    config = TrainConfig(
        hidden_sizes=[6], weight_decay=weight_decay, loss_reduction=reduction, learning_rate=0.2
    )
    batch = Batch(torch.randn(9, 5, generator=torch.Generator().manual_seed(1)), torch.arange(9) % 3)
    states = []
    for gradients in ("autograd", "by_hand"):
        chosen = config.model_copy(update={"gradients": gradients})
        module = made_network(5, 6, 3, seed=0)
        optimizer = build_optimizer(chosen, module.parameters())
        loss, correct = update(chosen, module, optimizer, batch, nullcontext())
        states.append({**module.state_dict(), "loss": loss, "correct": correct})
    assert states[0].keys() == states[1].keys()
    for name, expected in states[0].items():
        torch.testing.assert_close(states[1][name], expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "fields",
    [
        {"learning_rate": 0.5},
        {"loss": "mse", "learning_rate": 0.5, "weight_decay": 0.001},
        {"loss_reduction": "sum", "learning_rate": 0.02},
        {"batch_size": "full", "epochs": 200, "learning_rate": 0.5},
        {"batch_size": 1, "epochs": 2, "train_size": 120, "lr_schedule": "exponential"},
        {"dataset": "digits", "train_size": 300, "standardize": True, "epochs": 16},
    ],
    ids=lambda fields: " ".join(f"{name}={value}" for name, value in fields.items()),
)
def test_curves_agree_with_autograd_over_200_steps(tmp_path, fields):
    by_hand_curve = curve(trained(tmp_path, **{**BY_HAND, **fields}))
    expected = curve(trained(tmp_path, **{**BY_HAND, **fields, "gradients": "autograd"}))
    assert len(expected["loss"]) >= 200
    np.testing.assert_allclose(by_hand_curve["loss"][:200], expected["loss"][:200], atol=1e-4, rtol=0)
    assert expected["loss"][0] != expected["loss"][199]
    np.testing.assert_array_equal(by_hand_curve["learning_rate"], expected["learning_rate"])


def test_a_full_batch_in_chunks_is_the_same_as_in_one(monkeypatch):
    config = TrainConfig(gradients="by_hand", batch_size="full", loss="mse")
    batch = Batch(torch.randn(50, 2, generator=torch.Generator().manual_seed(1)), torch.arange(50) % 2)
    found = []
    for chunk in (50, 7):
        monkeypatch.setattr("ml.step.FULL_BATCH_CHUNK", chunk)
        module = made_network(2, 4, 2, seed=0)
        loss, correct = update(
            config, module, build_optimizer(config, module.parameters()), batch, nullcontext()
        )
        found.append((loss, correct, *module.state_dict().values()))
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(one, other)


@pytest.fixture
def no_autograd(monkeypatch):
    """Any use of automatic differentiation raises; what looks at a training from outside is not there."""

    def refuse(*_arguments, **_options):
        raise AssertionError("automatic differentiation was used")

    torch.optim.SGD([torch.zeros(1)])  # the first optimizer imports modules that look at autograd
    monkeypatch.setattr(torch.Tensor, "backward", refuse)
    monkeypatch.setattr(torch.autograd, "backward", refuse)
    monkeypatch.setattr(torch.autograd, "grad", refuse)
    monkeypatch.setattr(observer, "TAKERS", ())


@pytest.mark.parametrize("fields", [{}, {"loss": "mse", "loss_reduction": "sum", "batch_size": "full"}])
def test_autograd_is_never_used(tmp_path, no_autograd, monkeypatch, fields):
    seen = []
    original = by_hand.forward

    def watched(weights, inputs):
        passed = original(weights, inputs)
        seen.append((torch.is_grad_enabled(), passed.scores.requires_grad, passed.scores.grad_fn))
        return passed

    monkeypatch.setattr(by_hand, "forward", watched)
    entries = trained(tmp_path, **{**BY_HAND, "epochs": 3, **fields})
    assert final(entries).status == "completed"
    assert seen
    assert set(seen) == {(False, False, None)}
    with pytest.raises(AssertionError, match="automatic differentiation"):
        trained(tmp_path, epochs=1)


def test_pictures_are_flattened_and_may_be_augmented(tmp_path, monkeypatch):
    def load_made(name, data_directory, device, cloud):
        yield from ()
        return made_images(train=64, test=8)

    monkeypatch.setattr(train_module, "load", load_made)
    fields = {"dataset": "cifar10", "hidden_sizes": [8], "batch_size": 16, "augment": True, "epochs": 3}
    found, expected = (
        curve(trained(tmp_path, **fields, gradients=gradients)) for gradients in ("by_hand", "autograd")
    )
    np.testing.assert_allclose(found["loss"], expected["loss"], atol=1e-4, rtol=0)


def test_a_resumed_training_gives_the_undisturbed_curve(tmp_path):
    fields = {**BY_HAND, "epochs": 4, "weight_decay": 0.01}
    undisturbed = curve(run(tmp_path / "whole", fields))
    stopped = run(tmp_path, fields, Script({13: [Stop()]}))
    resumed = run(tmp_path, fields, past=Past(checkpoint(tmp_path, 13)), attempt=2)
    assert_same(joined(stopped, 13, resumed), undisturbed)


def test_a_checkpoint_may_come_from_either_kind_of_gradients(tmp_path):
    """The weights and their names are the same; only who computes the gradient differs."""
    run(tmp_path, {**BY_HAND, "epochs": 4}, Script({13: [Stop()]}))
    saved = checkpoint(tmp_path, 13)
    expected = build_module(TrainConfig(hidden_sizes=[16]), (2,), 2).state_dict()
    assert {name: tensor.shape for name, tensor in saved.weights.items()} == {
        name: tensor.shape for name, tensor in expected.items()
    }
    assert not [name for name in saved.state if name.startswith("optimizer.")]
