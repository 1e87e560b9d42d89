"""What a call can fail with. Rule: the server's own words, with the field they are about."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of what was sent."""

    field: str
    message: str


class NoServer(Exception):  # noqa: N818 - it names what happened
    """No server answers at `url`; `why` is the connection's own error."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"No server answers at {url} ({why}).")
        self.url = url
        self.why = why


class Refused(Exception):  # noqa: N818 - it names what happened
    """The server refused with the HTTP status `status`: `detail` says why, `errors` what of it is which
    field's."""

    def __init__(self, status: int, detail: str, errors: Sequence[FieldError] = ()) -> None:
        self.status = status
        self.detail = detail
        self.errors = tuple(errors)
        super().__init__("\n".join(self.sentences))

    @property
    def sentences(self) -> list[str]:
        """What was refused: a sentence a field, or the one about the whole."""
        return [f"{error.field}: {error.message}" for error in self.errors] or [self.detail]
