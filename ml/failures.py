"""Why a training could not go on, in a word for the log and in a sentence for people."""

import errno

from ml.datasets.failures import DatasetFailure
from ml.entries import Reason, Split, Status
from ml.writing import number


class DeviceMissingError(RuntimeError):
    """The config asks for a device that this machine does not have."""


def _is_out_of_memory(error: BaseException) -> bool:
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return True
    # torch's CPU allocator raises a plain RuntimeError and has no type of its own for this
    return isinstance(error, RuntimeError) and "can't allocate memory" in str(error)


def explain(error: BaseException) -> tuple[Reason, str]:
    """The reason and the message of the status entry for `error`."""
    if isinstance(error, DatasetFailure):
        return "data_error", str(error)
    if isinstance(error, DeviceMissingError):
        return "start_failed", str(error)
    if _is_out_of_memory(error):
        return "out_of_memory", (
            "The device ran out of memory. Choose a smaller batch size, a smaller network or fewer "
            "training samples."
        )
    return "error", f"{type(error).__name__}: {error}"


def diverged(step: int, loss: float, learning_rate: float, split: Split = "train") -> Status:
    """The end of a training whose loss of `split` is no finite number any more."""
    tried = number(learning_rate)
    what, when = ("loss", "at") if split == "train" else (f"{split} loss", "after")
    message = (
        f"The {what} became {number(loss)} {when} step {step:,}. Try a smaller learning rate than {tried}."
    )
    return Status("failed", reason="diverged", message=message)
