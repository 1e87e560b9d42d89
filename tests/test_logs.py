"""What processes say: lines for people, or objects for programs, with the job that they are about."""

import io
import json
import logging
from pathlib import Path

import pytest

from app.logs import JsonLine, TextLine, about, is_routine, of_job
from tests.product import Product, eventually

ROUND = {"dataset": "circles", "epochs": 2, "hidden_sizes": [4]}


@pytest.fixture(params=[JsonLine, TextLine], ids=["json", "text"])
def said(request):
    """A logger and what it has written so far."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(request.param())
    logger = logging.Logger("livetrain.test")
    logger.addHandler(handler)
    return logger, stream.getvalue, request.param is JsonLine


def test_a_line_about_a_job_names_it(said):
    logger, written, is_json = said
    with about("abc"):
        logger.info("attempt %d begins", 1)
    logger.warning("it is lost", extra=of_job("def"))
    logger.info("nobody's")
    lines = written().splitlines()
    if is_json:
        found = [json.loads(line) for line in lines]
        assert [line.get("job_id") for line in found] == ["abc", "def", None]
        assert found[0].keys() == {"at", "level", "logger", "message", "job_id"}
        assert (found[0]["message"], found[1]["level"]) == ("attempt 1 begins", "warning")
    else:
        assert lines[0].endswith("INFO livetrain.test: [job abc] attempt 1 begins")
        assert lines[2].endswith("INFO livetrain.test: nobody's")
    assert [is_routine(line) for line in lines] == [True, False, True]


def test_what_a_caller_wrote_stays_on_its_line(said):
    logger, written, _ = said
    with about("x\n2026-01-01 INFO livetrain: all is well"):
        logger.warning("no job %s", "\x1b[2Jy\r\n2026-01-01 INFO livetrain: nothing happened\u2028")
    (line,) = written().removesuffix("\n").split("\n")
    assert "all is well" in line
    assert "nothing happened" in line
    assert "\x1b" not in line


def test_a_traceback_stays_in_one_json_line(said):
    logger, written, is_json = said
    try:
        raise ValueError("two\nlines \udcff")
    except ValueError:
        logger.exception("failed at %s", "/x\udcff")
    if is_json:
        (line,) = written().splitlines()
        assert json.loads(line)["error"].startswith("Traceback")
        assert json.loads(line)["message"] == "failed at /x\\udcff"


def test_all_processes_write_json_when_the_server_is_told_to(tmp_path: Path):
    with Product(tmp_path / "data", LIVETRAIN_LOG_FORMAT="json") as product:
        product.ready()
        job_id = product.create(**ROUND)["id"]
        product.wait(job_id)
        logs = tmp_path / "data" / "logs"

        def told() -> list[dict[str, str]]:
            texts = [path.read_text() for path in logs.glob("*.log")]
            return [json.loads(line) for text in texts for line in text.splitlines()]

        def of_job_() -> list[str]:
            return [line["message"] for line in told() if line.get("job_id") == job_id]

        messages = eventually(lambda: found if len(found := of_job_()) >= 3 else None, 20, "its story")
    assert any(message.startswith("goes to worker") for message in messages)
    assert "attempt 1 ended: completed" in messages
