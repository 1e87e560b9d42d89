"""Nothing that somebody else wrote is executed: no pickle, no code, in no checkpoint and no array."""

import ast
import io
import json
import pickle
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
import torch

from app.exports.course import Leg
from app.exports.script import script_of
from ml.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from ml.checkpoint_files import FACTS, STATE, WEIGHTS, BadCheckpoint, Name
from ml.config import TrainConfig
from ml.datasets import own
from ml.datasets.failures import DataError
from ml.datasets.registry import facts_of
from ml.outcome import outcome
from tests.made_zip import colours, packed
from tests.test_own_unpack import unpacked

ROOT = Path(__file__).parent.parent
EXECUTING = {"pickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "code"}
BUILT_IN = {"eval", "exec", "compile", "__import__"}
SHELLS = {"os.system", "os.popen", "yaml.load", "torch.hub.load", "pandas.read_pickle"}
SAFE = {  # what may only be called with this said
    "torch.load": ("weights_only", True),
    "numpy.load": ("allow_pickle", False),
    "subprocess.run": ("shell", False),
    "subprocess.Popen": ("shell", False),
}


def unsafe(source):
    """What in this source could execute something that was read."""
    full = {}  # what a name in this source means
    for node in ast.walk(tree := ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            full |= {one.asname or one.name: module + one.name for one in node.names}
    yield from (name for name in full.values() if name.split(".")[0] in EXECUTING)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            first, dot, rest = ast.unparse(node.func).partition(".")
            if not is_safe(full.get(first, first) + dot + rest, node.keywords):
                yield ast.unparse(node)


def is_safe(called, keywords):
    if called not in SAFE:
        return called not in BUILT_IN | SHELLS
    name, right = SAFE[called]
    said = [word.value for word in keywords if word.arg == name]
    if not said:
        return name == "shell"  # without a word there is none
    return isinstance(said[0], ast.Constant) and said[0].value is right


SOURCES = [*sorted(ROOT.glob("app/**/*.py")), *sorted(ROOT.glob("ml/**/*.py"))]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_executes_what_it_reads(path):
    assert list(unsafe(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    ["import pickle", "from joblib import load", "import pickle as harmless",
     "import torch\ntorch.load(path)", "import torch as t\nt.load(path, weights_only=False)",
     "from torch import load as read\nread(path)", "import numpy as np\nnp.load(path)",
     "import numpy as np\nnp.load(path, allow_pickle=True)", "eval(text)",
     "import subprocess\nsubprocess.run(line, shell=True)", "import os\nos.system(line)"],
)  # fmt: skip
def test_the_search_finds_what_it_is_for(source):
    assert len(list(unsafe(source))) == 1


def test_the_search_lets_pass_what_is_safe():
    safe = (
        "torch.load(p, weights_only=True); np.load(p, allow_pickle=False); subprocess.run([p]); model.eval()"
    )
    assert list(unsafe(safe)) == []


@pytest.mark.parametrize("data", ["circles", "digits", "mnist", "cifar10", "mine"])
def test_a_script_that_is_taken_home_executes_nothing_it_reads(data, tmp_path):
    if data == "mine":
        assert unpacked(tmp_path, packed(colours(4)))
    config = TrainConfig(dataset=data)
    assert list(unsafe(script_of("title", facts_of(config, tmp_path), [Leg("job", config)]))) == []


class Bomb:
    """Leaves a file where it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


@pytest.mark.parametrize("file", [WEIGHTS, STATE])
@pytest.mark.parametrize("kind", ["pickle", "torch"])
def test_a_checkpoint_with_a_pickle_inside_is_refused_though_its_checksums_agree(tmp_path, file, kind):
    name, fuse = Name(3, 1), tmp_path / "went off"
    facts = {"step": 3, "epoch": 1}
    save_checkpoint(tmp_path, 1, Checkpoint(facts, {"w": torch.ones(2)}, {"s": torch.ones(2)}))
    stream = io.BytesIO()
    if kind == "torch":
        torch.save(Bomb(fuse), stream)
    else:
        pickle.dump(Bomb(fuse), stream)
    (tmp_path / str(name) / file).write_bytes(stream.getvalue())
    sealed = json.loads((tmp_path / str(name) / FACTS).read_bytes())
    body = json.loads(sealed["body"])
    body["checksums"][file] = sha256(stream.getvalue()).hexdigest()
    text = json.dumps(body)
    sealed = {"checksum": sha256(text.encode()).hexdigest(), "body": text}
    (tmp_path / str(name) / FACTS).write_text(json.dumps(sealed))
    with pytest.raises(BadCheckpoint, match="its tensors cannot be read"):
        load_checkpoint(tmp_path, name)
    assert not fuse.exists()


@pytest.mark.parametrize("part", own.PARTS)
def test_an_array_with_a_pickle_inside_is_refused(tmp_path, part):
    assert unpacked(tmp_path, packed(colours(4)))
    fuse = tmp_path / "went off"
    np.save(own.root(tmp_path) / "mine" / f"{part}.npy", np.array([Bomb(fuse)], object), allow_pickle=True)
    with pytest.raises(DataError, match="is damaged"):
        outcome(own.read("mine", tmp_path))
    assert not fuse.exists()
