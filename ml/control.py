"""What a training is told from outside while it runs. Rule: asking must cost next to nothing."""

from typing import Protocol


class Control(Protocol):
    """Asked between steps and between evaluation batches."""

    def stop_requested(self) -> bool:
        """True once the training should end after the current step."""
        ...


class NoControl:
    """Nobody steers: the training runs to its end."""

    def stop_requested(self) -> bool:
        return False
