"""The house's laws, held by the code itself."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from ml.config import TrainConfig
from ml.entries import Entry

ROOT = Path(__file__).parent.parent
PYTHON = sorted(path for part in ("app", "ml") for path in (ROOT / part).rglob("*.py"))
SOURCES = PYTHON + sorted(
    path for part in ("static", "templates") for path in (ROOT / part).rglob("*")
    if path.suffix in {".js", ".css", ".html"} and "vendor" not in path.parts
)  # fmt: skip
LONGEST_FILE = 400
TOP_LEVEL = {"app", "ml", "static", "templates", "tests", "docs", "benchmarks", ".ci"}
TORCH_FREE = [
    "ml.config", "ml.entries", "ml.columns", "ml.plan", "ml.checks", "ml.naming", "ml.inspection",
    "ml.adjustable", "ml.diagnose.doctor",
    "ml.control", "ml.threads", "ml.datasets.facts", "ml.datasets.registry", "ml.models.layers",
    "ml.models.sheet", "ml.models.zoo", "ml.models.convolutionalize",
    "ml.foreign_picture", "app.main", "app.cli", "app.command.jobs", "app.command.watch",
    "app.command.table", "app.command.details", "app.upkeep.backup", "app.upkeep.restore", "app.upkeep.clean",
    "ml.models.notation", "ml.models.own", "ml.models.walk", "ml.studies", "ml.ready_studies",
    "app.studies.table", "app.exports.report", "app.exports.study_report", "app.client",
]  # fmt: skip
HEAVY = ("torch", "torchvision", "sklearn", "scipy")


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [path for path in PYTHON if "ml" in path.parts], ids=relative)
def test_ml_never_imports_app(path):
    assert not [name for name in imports(path) if name.split(".")[0] == "app"]


@pytest.mark.parametrize("module", TORCH_FREE)
def test_the_servers_modules_never_load_torch_or_scikit_learn(module):
    code = f"import sys, {module}; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_files_are_small(path):
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", PYTHON, ids=relative)
def test_modules_and_public_functions_are_documented(path):
    tree = ast.parse(path.read_text())
    if tree.body:
        assert ast.get_docstring(tree), "the module says what it is for"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            is_public = not node.name.startswith("_")
            assert ast.get_docstring(node) or not is_public, node.name


@pytest.mark.parametrize("path", PYTHON, ids=relative)
def test_names_avoid_vague_words(path):
    vague = re.compile(r"(Manager|Service|Helper|Utils?)\b|\b(utils|helpers|manager)\b")
    names = [node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ClassDef)]
    assert not [name for name in [*names, path.stem] if vague.search(name)]


def test_the_top_level_is_the_fixed_one():
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, cwd=ROOT).stdout.split()
    folders = {name.split("/")[0] for name in listed if "/" in name}
    assert folders <= TOP_LEVEL


def test_every_config_field_is_documented():
    text = (ROOT / "docs" / "config.md").read_text()
    assert not [name for name in TrainConfig.model_fields if f"`{name}`" not in text]


def test_every_command_is_documented():
    from app.cli import app
    from app.command.jobs import jobs

    def named(commands):
        return {command.name or command.callback.__name__ for command in commands}

    text = (ROOT / "docs" / "command_line.md").read_text()
    names = {"train"} | named(app.registered_commands)
    names |= {f"jobs {name}" for name in named(jobs.registered_commands)}
    assert {"serve", "work", "jobs list", "jobs watch"} <= names
    assert not [name for name in names if f"`livetrain {name}" not in text]


def test_every_route_and_entry_type_is_documented(tmp_path):
    from app.main import create_app
    from app.settings import Settings

    text = (ROOT / "docs" / "api.md").read_text()
    app = create_app(Settings(data_dir=tmp_path))
    paths = [path for path in app.openapi()["paths"] if path.startswith("/api")]
    assert len(paths) > 20
    assert not [path for path in paths if path not in text]
    assert not [kind.type for kind in get_args(Entry) if f"`{kind.type}`" not in text]


def test_pyproject_says_why_each_dependency_is_there():
    text = (ROOT / "pyproject.toml").read_text()
    block = text.split("dependencies = [")[1].split("]")[0]
    lines = [line for line in block.splitlines() if line.strip()]
    assert lines
    assert not [line for line in lines if "#" not in line]


def test_constraints_pin_every_direct_dependency_without_addresses():
    text = (ROOT / "constraints.txt").read_text()
    assert "://" not in text
    pinned = {line.split("==")[0].lower().replace("_", "-") for line in text.split()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    names = [re.split(r"[^a-zA-Z0-9_-]", requirement)[0].lower() for requirement in declared]
    assert len(names) > 20
    assert not [name for name in names if name not in pinned]
