"""The device a training runs on, set up so that the same seed gives the same curve."""

import os
from contextlib import AbstractContextManager, nullcontext

import torch

from ml.failures import DeviceMissingError


def choose_device(name: str) -> torch.device:
    """The torch device for `auto`, `cpu`, `cuda` or `cuda:N`; raises DeviceMissingError when it is absent."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name == "cpu":
        return torch.device("cpu")
    index = int(name.partition(":")[2] or 0)
    present = torch.cuda.device_count()
    if index >= present:
        raise DeviceMissingError(f"device {name} is not there: this machine has {present} CUDA devices")
    return torch.device("cuda", index)


def make_deterministic(device: torch.device) -> None:
    """Ask CUDA for kernels that sum in a fixed order; CPU kernels do so for a fixed number of threads."""
    if device.type == "cuda":
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # cuBLAS documentation: reproducibility
        torch.backends.cudnn.benchmark = False
        torch.use_deterministic_algorithms(True, warn_only=True)


def precision_context(device: torch.device, precision: str) -> AbstractContextManager[object]:
    """The context of forward passes: bfloat16 autocast, or nothing for float32."""
    if precision == "bfloat16":
        return torch.autocast(device.type, dtype=torch.bfloat16)
    return nullcontext()
