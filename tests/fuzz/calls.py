"""Every call of the API's own description, tried by schemathesis. Rule: what it finds is mended.

Left out is only what says nothing here, with the reason beside it.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fuzz.world import DATASET, World

ROOT = Path(__file__).parent.parent.parent

# Fields that each may be as they are can be impossible together: data set, network and device decide. No JSON
# schema says that, so what it allows is refused with 422 at times, rightly.
DEPENDS_ON_OTHER_FIELDS = (
    "POST /api/jobs",
    "POST /api/inspect",
    "POST /api/measure",
    "POST /api/studies",
    "POST /api/studies/estimate",
    "POST /api/studies/{study_id}/extend",
    "POST /api/jobs/{job_id}/fork",
    "POST /api/jobs/{job_id}/adjust",
    "PATCH /api/jobs/{job_id}",  # queue_position, of a job that waits
    "GET /api/datasets/{name}/preview",  # points and noise, of generated points
)
OPAQUE = (
    "GET /api/jobs",  # cursor: only what an answer gave
    "POST /api/datasets",  # the archive: any bytes by the schema, a zip of pictures by its content
    "POST /api/jobs/{job_id}/class-map",  # the picture, likewise
)
SLOW = ("POST /api/datasets",)  # each archive is looked into by a process of its own, half a second


@dataclass(frozen=True, slots=True)
class Outcome:
    """What schemathesis says of a run."""

    cases: int
    failures: list[str]
    errors: list[str]
    output: str

    @property
    def words(self) -> str:
        """All that went wrong."""
        return "\n".join([*self.failures, *self.errors, self.output[-6000:]])


def _toml(value: Any) -> str:
    return json.dumps(value)  # strings, numbers and lists are written alike


def configuration(world: World, examples: int, seed: int | None) -> str:
    """schemathesis.toml: the ids there are, and the checks that say nothing of an operation."""
    dictionaries = {
        "jobs": world.job_ids,
        "studies": world.study_ids,
        "datasets": [DATASET, "digits", "circles", "vgg16-224"],
    }
    lines = ['hooks = "tests.fuzz.hooks"', "continue-on-failure = true", "workers = 1"]
    lines += [] if seed is None else [f"seed = {seed}"]
    lines += ["[generation]", f"max-examples = {examples}", 'database = "none"']
    lines += ["deterministic = true"] if seed is None else []
    lines += ["[phases.stateful]", f"generation.max-examples = {examples}", "max-steps = 6"]
    lines += ["[cache]", "enabled = false"]
    lines += ["[checks]", "ignored_auth.enabled = false  # a server on loopback asks nobody who they are"]
    for name, values in dictionaries.items():
        lines += [f"[dictionaries.{name}]", f"values = {_toml(values)}"]
    lines += ["[parameters]"]
    for parameter, name in (("path.job_id", "jobs"), ("path.study_id", "studies"), ("path.name", "datasets")):
        lines += [f"{_toml(parameter)} = {{ dictionary = {_toml(name)}, probability = 0.6 }}"]
    for operation in (*DEPENDS_ON_OTHER_FIELDS, *OPAQUE):
        lines += ["[[operations]]", f"include-name = {_toml(operation)}"]
        lines += ["checks.positive_data_acceptance.enabled = false"]
    for operation in SLOW:
        lines += ["[[operations]]", f"include-name = {_toml(operation)}"]
        lines += [f"generation.max-examples = {max(1, examples // 10)}"]
    return "\n".join([*lines, ""])


def try_every_call(
    world: World, folder: Path, examples: int, phases: str = "", seed: int | None = None
) -> Outcome:
    """Run schemathesis against the world's server: `examples` an operation in each of its phases, all of them
    unless some are named; without a seed the same ones every time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    settings, report = folder / "schemathesis.toml", folder / "report.json"
    settings.write_text(configuration(world, examples, seed))
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(settings), "run"]
    command += [f"{world.product.url}/api/openapi.json", "--report-json-path", str(report), "--no-color"]
    command += ["--phases", phases] if phases else []
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    output = done.stdout + done.stderr
    if not report.exists():
        return Outcome(0, [], ["schemathesis did not run"], output)
    said = json.loads(report.read_text())
    failures = [
        f"{group['title']} ({group['count']}): {', '.join(group['operations'])}" for group in said["failures"]
    ]
    errors = [f"{group['title']} ({group['count']})" for group in said["errors"]]
    return Outcome(said["test_cases"]["generated"], failures, errors, output)
