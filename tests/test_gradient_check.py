"""The live check of gradients by hand: small errors where they are right, a verdict where they are not."""

import orjson
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.batches import Batch
from ml.config import TrainConfig
from ml.entries import INLINE_BYTES, Snapshot
from ml.models import by_hand
from ml.models.build import build_module
from ml.snapshots import gradient_check as checking
from ml.snapshots import observer
from ml.snapshots.gradient_check import check, relative_error
from tests.made import curve, trained

BY_HAND = {"gradients": "by_hand", "hidden_sizes": [8], "batch_size": 20}


def made(config: TrainConfig, inputs: int, classes: int, samples: int = 16, spread: float = 1.0):
    """A network, a batch, and all entries of every parameter."""
    module = build_module(config, (inputs,), classes)
    generator = torch.Generator().manual_seed(config.seed)
    batch = Batch(
        torch.randn(samples, inputs, generator=generator) * spread,
        torch.randint(0, classes, (samples,), generator=generator),
    )
    entries = tuple(torch.arange(weight.numel()) for weight in by_hand.weights_of(module))
    return module, batch, entries


@settings(deadline=None, max_examples=25)
@given(
    inputs=st.integers(1, 6),
    hidden=st.integers(1, 6),
    classes=st.integers(2, 6),
    samples=st.integers(1, 16),
    loss=st.sampled_from(["cross_entropy", "mse"]),
    reduction=st.sampled_from(["mean", "sum"]),
    seed=st.integers(0, 2**32 - 1),
)
def test_errors_of_right_gradients_are_small(inputs, hidden, classes, samples, loss, reduction, seed):
    config = TrainConfig(
        **{**BY_HAND, "hidden_sizes": [hidden]}, loss=loss, loss_reduction=reduction, seed=seed
    )
    found = check(config, *made(config, inputs, classes, samples))
    for one in found["parameters"]:
        assert one["verdict"] in ("ok", "rounding")
        assert one["float64"] < 1e-10
        if one["largest"] > 1e-3:
            assert one["float32"] < 1e-5
            assert one["differences"] < 1e-6
            assert one["verdict"] == "ok"


def without_tanh(weights, inputs, hidden, score_gradients):
    """As somebody who forgets the derivative of tanh would write it."""
    return backward(weights, inputs, torch.zeros_like(hidden), score_gradients)._replace(
        output_weight=score_gradients.T @ hidden
    )


def unsummed(weights, inputs, hidden, score_gradients):
    """A bias gradient of one sample instead of the batch."""
    return backward(weights, inputs, hidden, score_gradients)._replace(output_bias=score_gradients[0])


backward = by_hand.backward


@pytest.mark.parametrize(("wrong", "symbols"), [(without_tanh, ["Wh", "bh"]), (unsummed, ["by"])])
def test_a_wrong_formula_is_found(monkeypatch, wrong, symbols):
    monkeypatch.setattr(by_hand, "backward", wrong)
    config = TrainConfig(**BY_HAND)
    found = check(config, *made(config, 3, 4))
    assert [one["symbol"] for one in found["parameters"] if one["verdict"] == "wrong"] == symbols


@pytest.mark.parametrize("loss", ["cross_entropy", "mse"])
def test_a_network_that_is_sure_is_not_called_wrong(loss):
    """Its gradient nearly vanishes, and float32 holds few digits of it."""
    config = TrainConfig(**BY_HAND, loss=loss)
    verdicts = set()
    for scale in (1, 3, 10, 30, 100, 300):
        module, batch, entries = made(config, 3, 4)
        with torch.no_grad():
            by_hand.weights_of(module).output_weight.mul_(scale)
            outputs = module(batch.inputs).softmax(1).max(1)
        sure = outputs.values.topk(4).indices
        found = check(config, module, Batch(batch.inputs[sure], outputs.indices[sure]), entries)
        verdicts |= {one["verdict"] for one in found["parameters"]}
    assert verdicts == {"ok", "rounding"}
    assert found["parameters"][0]["largest"] < 1e-3


def test_weights_that_are_not_finite_are_not_checked():
    config = TrainConfig(**BY_HAND)
    module, batch, entries = made(config, 3, 4)
    with torch.no_grad():
        by_hand.weights_of(module).output_bias.fill_(float("nan"))
    assert check(config, module, batch, entries) is None


def test_the_relative_error_is_that_of_the_largest_entries():
    assert relative_error(torch.tensor([1.0, -2.0]), torch.tensor([1.5, -2.0])) == 0.25
    assert relative_error(torch.zeros(3), torch.zeros(3)) == 0


def test_checking_changes_nothing():
    config = TrainConfig(**BY_HAND)
    module, batch, entries = made(config, 3, 4)
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    state = torch.get_rng_state()
    check(config, module, batch, entries)
    assert all(torch.equal(before[name], tensor) for name, tensor in module.state_dict().items())
    assert all(parameter.grad is None for parameter in module.parameters())
    assert torch.equal(torch.get_rng_state(), state)
    assert module.training


def checks(entries):
    return [
        (entry, orjson.loads(entry.content))
        for entry in entries
        if isinstance(entry, Snapshot) and entry.kind == "gradient_check"
    ]


@pytest.mark.parametrize(
    "fields", [{}, {"loss": "mse", "loss_reduction": "sum", "learning_rate": 0.01}, {"train_size": 5}]
)
def test_a_training_by_hand_is_checked_from_the_first_to_the_last_epoch(tmp_path, fields):
    found = checks(trained(tmp_path, **BY_HAND, **fields, epochs=4))
    assert [entry.epoch for entry, _ in found][:: len(found) - 1] == [0, 4]
    for entry, content in found:
        assert len(entry.content) < INLINE_BYTES
        assert [one["symbol"] for one in content["parameters"]] == ["Wh", "bh", "Wy", "by"]
        assert {one["verdict"] for one in content["parameters"]} <= {"ok", "rounding"}
    assert found[0][1]["parameters"][0]["float32"] < 1e-5


def test_other_trainings_have_no_check(tmp_path):
    assert not checks(trained(tmp_path, epochs=1))


def test_large_networks_compare_fewer_entries_and_very_large_ones_none(tmp_path, monkeypatch):
    fields = {**BY_HAND, "dataset": "digits", "train_size": 60, "epochs": 1, "hidden_sizes": [600]}
    (first, *_) = checks(trained(tmp_path, **fields))
    sizes = [(one["shape"], one["compared"]) for one in first[1]["parameters"]]
    assert sizes == [([600, 64], 8), ([600], 8), ([10, 600], 8), ([10], 8)]
    monkeypatch.setattr(checking, "LARGEST", 1000)
    assert not checks(trained(tmp_path, **fields))


def test_being_checked_changes_no_curve(tmp_path, monkeypatch):
    monkeypatch.setattr(checking, "SECONDS", 0.0)
    monkeypatch.setattr(checking, "GROWTH", 0.0)
    monkeypatch.setattr(observer, "SHARE", 1.0)
    seen = trained(tmp_path, **BY_HAND, epochs=5)
    assert len(checks(seen)) >= 5
    monkeypatch.setattr(observer, "TAKERS", ())
    unseen = trained(tmp_path, **BY_HAND, epochs=5)
    assert curve(seen)["loss"].tolist() == curve(unseen)["loss"].tolist()
