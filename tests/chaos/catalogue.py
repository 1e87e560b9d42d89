"""Every kind of fault, entered by importing its file."""

from tests.chaos import (  # noqa: F401 - importing them enters their faults
    clock,
    database,
    deleted,
    descriptors,
    disk,
    ends,
    freezes,
    kills,
    second,
    torn,
)
from tests.chaos.faults import FAULTS, Unavailable

__all__ = ["FAULTS", "Unavailable"]
