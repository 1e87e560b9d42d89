"""Early stopping: how long to go on without a better validation loss."""

from math import inf


class Patience:
    """Counts epochs since the best validation loss; never exhausted when `epochs` is None."""

    def __init__(self, epochs: int | None) -> None:
        self.best_epoch = 0
        self._epochs = epochs
        self._best_loss = inf

    def is_exhausted(self, epoch: int, validation_loss: float) -> bool:
        """Note the validation loss after `epoch`; true when `epochs` of them brought nothing better."""
        if validation_loss < self._best_loss:
            self.best_epoch, self._best_loss = epoch, validation_loss
        return self._epochs is not None and epoch - self.best_epoch >= self._epochs
