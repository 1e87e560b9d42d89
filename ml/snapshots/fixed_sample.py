"""The first samples of the training order, as evaluation sees them: the same ones after every epoch.

Rule: how many is known before anything runs, so that a resumed training looks at the same ones.
"""

from ml.batches import Samples
from ml.models.sheet import sheet
from ml.models.zoo import layers_of
from ml.plan import network_input_shape
from ml.snapshots.taker import Scene

# a second, forward, in single precision on a core: 0.1 s of CIFAR-10's network are 220 pictures
CPU_MACS = 5e10
GPU_ADVANTAGE = 50


def fixed_sample(scene: Scene, most: int, least: int, seconds: float) -> Samples:
    """The first `most` samples of the training order, or what passes the network in about `seconds`."""
    config, facts = scene.config, scene.facts
    shape = network_input_shape(config, facts)
    macs = sum(row.macs for row in sheet(layers_of(config, shape, len(facts.classes)), shape))
    speed = CPU_MACS * (GPU_ADVANTAGE if scene.batches.train.targets.is_cuda else 1)
    size = max(least, min(most, int(seconds * speed / max(1, macs))))
    train = scene.batches.train
    return Samples(train.inputs[:size], train.targets[:size])
