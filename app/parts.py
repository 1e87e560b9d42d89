"""What the routes share, made once per application. Rule: no globals; a route asks for it."""

from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends
from sqlalchemy import Engine
from starlette.requests import HTTPConnection

from app.attendance import Attendance
from app.jobs.outlines import Outlines
from app.live import Live
from app.settings import Settings
from app.studies.pace import Paces
from app.studies.results import Outcomes
from app.vitals.tally import Answers


@dataclass
class Parts:
    """Settings, the database, the live reader, who supervises, what workers answered, how jobs ended and how
    long they took; how many calls were answered how; and what shows long trainings."""

    settings: Settings
    engine: Engine
    live: Live
    supervisors: Attendance
    answers: dict[str, Any] = field(default_factory=dict)
    outcomes: Outcomes = field(default_factory=Outcomes)
    answered: Answers = field(default_factory=Answers)
    paces: Paces = field(default_factory=Paces)
    outlines: Outlines = field(init=False)

    def __post_init__(self) -> None:
        self.outlines = Outlines(self.engine)


def parts_of(connection: HTTPConnection) -> Parts:
    """The application's parts, as a dependency of routes."""
    found: Parts = connection.app.state.parts
    return found


WithParts = Annotated[Parts, Depends(parts_of)]
