"""A refusal, as RFC 9457 has it."""

from pydantic import Field

from app.shapes.shape import OpenShape


class FieldProblem(OpenShape):
    """A field of what was sent, and what to do about it; in a text also where the mistake is."""

    field: str = Field(min_length=1)
    message: str = Field(min_length=1)


class ProblemBody(OpenShape):
    """A call that was refused: `detail` says why and what to do, `errors` which field it is about."""

    type: str
    title: str
    status: int
    detail: str = Field(min_length=1)
    errors: list[FieldProblem] = Field(default_factory=list)
