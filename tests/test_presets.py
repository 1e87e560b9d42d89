"""The ready-made recipes on points learn what they promise, whatever the seed."""

import shutil
import subprocess
from pathlib import Path

import orjson
import pytest

from ml.config import TrainConfig
from ml.control import NoControl
from ml.train import train
from tests.made import curve

PRESETS = Path(__file__).parent.parent / "static" / "js" / "recipe" / "presets.js"


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js (20 or newer) to read presets.js")
@pytest.mark.parametrize("preset", ["xor", "spiral", "circles-by-hand"])
def test_a_recipe_on_points_learns_with_every_seed(tmp_path: Path, preset: str) -> None:
    code = (
        f"import({orjson.dumps(PRESETS.as_uri()).decode()}).then(m => console.log(JSON.stringify(m.PRESETS)))"
    )
    done = subprocess.run(["node", "-e", code], capture_output=True, check=True, timeout=30)
    changes = next(one["changes"] for one in orjson.loads(done.stdout) if one["id"] == preset)
    for seed in range(3):
        entries = train(TrainConfig.model_validate({**changes, "seed": seed}), NoControl(), tmp_path)
        assert curve(entries, "test")["accuracy"][-1] > 0.95, seed
