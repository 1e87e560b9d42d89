"""What a training is told from outside while it runs. Rule: asking must cost next to nothing."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Stop:
    """End after the current step; `save` a checkpoint first."""

    save: bool = True


@dataclass(frozen=True, slots=True)
class Pause:
    """Save a checkpoint and rest; `message` says why when no person asked for it."""

    message: str | None = None


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on after a pause."""


@dataclass(frozen=True, slots=True)
class Step:
    """Do one update, then rest again."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Save a checkpoint and end as paused, so that somebody else can go on from there."""

    message: str | None = None


@dataclass(frozen=True, slots=True)
class Adjust:
    """From the next step on, the config's `field` is `value`."""

    field: str
    value: float | int


Command = Stop | Pause | Resume | Step | Leave | Adjust


class Control(Protocol):
    """Where commands come from; asked between steps and between evaluation batches."""

    def commands(self) -> Sequence[Command]:
        """What arrived since the last question, in order."""
        ...

    def wait(self) -> None:
        """Return when it is worth asking again; called while the training rests."""
        ...

    def begin(self, command: Command | None) -> None:
        """`command` is carried out from now on; None: all are."""
        ...


class NoControl:
    """Nobody steers: the training runs to its end."""

    def commands(self) -> Sequence[Command]:
        return ()

    def wait(self) -> None:
        raise RuntimeError("nobody can end a pause here")

    def begin(self, command: Command | None) -> None:
        pass


class Orders:
    """The commands that arrived and were not carried out yet."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._waiting: deque[Command] = deque()

    def take(self) -> Command | None:
        """The oldest one, None when there is none."""
        self._waiting.extend(self._control.commands())
        command = self._waiting.popleft() if self._waiting else None
        self._control.begin(command)
        return command

    def take_when_there(self) -> Command:
        """The oldest one, waiting for it."""
        while (command := self.take()) is None:
            self._control.wait()
        return command

    @property
    def are_there(self) -> bool:
        """Whether a command waits."""
        new = self._control.commands()
        if new:
            self._waiting.extend(new)
        return bool(self._waiting)

    def hold(self, *kinds: type[Command]) -> bool:
        """Whether a command of one of `kinds` waits."""
        return self.are_there and any(isinstance(command, kinds) for command in self._waiting)

    def take_ending(self) -> Stop | Leave | None:
        """The first Stop or Leave, ahead of whatever else waits."""
        for command in self._waiting:
            if isinstance(command, Stop | Leave):
                self._control.begin(command)
                return command
        return None
