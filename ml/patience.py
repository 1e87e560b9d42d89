"""Early stopping: how long to go on without a better validation loss."""

from math import inf


class Patience:
    """Counts epochs since the best validation loss; never exhausted when `epochs` is None."""

    def __init__(self, epochs: int | None) -> None:
        self.epochs = epochs
        self.best_epoch = 0
        self.best_loss = inf

    def note(self, epoch: int, validation_loss: float) -> None:
        """Take the validation loss after `epoch`."""
        if validation_loss < self.best_loss:
            self.best_epoch, self.best_loss = epoch, validation_loss

    def is_exhausted(self, epoch: int) -> bool:
        """Whether, after `epoch`, as many epochs as allowed brought nothing better."""
        return self.epochs is not None and epoch - self.best_epoch >= self.epochs
