"""The best epoch: highest validation accuracy; of equals the lower loss, then the earlier epoch."""

from math import inf, isnan

Rank = tuple[float, float]
WORST: Rank = (-inf, 0.0)


def rank(accuracy: float, loss: float) -> Rank:
    """What is compared: of two epochs the one of greater rank is better, of equals the earlier one."""
    return accuracy, -inf if isnan(loss) else -loss
