"""How many CPU threads a training is worth. Rule: from the config alone, so equal jobs get equal numbers.

Threads that share little work mostly wait for each other, and they wait by spinning: beside a browser on the
same cores that costs more than it gains. Measured on 2 cores, milliseconds a step with 1 and 2 threads: mlp
on points 0.40 and 0.48 (beside a busy process 0.27 and 0.65), alexnet on 8x8 digits in batches of 16 3.9 and
4.4 (3.6 and 7.4); alexnet on 32x32 in batches of 16 23.7 and 18.3, of 128 175 and 94.
"""

from ml.config import TrainConfig
from ml.datasets.facts import DatasetFacts
from ml.inspection import FULL_BATCH_CHUNK, inspect
from ml.models.layers import ImpossibleLayerError
from ml.plan import plan

MACS_PER_THREAD = 100_000_000  # forward, a step; about 8 ms of one thread, backward included


def worthwhile_threads(config: TrainConfig, facts: DatasetFacts, available: int) -> int:
    """Threads for training `config` on the CPU, at least 1 and at most `available`."""
    batch = plan(config, facts).batch_size
    if config.batch_size == "full":
        batch = min(batch, FULL_BATCH_CHUNK)
    try:
        macs = batch * sum(row.macs for row in inspect(config, facts).layers)
    except ImpossibleLayerError:  # the pictures changed since it was checked; training will say so
        return 1
    return max(1, min(available, macs // MACS_PER_THREAD))
