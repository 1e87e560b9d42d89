"""A checkpoint with its tensors. Rule: safetensors and JSON only; nothing is read by pickle."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from ml.checkpoint_files import STATE, WEIGHTS, BadCheckpoint, Name, read_content, read_facts, write


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One moment of a training: `facts` are JSON, `weights` the network's tensors under its layers' names,
    `state` the optimizer's buffers and the random generators' states."""

    facts: dict[str, Any]
    weights: dict[str, Tensor]
    state: dict[str, Tensor]

    @property
    def step(self) -> int:
        """Updates done."""
        return int(self.facts["step"])

    @property
    def epoch(self) -> int:
        """The epoch in which it was taken."""
        return int(self.facts["epoch"])


def save_checkpoint(folder: Path, attempt: int, checkpoint: Checkpoint) -> None:
    """Write it into `folder`. Raises OSError when the disk refuses; then nothing is left behind."""
    contents = {WEIGHTS: save(checkpoint.weights), STATE: save(checkpoint.state)}
    write(folder, Name(checkpoint.step, attempt), checkpoint.facts, contents)


def load_checkpoint(folder: Path, name: Name) -> Checkpoint:
    """Read and check it. Raises BadCheckpoint."""
    facts = read_facts(folder, name)
    try:
        weights, state = (load(read_content(folder, name, facts, file)) for file in (WEIGHTS, STATE))
    except SafetensorError as error:
        raise BadCheckpoint(f"its tensors cannot be read ({error})") from error
    return Checkpoint(facts, weights, state)
