"""Visual words: patches of pictures, a dictionary of them by k-means, and pictures as histograms of words.

Rule: everything is done in pieces of well under a second, so that who waits can be told and obeyed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import interpolate, unfold

from ml.models.bag_of_words import Grid, wanted_patches
from ml.seeds import derived_seed, permutation

FLAT_DEVIATION = 0.01  # of pixels in 0..1; below this a patch shows noise, and is the word 0
SOFTENING = 0.03  # added to a patch's deviation, so that faint ones are not blown up to full contrast
PICTURES_AT_ONCE = 100
SCORES_AT_ONCE = 20_000_000  # numbers
CHUNK = 4096  # patches in one step of k-means, unless there are more words
LEAST_PASSES, LEAST_STEPS = 2, 60  # over the patches drawn, and of k-means

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Patches:
    """`values` (patches, numbers): each less its mean, over its deviation; `is_flat` (patches,)."""

    values: Tensor
    is_flat: Tensor


def patches_of(pictures: Tensor, grid: Grid) -> Patches:
    """All patches of `pictures` (N, H, W, C) uint8, picture by picture, row by row."""
    pixels = pictures.permute(0, 3, 1, 2).float() / 255
    if pixels.shape[1:] != grid.shape:
        pixels = interpolate(pixels, size=grid.shape[1:], mode="area")
    values = unfold(pixels, grid.patch, stride=grid.stride).transpose(1, 2).reshape(-1, grid.numbers)
    values = values - values.mean(1, keepdim=True)
    deviation = values.square().mean(1, keepdim=True).sqrt()
    return Patches(values / (deviation + SOFTENING), deviation[:, 0] < FLAT_DEVIATION)


def drawn_patches(pictures: Tensor, grid: Grid, words: int, seed: int) -> Iterator[Floats]:
    """Patches with structure to find words among, by chunks of pictures in a seeded order; few of each."""
    order = permutation(len(pictures), "words", seed)
    of_each = min(grid.positions, -(-wanted_patches(words) // len(pictures)))
    left = wanted_patches(words)
    for number, chosen in enumerate(torch.split(order, PICTURES_AT_ONCE)):
        if left <= 0:
            return
        found = patches_of(pictures[chosen.to(pictures.device)], grid)
        generator = torch.Generator().manual_seed(derived_seed("patches", seed, number))
        ranks = torch.rand((len(chosen), grid.positions), generator=generator)
        places = ranks.argsort(1)[:, :of_each] + torch.arange(len(chosen))[:, None] * grid.positions
        places = places.flatten().to(pictures.device)
        kept = places[~found.is_flat[places]]
        yield found.values[kept].cpu().numpy()
        left -= len(kept)


def fitted(patches: Floats, words: int, seed: int) -> Iterator[tuple[float, Any]]:
    """k-means in small steps (Sculley 2010): (share done, the dictionary so far (words, numbers))."""
    from sklearn.cluster import MiniBatchKMeans

    means = MiniBatchKMeans(words, init="random", n_init=1, random_state=derived_seed("k-means", seed))
    chunk = max(words, min(CHUNK, len(patches) // 10))
    of_pass = len(patches) // chunk  # what is left over comes in another pass, whose order is another
    passes = max(LEAST_PASSES, -(-LEAST_STEPS // of_pass))
    for number in range(passes):
        order = permutation(len(patches), "k-means", seed, number).numpy()
        for step in range(of_pass):
            means.partial_fit(patches[order[step * chunk : (step + 1) * chunk]])
            yield (number * of_pass + step + 1) / (passes * of_pass), means.cluster_centers_


def histograms(pictures: Tensor, grid: Grid, dictionary: Tensor) -> Iterator[tuple[int, Floats]]:
    """(pictures done, their histograms): square roots of the shares of each word, word 0 for flat patches.

    Square roots, so that a word that fills a picture does not drown the others (Perronnin 2010); each
    histogram then has length 1.
    """
    half_norms = dictionary.square().sum(1) / 2
    words = len(dictionary)
    at_once = max(1, min(PICTURES_AT_ONCE, SCORES_AT_ONCE // (grid.positions * words)))
    done = 0
    for chunk in torch.split(pictures, at_once):
        found = patches_of(chunk, grid)
        # the nearest word has the greatest p.w - |w|²/2
        nearest = torch.addmm(-half_norms, found.values, dictionary.T).argmax(1) + 1
        nearest[found.is_flat] = 0
        picture = torch.arange(len(chunk), device=chunk.device).repeat_interleave(grid.positions)
        counts = torch.bincount(picture * (words + 1) + nearest, minlength=len(chunk) * (words + 1))
        shares = counts.view(len(chunk), words + 1).float() / grid.positions
        done += len(chunk)
        yield done, shares.sqrt().cpu().numpy()
