"""Asking whether a part is at work, from the command line, as a container's check does."""

import http.server
import threading
import time
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner

from app.check import NotWell, check_server, check_supervisor
from app.cli import app
from app.settings import Settings
from app.store import processes
from app.store.database import writing
from tests.product import Product, free_port
from tests.serving import server_on
from tests.store import new_store, seem_supervised


@contextmanager
def beating(engine):
    """A supervisor in this process whose heart beats."""
    with writing(engine) as connection:
        processes.register(connection, own := processes.new_id(), "supervisor", "working")
    ended = threading.Event()

    def beat():
        while not ended.wait(0.05):
            with writing(engine) as connection:
                processes.beat(connection, own)

    thread = threading.Thread(target=beat)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_a_beating_supervisor_is_at_work_whatever_the_clock(tmp_path, monkeypatch):
    engine = new_store(tmp_path)
    monkeypatch.setattr("app.store.processes.time.time", lambda real=time.time: real() - 3600)
    with beating(engine):
        check_supervisor(Settings(data_dir=tmp_path))
    engine.dispose()


def test_a_supervisor_that_gives_no_sign_of_life_is_not(tmp_path, monkeypatch):
    engine = new_store(tmp_path)
    seem_supervised(engine)
    engine.dispose()
    monkeypatch.setattr("app.check.SIGN_SECONDS", 0.5)
    with pytest.raises(NotWell, match="No supervisor gave a sign of life"):
        check_supervisor(Settings(data_dir=tmp_path))


def test_no_database_is_said_and_none_is_made(tmp_path):
    result = CliRunner().invoke(app, ["work", "--check", "--data-dir", str(tmp_path)])
    assert result.exit_code == 1
    assert "no database" in result.output
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_the_part_that_is_down_is_named(tmp_path, host):
    with server_on(tmp_path) as address:
        words = ["serve", "--check", "--host", host, "--port", address.partition(":")[2]]
        result = CliRunner().invoke(app, words)
    assert result.exit_code == 1
    assert "supervisor is down" in result.output
    assert "database" not in result.output


def test_a_server_that_is_well_is_at_work(product: Product):
    product.ready()
    result = CliRunner().invoke(app, ["serve", "--check", "--port", str(product.port)])
    assert result.exit_code == 0, result.output


def test_a_proxy_in_the_environment_is_not_asked(product: Product, monkeypatch):
    product.ready()
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    check_server(Settings(port=product.port))


def test_nobody_and_another_program_are_not_a_server():
    with pytest.raises(NotWell, match="No server answers"):
        check_server(Settings(port=free_port()))
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as other:
        thread = threading.Thread(target=other.handle_request)
        thread.start()
        with pytest.raises(NotWell, match="not Livetrain"):
            check_server(Settings(port=other.server_port))
        thread.join()
