"""Bare speeds of the CIFAR-10 network, a process each: `python -m benchmarks.bare FORM DIR THREADS`.

naive   contiguous float32 tensors, ReLU before pooling, plain SGD, one fixed batch, memory handed back
recipe  this product's step with its batches, but nothing recorded, logged or sent
Prints images per second.
"""

import sys
from contextlib import nullcontext
from pathlib import Path
from time import perf_counter

BATCH = 128
WARM_STEPS = 10
STEPS = 100


def naive(data_directory: Path) -> float:
    """Images per second of what one writes first."""
    import torch
    from torch.nn import functional as F

    from ml.config import TrainConfig
    from ml.models.build import build
    from ml.models.zoo import layers_of

    shape = (3, 32, 32)
    module = build(layers_of(TrainConfig(architecture="alexnet"), shape, 10), shape)
    optimizer = torch.optim.SGD(module.parameters(), lr=0.1, fused=False, foreach=False)
    inputs, targets = torch.rand(BATCH, *shape), torch.randint(0, 10, (BATCH,))
    began = 0.0
    for step in range(WARM_STEPS + STEPS):
        if step == WARM_STEPS:
            began = perf_counter()
        optimizer.zero_grad()
        F.cross_entropy(module(inputs), targets).backward()
        optimizer.step()
    return STEPS * BATCH / (perf_counter() - began)


def recipe(data_directory: Path) -> float:
    """Images per second of this product's own loop without recording and streaming."""
    from ml.allocator import keep_pages

    keep_pages()
    import torch

    from ml.batches import Batches
    from ml.datasets.load import loaded
    from ml.models.build import build_module
    from ml.optim import build_optimizer
    from ml.plan import plan
    from ml.step import update

    config = bench_config()
    dataset = loaded(config.dataset, data_directory, "cpu")
    batches = Batches(config, dataset, plan(config, dataset.facts))
    module = build_module(config, (3, 32, 32), 10).to(memory_format=torch.channels_last)
    optimizer = build_optimizer(config, module.parameters())
    precision = nullcontext()
    began = 0.0
    for step, batch in enumerate(batches.epoch(1)):
        if step == WARM_STEPS:
            began = perf_counter()
        if step == WARM_STEPS + STEPS:
            break
        update(config, module, optimizer, batch, precision)
    return STEPS * BATCH / (perf_counter() - began)


def bench_config() -> "TrainConfig":  # type: ignore[name-defined] # noqa: F821
    """The recipe that is measured in every form."""
    from ml.config import TrainConfig

    return TrainConfig(
        dataset="cifar10", architecture="alexnet", validation_fraction=0.0, batch_size=BATCH, epochs=1
    )


def main() -> None:
    """Measure one form and print its images per second."""
    form, data_directory, threads = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    import torch

    torch.set_num_threads(threads)
    print({"naive": naive, "recipe": recipe}[form](data_directory))


if __name__ == "__main__":
    main()
