"""How long a step of a config takes on this machine: a few steps on random numbers. Rule: about two seconds.

What reading and augmenting the samples costs comes on top: 0.2 to 0.6 ms for 128 CIFAR-10 pictures.
"""

from collections.abc import Callable
from pathlib import Path
from statistics import median_low
from time import perf_counter
from typing import Any

import psutil
import torch

from ml.batches import Batch
from ml.config import TrainConfig
from ml.datasets.registry import facts_of
from ml.device import choose_device, precision_context
from ml.inspection import FULL_BATCH_CHUNK, inspect
from ml.models.build import build_module
from ml.optim import build_optimizer
from ml.plan import network_input_shape, plan
from ml.step import update
from ml.threads import worthwhile_threads

BUDGET = 1.5  # seconds of steps; building the network and first calls come to it
MOST_STEPS = 50
FIRST_MACS = 1_000_000_000  # forward; the first step takes as many samples as this allows: about 0.2 s
GROWTH = 4  # from one size to the next: small ones cost more than in proportion
SMALLEST_BATCH = 2  # batch normalization needs two samples
MEMORY_SHARE = 0.5  # of what is free, at most, for weights, gradients and the optimizer's copies


def dry_steps(data_directory: Path, config: dict[str, Any], threads: int) -> dict[str, Any]:
    """Seconds of a step and of an epoch of `config`, with at most `threads` CPU threads.

    Where a step of the whole batch would take too long, smaller ones are timed and the rest is reckoned:
    `timed_batch_size` is less than `batch_size` then. Raises MemoryError when the network would fill the
    memory, DeviceMissingError when the device is not there.
    """
    before = torch.get_num_threads()
    chosen = TrainConfig.model_validate(config)
    try:
        return _measured(chosen, data_directory, threads)
    finally:
        torch.set_num_threads(before)


def _measured(config: TrainConfig, data_directory: Path, threads: int) -> dict[str, Any]:
    facts = facts_of(config, data_directory)
    planned, inspection = plan(config, facts), inspect(config, facts)
    device = choose_device(config.device)
    if device.type == "cpu":
        if inspection.weights_bytes > MEMORY_SHARE * psutil.virtual_memory().available:
            raise MemoryError
        threads = worthwhile_threads(config, facts, threads)
        torch.set_num_threads(threads)
    shape, classes = network_input_shape(config, facts), len(facts.classes)
    module = build_module(config, shape, classes).to(device).to(memory_format=torch.channels_last)
    optimizer = build_optimizer(config, module.parameters())
    precision = precision_context(device, config.precision)

    def step(size: int) -> Callable[[], float]:
        inputs = torch.rand((size, *shape), device=device)
        if len(shape) == 3:
            inputs = inputs.to(memory_format=torch.channels_last)
        batch = Batch(inputs, torch.randint(classes, (size,), device=device))

        def timed() -> float:
            began = perf_counter()
            loss, _ = update(config, module, optimizer, batch, precision)
            loss.item()  # waits for the device
            return perf_counter() - began

        return timed

    # a full batch is accumulated chunk by chunk
    whole = min(planned.batch_size, FULL_BATCH_CHUNK) if config.batch_size == "full" else planned.batch_size
    size, steps, seconds = _timed(step, whole, sum(row.macs for row in inspection.layers))
    seconds *= planned.batch_size / whole
    return {
        "seconds_per_step": seconds,
        "seconds_per_epoch": seconds * planned.train_size / planned.batch_size,
        "steps": steps,
        "batch_size": planned.batch_size,
        "timed_batch_size": size,
        "device": str(device),
        "threads": threads if device.type == "cpu" else None,
    }


def _timed(step: Callable[[int], Callable[[], float]], whole: int, macs: int) -> tuple[int, int, float]:
    """The largest batch up to `whole` that the budget allows a step of, how often it was timed, and the
    seconds of a step of `whole` samples."""
    ends = perf_counter() + BUDGET
    small = min(whole, max(SMALLEST_BATCH, FIRST_MACS // max(1, macs)))
    timed = step(small)
    timed()  # prepares kernels and memory
    of_small = timed()
    size, of_size = small, of_small
    while size < whole:
        allowed = int(size * (ends - perf_counter()) / (2 * of_size))  # one to prepare, one to time
        larger = min(whole, GROWTH * size, allowed)
        if larger <= size:
            break
        size, timed = larger, step(larger)
        timed()
        of_size = timed()
    times = [timed()]
    while len(times) < MOST_STEPS and perf_counter() + times[-1] < ends:
        times.append(timed())
    return size, len(times), _of_whole(whole, (small, of_small), (size, median_low(times)))


def _of_whole(whole: int, small: tuple[int, float], large: tuple[int, float]) -> float:
    """Seconds of a step of `whole` samples from those of two smaller ones.

    A step costs something for its weights and something for each sample; two sizes that lie apart tell them
    apart. Never more than the larger one's time in proportion, nor less than a quarter of it: on a busy
    machine either time may be off.
    """
    size, seconds = large
    in_proportion = seconds * whole / size
    if size == whole or size < GROWTH * small[0]:
        return in_proportion
    of_sample = (seconds - small[1]) / (size - small[0])
    guess = seconds + of_sample * (whole - size)
    return max(in_proportion / 4, min(in_proportion, guess)) if of_sample > 0 else in_proportion
