"""Accuracy against a shift of the test pictures: what pooling forgives. Rule: each shift, the same pictures.

A stored picture is moved right, and another time down, by whole pixels; its own edge is repeated where it
left. Then it is cropped and scaled as in evaluation. The accuracy of a shift is the mean of both directions.
"""

from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import torch
from torch import Tensor, nn

from ml.checkpoint_files import BadCheckpoint, Name
from ml.models.layers import ImpossibleLayerError
from ml.seeds import permutation
from ml.trained import NotFiniteError, Trained, load_trained

SHIFTS = (0, 1, 2, 3, 4)  # pixels
MOST_PICTURES = 1000
CHUNK = 50  # pictures
SECONDS = 1.2  # of shifting and looking; a large network gets fewer pictures
DOWN, RIGHT = 1, 2  # dimensions of (N, H, W, C)


def shifted(pictures: Tensor, pixels: int, dimension: int) -> Tensor:
    """Pictures (N, H, W, C) moved by `pixels` along `dimension`, the first row or column repeated."""
    if not pixels:
        return pictures
    size = pictures.shape[dimension]
    source = (torch.arange(size, device=pictures.device) - pixels).clamp_min(0)
    return pictures.index_select(dimension, source)


def _correct(trained: Trained, module: nn.Module, pictures: Tensor, targets: Tensor) -> int:
    scores = module(trained.seen(trained.cropped(pictures)))
    return int((scores.argmax(1) == targets).sum())


def shift_accuracies(
    trained: Trained,
    most_pictures: int = MOST_PICTURES,
    seconds: float = SECONDS,
    clock: Callable[[], float] = perf_counter,
) -> tuple[list[float], int]:
    """The accuracy (0..1) at each of SHIFTS, and the number of test pictures it was measured on.

    At most `most_pictures`, drawn by a fixed seed; fewer when a further chunk would end after `seconds`.
    """
    order = permutation(len(trained.test), "shift", 0)[:most_pictures]
    module = trained.module()
    right = [0.0] * len(SHIFTS)
    seen, began, longest = 0, clock(), 0.0
    with torch.inference_mode():
        for indices in torch.split(order, CHUNK):
            chunk_began = clock()
            if seen and chunk_began - began + longest > seconds:
                break
            samples = trained.test.take(indices)
            for i, pixels in enumerate(SHIFTS):
                for dimension in (DOWN, RIGHT) if pixels else (DOWN,):
                    moved = shifted(samples.inputs, pixels, dimension)
                    weight = 0.5 if pixels else 1.0
                    right[i] += weight * _correct(trained, module, moved, samples.targets)
            seen += len(indices)
            longest = max(longest, clock() - chunk_began)
    return [count / seen for count in right], seen


def answer_shift_tolerance(
    data_directory: Path, job_id: str, step: int, attempt: int, data_fingerprint: str | None = None
) -> dict[str, Any]:
    """The answer to the question; `refused` says why there is none."""
    try:
        trained = load_trained(data_directory, job_id, Name(step, attempt), data_fingerprint)
        accuracies, pictures = shift_accuracies(trained)
    except (NotFiniteError, BadCheckpoint, ImpossibleLayerError) as error:
        return {"refused": f"The network cannot be tried: {error}."}
    return {
        "shifts": list(SHIFTS),
        "accuracies": accuracies,
        "pictures": pictures,
        "test_size": len(trained.test),
        "directions": ["right", "down"],
        "fill": "edge",
        "step": trained.step,
        "epoch": trained.epoch,
    }
