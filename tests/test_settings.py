"""Settings from environment and command line, documented where they are used."""

from pathlib import Path

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from app.cli import app
from app.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent


def given_to_serve(monkeypatch, *words):
    """The settings that `livetrain serve` makes of command line and environment."""
    given = []
    monkeypatch.setattr("app.serve.serve", given.append)
    result = CliRunner().invoke(app, ["serve", *words])
    assert result.exit_code == 0, result.output
    return given[0]


def test_defaults_serve_this_machine_from_the_folder_one_is_in(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    settings = Settings()
    assert (settings.host, settings.port, settings.cpu_slots) == ("127.0.0.1", 8000, 1)
    assert settings.data_dir == tmp_path / "livetrain-data"
    assert settings.database == f"sqlite:///{tmp_path}/livetrain-data/livetrain.db"
    assert not settings.needs_token


def test_the_environment_sets_them(monkeypatch, tmp_path):
    for name, value in {
        "PORT": "1234",
        "DATA_DIR": str(tmp_path),
        "ALLOWED_HOSTS": "a.b, c.d",
        "TOKEN": "",
    }.items():
        monkeypatch.setenv(PREFIX + name, value)
    settings = Settings()
    assert (settings.port, settings.data_dir, settings.allowed_hosts) == (1234, tmp_path, ("a.b", "c.d"))
    assert Settings(port=99).port == 99, "an option wins"


def test_whether_a_server_supervises_is_a_switch(monkeypatch):
    assert Settings().supervise
    monkeypatch.setenv(PREFIX + "SUPERVISE", "false")
    assert not Settings().supervise
    assert given_to_serve(monkeypatch, "--supervise").supervise, "an option wins"
    monkeypatch.delenv(PREFIX + "SUPERVISE")
    assert not given_to_serve(monkeypatch, "--no-supervise").supervise
    refused = CliRunner().invoke(app, ["serve"], env={PREFIX + "SUPERVISE": "perhaps"})
    assert refused.exit_code == 2
    assert "must be true or false, not 'perhaps'" in refused.output


def test_a_url_prefix_is_brought_into_form():
    assert Settings(root_path="lab/").root_path == "/lab"
    assert Settings(root_path="/").root_path == ""


def test_other_databases_are_refused_in_clear_words():
    with pytest.raises(ValidationError, match="only SQLite files work in this version"):
        Settings(database_url="postgresql://localhost/x")


def test_a_wrong_option_is_said_in_a_sentence(tmp_path):
    result = CliRunner().invoke(
        app, ["work", "--database-url", "postgresql://x", "--data-dir", str(tmp_path)]
    )
    assert result.exit_code == 2
    assert "LIVETRAIN_DATABASE_URL" in result.output
    assert "only SQLite" in result.output


def test_every_setting_is_an_option_and_in_the_documentation():
    help_text = CliRunner().invoke(app, ["serve", "--help"], env={"COLUMNS": "250", "TERM": "dumb"}).output
    documented = (ROOT / "docs" / "operations.md").read_text()
    for name, field in Settings.model_fields.items():
        assert f"--{name.replace('_', '-')}" in help_text
        assert f"{PREFIX}{name.upper()}" in help_text
        assert f"`{PREFIX}{name.upper()}`" in documented
        assert field.description in documented
