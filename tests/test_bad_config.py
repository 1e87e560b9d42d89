"""Configs that nobody means: refused with the field and the fix, or built; a studied one likewise."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messages import NAMELESS
from ml.config import TrainConfig
from ml.datasets.registry import NAMES
from ml.models.zoo import ARCHITECTURES
from ml.studies import RUNGS
from tests.fuzz.examples import often
from tests.fuzz.refusals import assert_well_refused
from tests.serving import client_on

FIELDS = list(TrainConfig.model_fields)
NUMBERS = st.one_of(
    st.integers(-3, 300),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0, 1, -1, 2**31, 2**32, 2**63, 10**30, 1e308, 5e-324, -0.0, 0.999999999]),
)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=40) | st.sampled_from(
    [
        "",
        " ",
        "\0",
        "\ud7ff",
        "full",
        "auto",
        "cuda:999",
        "cuda:1000",
        "NaN",
        "../../etc/passwd",
        "1,5",
        "‮",
        "a" * 300,
    ]
)
WORDS = st.sampled_from(
    [
        *NAMES,
        *ARCHITECTURES,
        "tanh",
        "relu",
        "sigmoid",
        "adam",
        "sgd",
        "mse",
        "by_hand",
        "sum",
        "cosine",
        "bfloat16",
    ]
)
NOTATION = st.lists(
    st.sampled_from(
        [
            "conv 8 3x3 pad 1",
            "conv 4 5x5 stride 2",
            "pool 2",
            "average all",
            "relu",
            "fc 10",
            "flatten",
            "dropout 0.5",
            "batchnorm",
            "residual 8",
            "residual 8 stride 2",
            "conv",
            "conv 9999999 1x1",
            "pool 0",
            "fc -1",
            "tanh",
            "conv 3 64x64",
            "\n",
            "×",
            "conv 8 3x3 3x3",
        ]
    ),
    max_size=12,
).map(", ".join)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS | WORDS | NOTATION,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
CONFIGS = st.dictionaries(st.sampled_from(FIELDS) | TEXTS, VALUES, max_size=5)
NEAR = st.fixed_dictionaries(  # what could be meant, in combinations that often cannot be
    {},
    optional={
        "dataset": st.sampled_from([name for name in NAMES if name != "cifar10"]),
        "architecture": st.sampled_from(list(ARCHITECTURES)),
        "layers": NOTATION,
        "hidden_sizes": st.lists(st.integers(1, 64), max_size=4),
        "gradients": st.sampled_from(["autograd", "by_hand"]),
        "batch_size": st.sampled_from(["full", 1, 7, 128, 10**9]),
        "train_size": st.sampled_from([2, 3, 129, 10**9]) | st.none(),
        "validation_fraction": st.floats(0, 0.5),
        "early_stopping_patience": st.sampled_from([1, 10**6]) | st.none(),
        "augment": st.booleans(),
        "batch_norm": st.booleans(),
        "dropout": st.floats(0, 0.99),
        "epochs": st.sampled_from([1, 2, 10**6]),
        "points": st.sampled_from([10, 11, 20_000]),
        "noise": st.floats(0, 2) | st.none(),
        "words": st.sampled_from([2, 10_000]),
        "momentum": st.floats(0, 0.99),
        "optimizer": st.sampled_from(["sgd", "adam"]),
        "precision": st.sampled_from(["float32", "bfloat16"]),
        "device": st.sampled_from(["auto", "cpu", "cuda", "cuda:7"]),
    },
)


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with client_on(tmp_path_factory.mktemp("bad")) as client:
        yield client


@often(40)
@given(CONFIGS | NEAR)
def test_a_config_is_inspected_or_refused_by_its_field(client, config):
    answer = client.post("/api/inspect", json=config)
    assert_well_refused(answer)
    assert answer.status_code in (200, 422)
    if answer.status_code == 422:
        named = {error["field"] for error in answer.json()["errors"]}
        assert named <= {*FIELDS, *(name or NAMELESS for name in config), "body"}
    else:
        sheet = answer.json()
        assert sheet["parameters"] > 0
        assert math.isfinite(sheet["memory_estimate_bytes"])


@often(20)
@given(NEAR)
def test_what_can_be_inspected_can_be_queued(client, config):
    inspected, created = client.post("/api/inspect", json=config), client.post("/api/jobs", json=config)
    assert_well_refused(created)
    assert (created.status_code == 201) == (inspected.status_code == 200)
    if created.status_code == 201:
        address = created.headers["location"]
        for path in ("", "/log", "/metrics", "/report.html", "/script.py", "/checkpoints"):
            assert_well_refused(client.get(address + path))
        assert client.post(f"{address}/stop").json()["status"] == "stopped"
        assert client.delete(address).status_code == 204


@often(20)
@given(
    st.fixed_dictionaries(
        {"architecture": st.just("cnn"), "dataset": st.just("digits"), "layers": NOTATION | TEXTS}
    )
)
def test_a_network_as_typed_is_built_or_refused_where_it_is_wrong(client, config):
    answer = client.post("/api/inspect", json=config)
    assert_well_refused(answer)
    for error in answer.json().get("errors", []):
        assert error["field"] == "layers"
        if "start" in error:
            assert 0 <= error["start"] <= error["end"] <= len(config["layers"])


@often(20)
@given(
    st.fixed_dictionaries(
        {"kind": st.sampled_from(["sweep", "ladder"]) | TEXTS},
        optional={
            "base": NEAR | CONFIGS | VALUES,
            "axes": st.dictionaries(st.sampled_from(FIELDS) | TEXTS, st.lists(VALUES, max_size=3), max_size=2)
            | VALUES,
            "rungs": st.lists(st.sampled_from(list(RUNGS)) | TEXTS, max_size=3) | VALUES,
            "seeds": st.integers(0, 101) | st.lists(NUMBERS, max_size=3) | VALUES,
            "name": TEXTS | VALUES,
        },
    )
)
def test_a_study_is_made_or_refused_by_axis_and_value(client, study):
    answer = client.post("/api/studies", json=study)
    assert_well_refused(answer)
    if answer.status_code == 201:
        address = answer.headers["location"]
        assert_well_refused(client.get(address))
        assert_well_refused(client.get(f"{address}/report.html"))
        assert client.post(f"{address}/stop").status_code == 202
        assert client.delete(f"{address}?with_jobs=true").status_code == 204


BODIES = st.sampled_from(
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff\xfe",
        b'{"seed": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a":"\\ud800"}',
        b'{"epochs": NaN}',
        b'{"epochs": 1e999}',
        b"\0",
        b'{"name": "\xc3("}',
        b"{" + b'"a":{' * 2000 + b"}" * 2001,
    ]
) | st.binary(max_size=60)
TYPES = st.sampled_from(
    [
        "application/json",
        "application/json; charset=utf-16",
        "text/plain",
        "",
        "multipart/form-data",
        "a/b/c",
        "application/zip",
        "application/problem+json",
        "image/png",
        "multipart/form-data; boundary=x",
    ]
)
PATHS = (
    "/api/jobs",
    "/api/inspect",
    "/api/measure",
    "/api/studies",
    "/api/datasets",
    "/api/jobs/x/stop",
    "/api/jobs/x/fork",
    "/api/jobs/x/adjust",
    "/api/jobs/x/class-map",
    "/api/studies/x/extend",
)


@often(40)
@given(st.sampled_from(PATHS), BODIES, TYPES)
def test_a_body_of_any_bytes_is_refused_in_words(client, path, body, media_type):
    answer = client.post(path, content=body, headers={"content-type": media_type} if media_type else {})
    assert_well_refused(answer)
