"""Zips and folders of pictures with hostile names and broken files: a data set or a sentence."""

import io
import os
import zipfile
from pathlib import Path

import orjson
from hypothesis import given
from hypothesis import strategies as st

from ml.datasets import own
from ml.datasets.failures import DatasetFailure
from ml.datasets.own_archive import Limits
from ml.datasets.own_unpack import Wishes, unpack
from ml.datasets.registry import describe
from ml.entries import body
from tests.fuzz.examples import often
from tests.made_files import loaded
from tests.made_zip import picture

LIMITS = Limits(
    entries=40,
    file_bytes=20_000,
    all_bytes=200_000,
    classes=6,
    pixels=10_000,
    all_pixels=200_000,
    stored_bytes=500_000,
)
GOOD = [picture(seed, (9, 7), seed % 3) for seed in range(4)] + [picture(9, (8, 8), 1, "JPEG")]
PICTURES = st.one_of(
    st.sampled_from(GOOD),
    st.sampled_from(GOOD).map(lambda content: content[: len(content) // 2]),
    st.tuples(st.sampled_from(GOOD), st.integers(0, 60), st.binary(min_size=1, max_size=4)).map(
        lambda of: of[0][: of[1]] + of[2] + of[0][of[1] + len(of[2]) :]
    ),
    st.binary(max_size=80),
    st.sampled_from([b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", b"%!PS-Adobe", b"<svg/>", b"MZ", bytes(15_000)]),
)
NAMES = st.sampled_from(
    [
        "a",
        "b",
        "c",
        "train",
        "test",
        "Train",
        "..",
        ".",
        "",
        "A",
        "ä",
        "a\u0308",
        "con",
        "nul.png",
        "x" * 120,
        "‮gnp",
        "a b",
        "~",
        "$(x)",
        "-rf",
        "\x1b[2J",
        "😀",
        "1.png",
        "__MACOSX",
        ".hidden",
        "C:",
        "a\\b",
        "%2e%2e",
        "\u2028",
    ]
) | st.text(st.characters(codec="utf-8", exclude_characters="/"), max_size=8)
PATHS = st.one_of(
    st.tuples(st.sampled_from("abc"), st.integers(0, 5)).map(lambda of: f"{of[0]}/{of[1]}.png"),
    st.tuples(st.sampled_from(["train", "test"]), st.sampled_from("abc"), st.integers(0, 5)).map(
        lambda of: f"{of[0]}/{of[1]}/{of[2]}.png"
    ),
    st.lists(NAMES, min_size=1, max_size=4).map("/".join),
    st.sampled_from(["/etc/passwd", "../../x", "a/../../x", "C:\\x", "\\\\host\\x", "a/1.png/2.png", "a/"]),
)
KINDS = st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])


@st.composite
def archives(draw) -> bytes:
    stream = io.BytesIO()
    names = draw(st.lists(PATHS, max_size=12, unique=True))
    if draw(st.booleans()):
        names += [f"{name}/{number}.png" for name in "ab" for number in range(3)]
    with zipfile.ZipFile(stream, "w", draw(KINDS)) as archive:
        for name in dict.fromkeys(names):
            info = zipfile.ZipInfo(name)
            info.external_attr = draw(st.sampled_from([0, 0o100644 << 16, 0o120777 << 16, 0o20666 << 16]))
            info.compress_type = archive.compression
            archive.writestr(info, draw(PICTURES))
    content = bytearray(stream.getvalue())
    for _ in range(draw(st.integers(0, 3))):  # torn, or turned at some places
        if content:
            content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
    return bytes(content[: draw(st.integers(0, len(content)))] if draw(st.booleans()) else content)


def tree(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*")}


@often(30)
@given(archives(), st.sampled_from([8, 17]), st.floats(0.05, 0.5))
def test_an_archive_becomes_a_data_set_or_a_sentence(tmp_path_factory, content, side, test_fraction):
    around = tmp_path_factory.mktemp("around")
    data = around / "data"
    folder = own.root(data) / f"{own.ADVANCING}mine"
    folder.mkdir(parents=True)
    (folder / own.ARCHIVE).write_bytes(content)
    is_made = unpack(folder, Wishes(side, test_fraction, 0, False), LIMITS)
    outside = {path for path in tree(around) if path.parts[:2] not in {("data",), ("data", "datasets")}}
    assert not outside
    if not is_made:
        found = own.progress("mine", data)
        assert found["state"] == "failed"
        (error,) = found["errors"]
        assert error["field"] in ("archive", "side", "test_fraction")
        assert error["message"].endswith(".")
        orjson.dumps(found)
        return
    facts = describe("mine", data)
    assert facts.problem is None
    orjson.dumps(facts.to_json() | own.details("mine", data))
    _, dataset = loaded("mine", data)
    assert len(dataset.train_inputs) == facts.train_size >= 1


FOLDER_NAMES = st.sampled_from(
    [
        b"a",
        b"b",
        b"c",
        b"\xff\xfe",
        b".x",
        b"a b",
        b"\xc3\xa4",
        b"x" * 200,
        b"\n",
        b"\x1b[2J",
        b"-rf",
        b"%s",
        b"{}",
    ]
)


@often(30)
@given(
    st.dictionaries(
        st.tuples(
            st.sampled_from([b"train", b"test"]),
            FOLDER_NAMES,
            FOLDER_NAMES | st.sampled_from([b"1.png", b"2.jpg"]),
        ),
        PICTURES,
        max_size=8,
    ),
    st.booleans(),
)
def test_a_folder_of_pictures_is_described_and_read_or_refused(tmp_path_factory, files, has_classes):
    data = tmp_path_factory.mktemp("data")
    if has_classes:
        files |= {(split, name, b"0.png"): GOOD[0] for split in (b"train", b"test") for name in (b"a", b"b")}
    for (split, name, file), content in files.items():
        path = Path(data, "cifar10", *map(os.fsdecode, (split, name, file)))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    facts = describe("cifar10", data)
    orjson.dumps(facts.to_json())
    try:
        notes, dataset = loaded("cifar10", data)
    except DatasetFailure as failure:
        orjson.dumps(str(failure))
        return
    for note in notes:
        orjson.dumps(body(note))
    assert facts.problem is None
    assert len(dataset.train_inputs) >= 2
