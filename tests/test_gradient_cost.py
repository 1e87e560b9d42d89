"""The cost of gradients: both ways agree with autograd, and take the products that their closed forms say."""

from datetime import UTC, datetime, timedelta

import pytest
import torch

from ml import gradient_cost as costs
from ml.gradient_cost import Stack, backpropagation, gradient_cost, rederivation


@pytest.mark.parametrize("way", [backpropagation, rederivation])
@pytest.mark.parametrize("depth", [1, 2, 5])
def test_both_ways_give_autograds_gradients(way, depth):
    stack = Stack(depth, torch.Generator().manual_seed(depth))
    leaves = [weight.clone().requires_grad_() for weight in stack.weights]
    hidden = stack.outputs[0]
    for leaf in leaves:
        hidden = torch.tanh(hidden @ leaf.T)
    expected = torch.autograd.grad(hidden.square().sum() / 2, leaves)
    found = way(stack)
    assert len(found) == depth
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


def test_the_products_are_counted_as_they_are_done(tmp_path, monkeypatch):
    done = 0
    original = Stack.through

    def watched(stack, layer, upstream):
        nonlocal done
        done += 1
        return original(stack, layer, upstream)

    monkeypatch.setattr(Stack, "through", watched)
    monkeypatch.setattr(costs, "REPEATS", 2)
    found = gradient_cost(tmp_path, depths=12, seed=0)
    for n, row in enumerate(found["depths"], start=1):
        assert row["layers"] == n
        assert row["backpropagation"]["products"] == n - 1
        assert row["rederivation"]["products"] == n * (n - 1) // 2
        assert row["difference"] < 1e-5
    counted = sum(
        row[way]["products"] for row in found["depths"] for way in ("backpropagation", "rederivation")
    )
    assert done == 3 * counted, "counted once, measured twice"


def test_the_times_are_measured_and_grow_as_the_products_do(tmp_path):
    began = datetime.now(UTC)
    measured = gradient_cost(tmp_path, depths=12, seed=1)
    moment = datetime.fromisoformat(measured["measured_at"])
    assert began - timedelta(milliseconds=1) <= moment <= datetime.now(UTC)
    found = measured["depths"]
    first, last = found[1], found[-1]
    assert 0 < first["backpropagation"]["milliseconds"] < last["backpropagation"]["milliseconds"]
    assert last["rederivation"]["milliseconds"] > 2 * last["backpropagation"]["milliseconds"]
