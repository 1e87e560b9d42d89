"""Every call of the API's description, with what it allows and what it does not, against a real server."""

from tests.fuzz.calls import try_every_call
from tests.fuzz.world import world_in

EXAMPLES = 6  # an operation; `make fuzz` takes many more, and the two thousand of the coverage phase


def test_no_call_fails_whatever_is_sent(tmp_path):
    with world_in(tmp_path / "data") as world:
        outcome = try_every_call(world, tmp_path, EXAMPLES, "fuzzing,stateful")
        answers = world.answers
    assert not outcome.failures, outcome.words
    assert not outcome.errors, outcome.words
    assert outcome.cases > 150, outcome.words
    assert answers["5xx"] == 0
    assert answers["2xx"] > 50
    assert answers["4xx"] > 50
