"""What the network answered in the newest evaluation of each split. Rule: kept as computed, not read back.

Evaluation computes these scores anyway; keeping them costs a reference a batch. They stay on the device, so a
picture that is made of them waits for it once, and only when one is made.
"""

from dataclasses import dataclass, field

import torch
from torch import Tensor

KEPT_NUMBERS = 2**24  # scores of a split, 64 MiB; of a larger one none are kept


@dataclass(slots=True)
class Answers:
    """The outputs of the network (N, classes) before any softmax, by split, in the order of its samples."""

    _batches: dict[str, list[Tensor]] = field(default_factory=dict)
    _whole: dict[str, Tensor] = field(default_factory=dict)

    def collect(self, split: str, samples: int, classes: int) -> list[Tensor] | None:
        """An empty list for the batches of an evaluation that begins; None where they are too many."""
        self._whole.pop(split, None)
        if samples * classes > KEPT_NUMBERS:
            self._batches.pop(split, None)
            return None
        self._batches[split] = []
        return self._batches[split]

    def of(self, split: str, samples: int) -> Tensor | None:
        """The scores of a whole evaluation of `samples` samples (N, classes); None where none was kept."""
        if split not in self._whole:
            batches = self._batches.pop(split, [])
            if sum(map(len, batches)) != samples or not batches:
                return None
            with torch.inference_mode():
                self._whole[split] = torch.cat(batches).float()
        return self._whole[split]
