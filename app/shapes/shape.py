"""What all shapes share. Rule: a member that is not named here is not in the answer."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Number = float | Literal["NaN", "Infinity", "-Infinity"]  # numbers that are not finite come by name


class Shape(BaseModel):
    """An object with exactly these members."""

    model_config = ConfigDict(extra="forbid")


class OpenShape(BaseModel):
    """An object with these members and further ones, which docs/api.md describes."""

    model_config = ConfigDict(extra="allow")
