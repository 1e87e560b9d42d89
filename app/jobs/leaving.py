"""That this process was asked to end. Rule: said by a signal handler, so nothing in here takes a lock.

A handler runs in the main thread between any two instructions. A `threading.Event` has a lock that its `wait`
and its `set` hold for a moment: a handler that came in that moment would wait for its own thread, for ever.
"""


class Leaving:
    """Whether the end was asked for; once it was, it stays so."""

    def __init__(self) -> None:
        self._is_set = False

    def set(self) -> None:
        """The end is asked for; also from a signal handler, and from one inside another."""
        self._is_set = True

    def is_set(self) -> bool:
        """Whether it was."""
        return self._is_set
