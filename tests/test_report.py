"""A job's report: what stands in it, that it is text of users and no markup, and that nothing is loaded."""

import base64
import hashlib
import math
import re
import shlex
from html.parser import HTMLParser
from io import BytesIO

import numpy as np
import orjson
import pytest
from PIL import Image

from app.exports.chart import HEIGHT, LINE_HEIGHT, NAMED, NARROW, TITLE_HEIGHT, USUAL
from app.exports.curves import smoothed
from ml.entries import Change, Diagnosis, Note, Rewind, Snapshot, Status
from tests.serving import client_on
from tests.store import FakeWorker, metrics, new_job

EVIL = "<script>alert(1)</script>\"'&"


class Page(HTMLParser):
    """The tags of a page, and its text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.tags and self.tags[-1][0] != "style":
            self.text += data

    def of_class(self, name):
        return [attributes for _, attributes in self.tags if name in (attributes.get("class") or "").split()]


@pytest.fixture
def client(tmp_path, engine):
    with client_on(tmp_path) as client:
        yield client


def report(client, job_id):
    answer = client.get(f"/api/jobs/{job_id}/report.html")
    assert answer.status_code == 200, answer.text
    return answer


def snapshot(kind, step, content):
    return Snapshot(kind, step, 1, "application/json", orjson.dumps(content))


def confusion(right):
    return {
        "split": "test",
        "samples": 20,
        "classes": ["in & out", EVIL],
        "matrix": [[right, 10 - right], [0, 10]],
        "accuracy": [right / 10, 1.0],
        "confused": [],
    }


@pytest.fixture
def job_id(engine):
    """A job that tells everything a log can tell."""
    worker = FakeWorker(engine, new_job(engine, name=EVIL, learning_rate=0.5, hidden_sizes=[16]))
    losses = [2.0] * 30
    losses[17] = 9.0
    worker.write(
        metrics("validation", [0, 9], [0.7, 0.6], [0.4, 0.8]),
        metrics("test", [0, 9], [0.7, 0.6], [0.4, 0.75]),
        metrics("train", range(1, 31), losses),
        Note("warning", f"note {EVIL}"),
        Diagnosis("plateau", 3, f"It rests {EVIL}.", {}, {"changes": {"learning_rate": 0.05}}),
        Diagnosis("diverging", 40, "void: it was rewound", {}),
        Change(10, "learning_rate", 0.5, 0.25),
        snapshot("confusion", 9, confusion(6)),
        snapshot("confusion", 18, confusion(7)),
        snapshot("confusion", 40, confusion(1)),
        snapshot(
            "filters",
            18,
            {
                "layer": "conv1",
                "units": 2,
                "shape": [2, 2, 1],
                "pixels": base64.b64encode(bytes(range(8))).decode(),
                "largest": [1.0, 1.0],
                "classes": None,
            },
        ),
        Rewind(30),
        Status("failed", "diverged", f"error {EVIL}"),
    )
    return worker.job_id


def test_everything_the_log_tells_stands_in_it(client, job_id):
    page = Page(report(client, job_id).text)
    for words in (
        "Failed (diverged) at step 30 of 90",
        "Best epoch by validation: 1, with 80.0",
        "75.0",
        "Learning rate",
        "Since step 3:",
        "To try: lr 0.05",
        "after epoch 1",
        "train accuracy, last batch",
        "hidden1",
        "seed 0",
        f"Job {job_id}.",
    ):
        assert words in page.text.replace("\u202f", " "), words
    assert "void" not in page.text, "what a rewind made void is not told"
    assert [one["title"].split(": ")[1] for one in page.of_class("cell")] == ["7", "3", "0", "10"], (
        "the last that holds"
    )
    assert [attributes["src"][:22] for tag, attributes in page.tags if tag == "img"] == [
        "data:image/png;base64,"
    ] * 2
    assert len([tag for tag, _ in page.tags if tag == "svg"]) == 4, "each chart at two widths"


def test_texts_of_users_are_no_markup(client, job_id):
    source = report(client, job_id).text
    page = Page(source)
    assert not [tag for tag, _ in page.tags if tag in ("script", "link", "iframe", "object", "form")]
    for words in (EVIL, f"note {EVIL}", f"It rests {EVIL}.", f"error {EVIL}"):
        assert words in page.text
    assert "<script" not in source


def test_nothing_is_loaded_and_the_policy_fits_the_style(client, job_id):
    answer = report(client, job_id)
    page = Page(answer.text)
    style = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL).group(1)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:"
    assert answer.headers["content-security-policy"] == policy
    assert [attributes["content"] for tag, attributes in page.tags if "http-equiv" in attributes] == [policy]
    addresses = [
        attributes[name] for _, attributes in page.tags for name in ("src", "href") if attributes.get(name)
    ]
    assert all(address.startswith("data:") for address in addresses)
    assert "url(" not in style
    assert not [1 for _, attributes in page.tags if "style" in attributes]
    assert answer.headers["content-disposition"] == f'attachment; filename="livetrain-{job_id}.html"'


def test_no_extreme_is_lost_in_the_curve(client, engine):
    worker = FakeWorker(engine, new_job(engine))
    losses = np.ones(5000)
    losses[3333] = 3.0
    worker.write(metrics("train", range(1, 5001), losses), Status("completed"))
    source = report(client, worker.job_id).text
    path = re.search(r'class="line train thin" d="([^"]*)"', source).group(1)
    heights = [float(point.split(",")[1]) for point in path.removeprefix("M").split("L")]
    assert len(heights) < 2000
    low, high = max(heights), min(heights)  # y grows downwards
    zero = HEIGHT - TITLE_HEIGHT - LINE_HEIGHT
    assert heights.count(high) == 1
    assert (zero - high) / (zero - low) == pytest.approx(3, abs=0.02)


def test_what_is_not_finite_is_a_cross(client, engine):
    worker = FakeWorker(engine, new_job(engine))
    worker.write(
        metrics("train", [1, 2, 3], [1.0, math.inf, math.nan]), Status("failed", "diverged", "no number")
    )
    page = Page(report(client, worker.job_id).text)
    assert "not finite from step 2" in page.text
    assert len(page.of_class("bad")) == 2, "once at each width"


def test_words_of_charts_are_never_smaller_than_11_pixels(client, job_id):
    style = re.search(r"<style>(.*?)</style>", report(client, job_id).text, re.DOTALL).group(1)

    def pixels(pattern):
        return int(re.search(pattern, style).group(1))

    font = pixels(r"svg text \{[^}]*font-size: (\d+)px")
    switch = pixels(r"@container \(max-width: (\d+)px\) \{ svg\.usual \{ display: none")
    assert font * (switch + 1) / USUAL >= 11
    assert font * pixels(r"svg\.narrow \{[^}]*min-inline-size: (\d+)px") / NARROW >= 11
    assert font * pixels(r"svg\.named \{[^}]*min-inline-size: (\d+)px") / NAMED >= 11


def test_every_table_and_chart_scrolls_inside_its_box(client, job_id):
    source = report(client, job_id).text
    boxes = re.findall(r'<div class="wide (?:table|drawn)"[^>]*>\s*(?:<table|<svg)', source)
    assert len(boxes) == source.count("<table") + 2
    assert "overflow-wrap: normal" in re.search(r"\.wide \{([^}]*)\}", source).group(1), "no word is broken"


def test_points_show_the_last_boundary(client, engine):
    worker = FakeWorker(engine, new_job(engine))
    train = {"x": [-1.0, 1.0], "y": [1.0, 0.0], "label": [0, 1], "of": 2}
    points = {"extent": [-2.0, 2.0, -2.0, 2.0], "classes": ["inner", "outer"], "train": train}
    levels = bytes([0] * 8 + [255] * 8)
    worker.write(
        snapshot("points", 0, points),
        Snapshot("boundary", 1, 1, "application/octet-stream", bytes(16)),
        Snapshot("boundary", 2, 1, "application/octet-stream", levels),
        metrics("train", [1, 2], [0.7, 0.6]),
    )
    page = Page(report(client, worker.job_id).text)
    address = next(attributes["href"] for tag, attributes in page.tags if tag == "image")
    pixels = np.asarray(Image.open(BytesIO(base64.b64decode(address.split(",")[1]))))
    assert pixels.shape == (4, 4, 4)
    assert pixels[0, 0].tolist() == [0x00, 0x72, 0xB2, 153]
    assert pixels[3, 3].tolist() == [0xD5, 0x5E, 0x00, 153]
    dots = [attributes for tag, attributes in page.tags if tag == "circle"]
    assert [(dot["class"], float(dot["cx"]), float(dot["cy"])) for dot in dots] == [
        ("class-0", 0.25, 0.25),
        ("class-1", 0.75, 0.5),
    ]


def test_a_job_without_any_step_has_a_report(client, engine):
    page = Page(report(client, new_job(engine)).text)
    assert "Queued." in page.text
    assert page.text.count("Nothing was measured yet.") == 2
    assert "Everything is at its default." in page.text


def test_the_line_for_a_shell_makes_the_same_job(client, engine):
    fields = {"hidden_sizes": [3, 2], "learning_rate": 0.25, "batch_size": "full"}
    job_id = new_job(engine, name="a 'quoted' $NAME", **fields)
    page = Page(report(client, job_id).text)
    line = page.text[page.text.index("curl -s") :].split("\n\n")[0].split("It trains")[0]
    words = shlex.split(line.replace("\\\n", " "))
    assert words[2] == "http://127.0.0.1:8000/api/jobs"
    made = client.post("/api/jobs", json=orjson.loads(words[words.index("-d") + 1])).json()
    assert made["original_config"] == client.get(f"/api/jobs/{job_id}").json()["original_config"]


def test_a_token_is_named_and_never_written(tmp_path, engine):
    job_id = new_job(engine)
    with client_on(tmp_path, token="very-secret") as client:
        answer = client.get(
            f"/api/jobs/{job_id}/report.html", headers={"Authorization": "Bearer very-secret"}
        )
    assert answer.status_code == 200
    assert "Bearer $LIVETRAIN_TOKEN" in Page(answer.text).text
    assert "very-secret" not in answer.text


def test_data_that_are_not_here_any_more_are_said(client, engine):
    page = Page(report(client, new_job(engine, dataset="gone")).text)
    assert "The data set gone that the job learned from is not here any more" in page.text


def test_smoothing_is_a_mean_of_what_came_before():
    found = list(smoothed([1.0, math.nan, 3.0], beta=0.5))
    assert found[0] == 1.0
    assert math.isnan(found[1])
    assert found[2] == pytest.approx((0.5 * 0.5 * 1 + 0.5 * 3) / 0.75)


def test_unknown_jobs_and_studies_have_none(client):
    assert client.get("/api/jobs/nowhere/report.html").status_code == 404
    assert client.get("/api/studies/nowhere/report.html").status_code == 404
