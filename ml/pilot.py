"""Carries out what a training is told: stop, pause, step, leave, adjust. Rule: only between two steps.

A change that was made in an earlier attempt is made again at its step, so that a resumed curve is the same.
"""

from collections import deque
from collections.abc import Generator, Iterable, Iterator

from ml.control import Adjust, Leave, Orders, Pause, Resume, Step, Stop
from ml.entries import Change, Entry, Status
from ml.failures import diverged
from ml.keeper import Keeper
from ml.learner import Learner
from ml.recorder import Recorder

REQUESTED = Status("stopped", reason="requested")


class Pilot:
    """Obeys `orders`; `past` are the changes of the job's log."""

    def __init__(
        self, orders: Orders, learner: Learner, recorder: Recorder, keeper: Keeper, past: Iterable[Change]
    ) -> None:
        self._orders = orders
        self._learner = learner
        self._recorder = recorder
        self._keeper = keeper
        self._past = deque(change for change in past if change.step > learner.position.step)
        self._rests_at: int | None = None  # the step after which a single one is done

    @property
    def is_called(self) -> bool:
        """Whether `obey` has something to do before the next step."""
        return self._orders.are_there or self._rests_at is not None or self._change_is_due

    @property
    def _change_is_due(self) -> bool:
        return bool(self._past) and self._past[0].step <= self._recorder.step + 1

    def obey(self) -> Generator[Entry, None, bool]:
        """Do what is to be done before the next step; True when the training ends here."""
        while self._change_is_due:
            change = self._past.popleft()
            self._learner.adjust(change.field, change.after)
        if self._rests_at is not None and self._recorder.step >= self._rests_at:
            self._rests_at = None
            if (yield from self._rest()):
                return True
        while (command := self._orders.take()) is not None:
            if isinstance(command, Stop | Leave):
                yield from self._end(command)
                return True
            if isinstance(command, Adjust):
                yield from self._adjust(command)
            elif self._rests_at is not None:  # in the midst of single steps
                if isinstance(command, Resume):
                    self._rests_at = None
                    yield Status("running")
                elif isinstance(command, Step):
                    self._rests_at += 1
            elif isinstance(command, Pause):
                announced = Status("paused", message=command.message)
                if (yield from self._rest(announced)):
                    return True
        return False

    def _rest(self, announced: Status | None = None) -> Generator[Entry, None, bool]:
        """Save, then wait for a word; True when that word ends the training."""
        self._recorder.stop_clock()
        yield from self._keeper.save()
        if self._recorder.diverged_at:
            yield self.diverged()
            return True
        if announced is not None:
            yield announced
        while True:
            command = self._orders.take_when_there()
            if isinstance(command, Stop | Leave):
                yield from self._end(command)
                return True
            if isinstance(command, Resume):
                yield Status("running")
                return False
            if isinstance(command, Step):
                self._rests_at = self._recorder.step + 1
                return False
            if isinstance(command, Adjust):
                yield from self._adjust(command)
            elif isinstance(command, Pause):
                yield Status("paused", message=command.message)  # somebody else wants it now

    def _end(self, command: Stop | Leave) -> Iterator[Entry]:
        self._recorder.stop_clock()
        if isinstance(command, Leave) or command.save:
            yield from self._keeper.save()
        else:
            yield from self._recorder.flush()
        if self._recorder.diverged_at:
            yield self.diverged()
        else:
            yield Status("paused", message=command.message) if isinstance(command, Leave) else REQUESTED

    def diverged(self) -> Status:
        """The end, once the recorder met a loss that is not finite."""
        recorder = self._recorder
        assert recorder.diverged_at is not None
        return diverged(
            recorder.diverged_at, recorder.diverged_loss, self._learner.rate, recorder.diverged_split
        )

    def _adjust(self, command: Adjust) -> Iterator[Entry]:
        yield from self._recorder.flush()
        # what was to be changed later, in a past that was rewound, gives way to a newer wish
        self._past = deque(change for change in self._past if change.field != command.field)
        before, after = self._learner.adjust(command.field, command.value)
        if after != before:
            yield Change(self._recorder.step + 1, command.field, before, after)
