"""Dockerfile and compose files keep their promises; `make compose-check` tries the real thing."""

import re
from pathlib import Path

import pytest

from app.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = (ROOT / "compose.yaml").read_text()
FILES = ["Dockerfile", "compose.yaml", "compose.gpu.yaml", ".dockerignore"]


def instructions(name):
    """The arguments of each `name` in the Dockerfile, continued lines joined."""
    joined = DOCKERFILE.replace("\\\n", " ")
    return [line.split(None, 1)[1] for line in joined.splitlines() if line.startswith(f"{name} ")]


def service(name):
    """The lines of one service in compose.yaml."""
    return re.search(rf"^  {name}:\n((?:    .*\n|\n)+)", COMPOSE, re.M)[1]


def test_the_dockerfile_needs_no_other_front_end():
    assert "# syntax" not in DOCKERFILE
    assert "<<" not in DOCKERFILE
    assert instructions("FROM") == ["python:3.11-slim"]


def test_the_program_does_not_run_as_root():
    assert instructions("USER")[-1] not in ("root", "0")
    last_user = DOCKERFILE.rindex("\nUSER ")
    assert "\nRUN " not in DOCKERFILE[last_user:]


def test_code_comes_after_what_is_slow_to_install():
    torch = DOCKERFILE.index("torch torchvision")
    others = DOCKERFILE.index("setuptools")
    code = [DOCKERFILE.index(f"COPY {name}") for name in ("app", "ml", "static", "templates", "README.md")]
    assert DOCKERFILE.index("COPY constraints.txt") < torch < DOCKERFILE.index("COPY pyproject.toml") < others
    assert others < min(code)
    installing = [run for run in instructions("RUN") if "pip install" in run]
    assert not [run for run in installing if "-c constraints.txt" not in run and "--no-deps" not in run]


def test_the_image_gets_exactly_what_it_copies():
    admitted = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"}
    copied = {word for words in instructions("COPY") for word in words.split()[:-1]}
    assert copied == admitted
    assert not [name for name in copied if not (ROOT / name).exists()]


@pytest.mark.parametrize("name", FILES)
def test_no_address_of_a_host_is_written_down(name):
    assert "://" not in (ROOT / name).read_text()


def test_only_this_machine_reaches_the_server():
    published = re.findall(r'^ +- "(.+?:.+)"', service("web").split("environment:")[0], re.M)
    assert len(published) == 1
    assert published[0].startswith("127.0.0.1:")
    assert "ports:" not in service("worker")
    assert "network_mode" not in COMPOSE


def test_there_is_no_default_password():
    assert "LIVETRAIN_TOKEN: ${LIVETRAIN_TOKEN:-}" in COMPOSE
    assert "TOKEN" not in DOCKERFILE


def test_both_services_run_one_image_without_rights():
    shared = COMPOSE.split("services:")[0]
    for promise in (
        "image: livetrain",
        "read_only: true",
        "cap_drop: [ALL]",
        "no-new-privileges:true",
        "init: true",
    ):
        assert promise in shared
    for name in ("web", "worker"):
        assert "<<: *livetrain" in service(name)
        assert "image:" not in service(name)
    assert "privileged: true" not in COMPOSE
    assert "user:" not in COMPOSE


def test_every_setting_that_compose_and_the_image_name_exists():
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    named = set(re.findall(r"LIVETRAIN_[A-Z_]+", COMPOSE + DOCKERFILE))
    assert named
    assert named <= known


def test_the_web_service_leaves_supervising_to_the_worker_and_gives_it_time():
    assert 'LIVETRAIN_SUPERVISE: "false"' in service("web")
    assert "command: work" in service("worker")
    assert "stop_grace_period: 60s" in service("worker")
    assert '"work", "--check"' in service("worker")
    assert '"serve", "--check"' in instructions("HEALTHCHECK")[0]


def test_the_gpu_file_adds_devices_to_the_worker_alone():
    text = (ROOT / "compose.gpu.yaml").read_text()
    assert re.findall(r"^  (\w+):$", text, re.M) == ["worker"]
    assert "driver: nvidia" in text
