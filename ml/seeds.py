"""Seeds for each purpose, derived so that any step's randomness can be drawn again on its own."""

from zlib import crc32

import torch


def derived_seed(purpose: str, seed: int, number: int = 0) -> int:
    """A 32-bit seed: torch's CPU generator uses no more bits than that."""
    return crc32(f"{purpose}:{seed}:{number}".encode())


def permutation(size: int, purpose: str, seed: int, number: int = 0) -> torch.Tensor:
    """A seeded permutation of 0..size-1 (size,) int64, the same on every device: it is drawn on the CPU."""
    generator = torch.Generator().manual_seed(derived_seed(purpose, seed, number))
    return torch.randperm(size, generator=generator)
