"""What the Learn page starts: every recipe can be trained, every study is ready-made, every page is there."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import orjson
import pytest

from ml.checks import problems
from ml.config import TrainConfig
from ml.datasets.registry import facts_of
from ml.ready_studies import READY
from tests.serving import client_on

CHAPTERS = Path(__file__).parent.parent / "static" / "js" / "learn" / "chapters" / "all.js"


def runs() -> list[dict[str, Any]]:
    """Every experiment of every chapter."""
    if shutil.which("node") is None:
        pytest.skip("needs Node.js (20 or newer) to read the chapters")
    address = orjson.dumps(CHAPTERS.as_uri()).decode()
    code = f"import({address}).then(m => console.log(JSON.stringify(m.CHAPTERS)))"
    done = subprocess.run(["node", "-e", code], capture_output=True, check=True, timeout=30)
    return [run for chapter in orjson.loads(done.stdout) for run in chapter["runs"]]


def test_every_recipe_of_a_chapter_can_be_trained(tmp_path: Path):
    recipes = [run for run in runs() if "changes" in run]
    assert len(recipes) > 10
    for run in recipes:
        config = TrainConfig.model_validate(run["changes"])
        assert problems(config, facts_of(config, tmp_path)) == [], run["title"]
        assert set(run.get("lesson", {}).get("free", [])) <= set(TrainConfig.model_fields), run["title"]


def test_every_study_of_a_chapter_is_ready_made_and_each_ready_made_one_is_in_a_chapter():
    named = {run["id"] for run in runs() if run["kind"] == "study"}
    assert named <= {study.id for study in READY}
    assert {study.id for study in READY} - named == {"cifar10-batch-size"}, "told beside the points' own"


def test_every_page_a_chapter_opens_is_there_and_experiments_are_reached_from_learn(tmp_path: Path):
    with client_on(tmp_path) as client:
        for run in runs():
            if run["kind"] == "page":
                assert client.get(run["path"]).status_code == 200
        assert 'href="/experiments"' in client.get("/learn").text
        assert 'href="/learn" aria-current="true"' in client.get("/experiments").text
