"""What gradients cost as a network gets deeper: one pass backward, or every layer derived anew (practical,
part A). Rule: both ways are really walked, on the same network, and give the same gradients.

The network: n equal layers h_k = tanh(h_(k-1) W_k^T) and the loss L = 1/2 sum h_n^2. What both ways multiply
with is a layer's Jacobian, which takes dL/dh~_k to dL/dh~_(k-1); what they differ in is how often.
"""

from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import torch
from torch import Tensor

from ml.clock import now
from ml.seeds import derived_seed

WIDTH = 64  # units of every layer, and samples: a product takes some 20 us
REPEATS = 9  # the fastest counts: everything else that runs on the machine only adds


class Stack:
    """A network of `depth` equal layers after its forward pass; `products` counts the layer Jacobians
    multiplied with.

    weights: depth × (WIDTH, WIDTH); outputs h_0 … h_n: (WIDTH samples, WIDTH).
    """

    def __init__(self, depth: int, generator: torch.Generator) -> None:
        shape = (WIDTH, WIDTH)
        self.weights = [torch.randn(shape, generator=generator) / WIDTH**0.5 for _ in range(depth)]
        self.outputs = [torch.randn(shape, generator=generator)]
        for weight in self.weights:
            self.outputs.append(torch.tanh(self.outputs[-1] @ weight.T))
        self.products = 0

    @property
    def depth(self) -> int:
        """How many layers."""
        return len(self.weights)

    def at_the_end(self) -> Tensor:
        """dL/dh~_n = (1 - h_n^2) * h_n."""
        last = self.outputs[-1]
        return last * (1 - last.square())

    def through(self, layer: int, upstream: Tensor) -> Tensor:
        """One product: dL/dh~ of `layer` (from 1) times its Jacobian is dL/dh~ of the layer before."""
        self.products += 1
        before: Tensor = upstream @ self.weights[layer - 1]
        return before * (1 - self.outputs[layer - 1].square())

    def weight_gradient(self, layer: int, upstream: Tensor) -> Tensor:
        """dL/dW of `layer` from its dL/dh~."""
        return upstream.T @ self.outputs[layer - 1]


def backpropagation(stack: Stack) -> list[Tensor]:
    """Every dL/dW, first layer first, by one walk from the end: n - 1 products."""
    upstream = stack.at_the_end()
    gradients = [stack.weight_gradient(stack.depth, upstream)]
    for layer in range(stack.depth, 1, -1):
        upstream = stack.through(layer, upstream)
        gradients.append(stack.weight_gradient(layer - 1, upstream))
    return gradients[::-1]


def rederivation(stack: Stack) -> list[Tensor]:
    """Every dL/dW, first layer first, each by a walk of its own from the end: n (n - 1) / 2 products."""
    gradients = []
    for wanted in range(1, stack.depth + 1):
        upstream = stack.at_the_end()
        for layer in range(stack.depth, wanted, -1):
            upstream = stack.through(layer, upstream)
        gradients.append(stack.weight_gradient(wanted, upstream))
    return gradients


def _measured(
    way: Callable[[Stack], list[Tensor]], stack: Stack
) -> tuple[list[Tensor], dict[str, float | int]]:
    """The gradients of one walk, the products it took, and the milliseconds of the fastest one."""
    stack.products = 0
    gradients = way(stack)
    products = stack.products
    seconds = []
    for _ in range(REPEATS):
        began = perf_counter()
        way(stack)
        seconds.append(perf_counter() - began)
    return gradients, {"products": products, "milliseconds": min(seconds) * 1000}


def _difference(one: list[Tensor], other: list[Tensor]) -> float:
    """max|a - b| / max|a| over all gradients."""
    largest = max(a.abs().max().item() for a in one)
    return max((a - b).abs().max().item() for a, b in zip(one, other, strict=True)) / largest


@torch.no_grad()
def gradient_cost(data_directory: Path, depths: int, seed: int) -> dict[str, Any]:
    """Both ways measured for networks of 1 to `depths` layers, with weights drawn from `seed`.

    `milliseconds` are those of the backward walk with its weight gradients, the fastest of REPEATS.
    """
    rows = []
    for depth in range(1, depths + 1):
        generator = torch.Generator().manual_seed(derived_seed("gradient_cost", seed, depth))
        stack = Stack(depth, generator)
        once, cheap = _measured(backpropagation, stack)
        anew, costly = _measured(rederivation, stack)
        rows.append(
            {
                "layers": depth,
                "backpropagation": cheap,
                "rederivation": costly,
                "difference": _difference(once, anew),
            }
        )
    return {"width": WIDTH, "repeats": REPEATS, "measured_at": now(), "depths": rows}
