"""Which epochs are looked at. Rule: evenly over the planned ones, so that a log of any length stays small."""

from ml.learner import Learner

MOST = 200  # looks of a kind over a whole training


def is_last(learner: Learner) -> bool:
    """Whether no epoch follows this one: it was the last one planned, or patience ends here."""
    epoch = learner.position.epoch
    return epoch >= learner.config.epochs or learner.patience.is_exhausted(epoch)


def is_chosen(learner: Learner, most: int = MOST) -> bool:
    """Whether the epoch that was just evaluated is one of about `most`; the first and the last always are."""
    epoch, epochs = learner.position.epoch, learner.config.epochs
    if epoch == 0 or is_last(learner):
        return True
    return epoch * most // epochs != (epoch - 1) * most // epochs
