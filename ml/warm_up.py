"""Pay for imports and first calls before a job comes: 2.5 s here, 0.17 s then."""

import importlib

import torch
from PIL import Image

from ml.batches import Batch
from ml.config import TrainConfig
from ml.device import precision_context
from ml.models.build import build_module
from ml.optim import build_optimizer
from ml.step import update

# 1.7 s or more each when nothing has read their files yet; the data sets import them when they need them
LIBRARIES_OF_DATASETS = ("ml.train", "sklearn.datasets", "sklearn.model_selection", "torchvision.datasets")


def warm_up() -> None:
    """One step of a small network on random numbers; leaves nothing behind but loaded code."""
    for library in LIBRARIES_OF_DATASETS:
        importlib.import_module(library)
    Image.preinit()  # 10 ms at the first PNG else
    shape = (3, 16, 16)
    config = TrainConfig(architecture="alexnet", batch_norm=True, dropout=0.5)
    module = build_module(config, shape, classes=10).to(memory_format=torch.channels_last)
    inputs = torch.rand((4, *shape)).to(memory_format=torch.channels_last)
    batch = Batch(inputs, torch.zeros(4, dtype=torch.int64))
    optimizer = build_optimizer(config, module.parameters())
    update(config, module, optimizer, batch, precision_context(torch.device("cpu"), "float32"))
