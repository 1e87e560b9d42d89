"""Which server is meant: by environment, options, URL, or the link that the server printed."""

import pytest
import typer

from app.client.address import Address
from app.command.address import of_settings, of_url
from app.settings import Settings


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"host": "0.0.0.0", "port": 9}, "http://localhost:9"),
        ({"host": "::"}, "http://localhost:8000"),
        ({"host": "::1"}, "http://[::1]:8000"),
        ({"host": "box.example", "root_path": "lab/"}, "http://box.example:8000/lab"),
    ],
)
def test_the_settings_of_the_server_lead_to_it(settings, url):
    assert of_settings(Settings(**settings)).url == url


def test_the_environment_of_the_server_leads_to_it(monkeypatch):
    monkeypatch.setenv("LIVETRAIN_PORT", "8123")
    monkeypatch.setenv("LIVETRAIN_TOKEN", "secret")
    assert of_settings(Settings()) == Address("http://127.0.0.1:8123", "secret")


@pytest.mark.parametrize(
    ("text", "url", "token"),
    [
        ("http://box:8000", "http://box:8000", "own"),
        ("https://box/lab/", "https://box/lab", "own"),
        ("http://box:8000/lab/login?token=new", "http://box:8000/lab", "new"),
        ("http://box:8000/login", "http://box:8000", "own"),
    ],
)
def test_a_url_or_the_printed_link_leads_to_it(text, url, token):
    assert of_url(text, "own") == Address(url, token)


@pytest.mark.parametrize("text", ["box:8000", "ftp://box", "http://", "http://box:port", "http://[::1"])
def test_what_is_no_url_is_refused_with_the_fix(text, capsys):
    with pytest.raises(typer.Exit) as ended:
        of_url(text, "")
    assert ended.value.exit_code == 2
    assert "write http://host:port" in capsys.readouterr().err


def test_any_free_port_is_no_address(capsys):
    with pytest.raises(typer.Exit):
        of_settings(Settings(port=0))
    assert "--port (LIVETRAIN_PORT): 0 is any free port" in capsys.readouterr().err


def test_no_proxy_leads_to_this_machine():
    local = ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"]
    assert all(Address(url, "").is_local for url in local)
    assert not Address("http://box", "").is_local
