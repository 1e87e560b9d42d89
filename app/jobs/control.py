"""A worker's ear: what its job is told, from the database. Rule: between looks it costs a clock reading."""

import time
from collections.abc import Callable, Sequence

from sqlalchemy import Engine, select

from app.jobs.leaving import Leaving
from app.jobs.states import is_terminal
from app.store import commands
from app.store.commands import Given
from app.store.database import DatabaseAway, Watch, reading
from app.store.schema import jobs
from ml.control import Adjust, Command, Leave, Pause, Resume, Step, Stop
from ml.entries import Change, Entry, Status

ASK_SECONDS = 0.04  # a command is seen this soon; asking more often would cost small models their speed
REST_SECONDS = 0.02  # between two looks while the training rests
SHUTDOWN = "shutdown"
SHUTDOWN_MESSAGE = "The workers are shutting down; the training goes on by itself when they start again."
LEFT_MESSAGE = "The workers shut down while it was paused; a resume goes on from here."


# asked after every commit, this worker's own 25 a second included: 20 µs
_CONCERNS = """
SELECT status, attempt, (SELECT max(id) FROM commands WHERE job_id = :id) FROM jobs WHERE id = :id
"""


def command_of(given: Given) -> Command:
    """What the training understands."""
    message = given.arguments.get("message")
    match given.kind:
        case "stop":
            return Stop(save=given.arguments["save"])
        case "pause":
            return Pause(message)
        case "leave":
            return Leave(message)
        case "resume":
            return Resume()
        case "step":
            return Step()
        case "adjust":
            return Adjust(given.arguments["field"], given.arguments["value"])
    raise ValueError(f"unknown command {given.kind}")


class JobControl:
    """The commands of one attempt; `leaving` is set when this process was asked to end."""

    def __init__(
        self,
        engine: Engine,
        job_id: str,
        attempt: int,
        leaving: Leaving,
        while_resting: Callable[[], object] = lambda: None,
    ) -> None:
        self.held_by: str | None = None  # of the last pause: the house's reason, None when a person asked
        self._engine = engine
        self._job_id = job_id
        self._attempt = attempt
        self._leaving = leaving
        self._while_resting = while_resting
        self._watch = Watch(engine, _CONCERNS, id=job_id)
        self._next_look = 0.0
        self._cursor = 0
        self._told_to_leave = False
        self._given: dict[int, Given] = {}  # read and not begun, under the id of the command object
        self._begun: Given | None = None
        self._finished: list[int] = []  # ids of commands that are done and were not told yet
        self._must_look = False
        self._rests = False  # whether a pause was begun and no resume after it

    def commands(self) -> Sequence[Command]:
        """What arrived since the last look."""
        moment = time.monotonic()
        if moment < self._next_look:
            return ()
        self._next_look = moment + ASK_SECONDS
        try:
            self._must_look = self._watch.changed() or self._must_look
            found = self._look() if self._must_look else []
            self._must_look = False
        except DatabaseAway:
            found = []
        if self._leaving.is_set() and not self._told_to_leave:
            self._told_to_leave = True
            if not any(isinstance(command, Stop) for command in found):
                found.append(Leave(LEFT_MESSAGE if self._rests else SHUTDOWN_MESSAGE))
        return found

    def _look(self) -> list[Command]:
        query = select(jobs.c.status, jobs.c.attempt).where(jobs.c.id == self._job_id)
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
            found = commands.waiting(connection, self._job_id, self._cursor)
        if row is None or row.attempt != self._attempt or is_terminal(row.status):
            return [Stop(save=False)]  # another process speaks for this job now
        made = []
        for given in found:
            self._cursor = given.id
            command = command_of(given)
            self._given[id(command)] = given
            made.append(command)
        return made

    def wait(self) -> None:
        """A moment's rest."""
        self._while_resting()
        time.sleep(REST_SECONDS)
        self._next_look = 0.0

    def begin(self, command: Command | None) -> None:
        """`command` is carried out from now on; the one before it is done."""
        if self._begun is not None:
            self._finished.append(self._begun.id)
        self._begun = None if command is None else self._given.pop(id(command), None)
        if isinstance(command, Pause) or (isinstance(command, Leave) and not self._rests):
            shutdown = SHUTDOWN if self._begun is None else None
            self.held_by = self._begun.arguments.get("held_by") if self._begun else shutdown
        if isinstance(command, Pause | Resume):
            self._rests = isinstance(command, Pause)

    def done_with(self, entry: Entry) -> list[int]:
        """The ids of commands that are carried out once `entry` is in the log, each told once."""
        done, self._finished = self._finished, []
        if self._begun is not None and isinstance(entry, Change | Status):
            done.append(self._begun.id)
            self._begun = None
        return done

    def close(self) -> None:
        """Give the connection back."""
        self._watch.close()
