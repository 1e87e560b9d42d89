"""The head of a page asks for what its modules will ask for, and for the same jobs."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from app import early

LOG = Path(__file__).parent.parent / "static/js/log"


def paths_of(monkeypatch: pytest.MonkeyPatch, step: int, forked_at: int | None = None) -> list[str]:
    parent = None if forked_at is None else {"job_id": "parent", "step": forked_at}
    monkeypatch.setattr(early, "job_json", lambda _row: {"step": step, "forked_from": parent})
    return early.early_paths(SimpleNamespace(id="abc"))  # type: ignore[arg-type]


def constant(file: str, name: str) -> str:
    (found,) = re.findall(rf'\bconst {name} = "?([^";]+)"?;', (LOG / file).read_text())
    return found.replace("_", "")


def test_both_know_the_same_numbers_and_types():
    assert int(constant("sampling.js", "REPLAYED")) == early.SAMPLED_STEPS
    assert int(constant("sampling.js", "WORDS")) == early.WORDS
    assert constant("sampling.js", "WORDED") == early.WORDED
    assert int(constant("detail.js", "SAMPLE_POINTS")) == early.SAMPLE_POINTS


@pytest.mark.parametrize(("step", "forked_at"), [(200_000, None), (500_000, 300_000)])
def test_a_long_job_is_asked_for_in_four_parts(monkeypatch, step, forked_at):
    paths = paths_of(monkeypatch, step, forked_at)
    assert len(paths) == len(set(paths)) == 4
    assert all(path.startswith("/api/jobs/abc/") for path in paths)


@pytest.mark.parametrize(("step", "forked_at"), [(0, None), (199_999, None), (500_000, 300_001)])
def test_one_whose_own_steps_are_few_is_not(monkeypatch, step, forked_at):
    assert paths_of(monkeypatch, step, forked_at) == []
