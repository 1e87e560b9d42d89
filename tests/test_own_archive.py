"""What a zip may hold: layouts that are understood, and every attack refused by name."""

import io
import stat
import zipfile

import pytest

from ml.datasets.own_archive import Fault, Limits, look
from tests.made_zip import packed

PICTURE = b"not looked into here"
GOOD = {"ant/1.png": PICTURE, "ant/2.png": PICTURE, "bee/1.png": PICTURE}


def looked(files, limits=None):
    with zipfile.ZipFile(io.BytesIO(packed(files))) as archive:
        return look(archive, limits or Limits())


def fault(files, limits=None):
    with pytest.raises(Fault) as caught:
        looked(files, limits)
    assert caught.value.field == "archive"
    return caught.value.message


@pytest.mark.parametrize("below", ["", "mine/", "./", "mine/wrapped/"])
def test_class_folders_are_found_also_below_one_folder(below):
    listing = looked({f"{below}{name}": content for name, content in GOOD.items()})
    assert listing.classes == ("ant", "bee")
    assert [(member.target, member.path) for member in listing.members] == [
        (0, "ant/1.png"), (0, "ant/2.png"), (1, "bee/1.png")
    ]  # fmt: skip
    assert not listing.is_split


@pytest.mark.parametrize("train", ["train", "Train"])
@pytest.mark.parametrize("below", ["", "mine/"])
def test_train_and_test_folders_are_the_split(below, train):
    files = {f"{below}{split}/{name}": PICTURE for split in (train, "test") for name in GOOD}
    listing = looked(files)
    assert listing.is_split
    assert [member.split for member in listing.members] == ["train"] * 3 + ["test"] * 3


def test_a_file_beside_the_folder_around_everything_is_passed_over():
    listing = looked({f"mine/{name}": content for name, content in GOOD.items()} | {"README.txt": b""})
    assert listing.classes == ("ant", "bee")
    assert listing.passed_over == [("README.txt", "lies outside the class folders")]


def test_train_alone_is_split_later():
    listing = looked({f"train/{name}": PICTURE for name in GOOD})
    assert not listing.is_split
    assert {member.split for member in listing.members} == {""}


def test_what_lies_elsewhere_is_passed_over_with_a_reason():
    files = GOOD | {"README.txt": b"", "ant/more/3.png": b"", "__MACOSX/ant/._1.png": b"", "ant/.hidden": b"",
                    "bee/Thumbs.db": b""}  # fmt: skip
    listing = looked(files)
    assert len(listing.members) == 3
    assert dict(listing.passed_over) == {
        "README.txt": "lies outside the class folders",
        "ant/more/3.png": "lies in a folder inside its class folder",
    }


@pytest.mark.parametrize("below", ["", "mine/"])
def test_class_folders_with_folders_inside_them_are_refused_with_what_to_move(below):
    message = fault(
        {f"{below}ant/s/1.png": PICTURE, f"{below}bee/s/1.png": PICTURE, f"{below}bee/t/2.png": PICTURE}
    )
    assert "the class folder ant holds no picture itself" in message
    assert f"such as '{below}ant/s/1.png'. Move them up into ant" in message
    split = {
        f"{below}{part}/{name}/s/1.png": PICTURE for part in ("train", "test") for name in ("ant", "bee")
    }
    assert "Move them up into ant" in fault(split)
    half = {f"train/{name}": PICTURE for name in GOOD} | {
        "test/ant/1.png": PICTURE,
        "test/bee/s/1.png": PICTURE,
    }
    assert "class folder test/bee holds no picture itself" in fault(half)
    assert "holds no picture; add some" in fault({"ant/": b"", **GOOD, "wasp/": b""})


@pytest.mark.parametrize(
    "name",
    ["/etc/passwd", "../evil.png", "ant/../../evil.png", "C:/evil.png", "c:evil.png", "..\\evil.png",
     "ant\\..\\..\\evil.png", "\\\\host\\share\\evil.png"],
)  # fmt: skip
def test_names_that_lead_out_are_refused_by_name(name):
    message = fault(GOOD | {name: PICTURE})
    assert "leads out of its folder" in message
    assert name.replace("\\", "\\\\")[:8] in message or name[:8] in message


def with_name(name: bytes, files=GOOD) -> bytes:
    """A zip whose first entry's name, of equal length, was replaced in both headers."""
    content = packed(files)
    first = next(iter(files)).encode()
    assert len(first) == len(name)
    return content.replace(first, name)


def test_a_nul_in_a_name_is_refused():
    with (
        zipfile.ZipFile(io.BytesIO(with_name(b"ant/1\0png"))) as archive,
        pytest.raises(Fault, match="NUL character"),
    ):
        look(archive)


def test_control_characters_in_a_name_are_refused():
    assert "control characters" in fault(GOOD | {"ant/\x1b[2J.png": PICTURE})


@pytest.mark.parametrize(("kind", "word"), [(stat.S_IFLNK, "a link"), (stat.S_IFCHR, "a device"),
                                            (stat.S_IFIFO, "a device")])  # fmt: skip
def test_links_and_devices_are_refused(kind, word):
    info = zipfile.ZipInfo("ant/link.png")
    info.external_attr = (kind | 0o777) << 16
    assert word in fault({**GOOD, info: b"/etc/passwd"})


def test_passwords_are_refused():
    content = bytearray(packed(GOOD))
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1  # the flag of the first entry in the directory
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive, pytest.raises(Fault, match="password"):
        look(archive)


def test_limits_hold():
    assert "at most 2 are taken" in fault(GOOD, Limits(entries=2))
    assert "unpacked the archive would take" in fault(
        {**GOOD, "ant/9.png": bytes(2000)}, Limits(all_bytes=1000)
    )
    assert "at most 1 are taken" in fault(GOOD, Limits(classes=1))
    assert "too many folders deep" in fault({**GOOD, "a/b/c/d/e/f/g.png": PICTURE})


def test_a_bomb_is_refused_by_what_it_would_unpack_to():
    bomb = {f"ant/{number}.png": bytes(1_000_000) for number in range(20)}
    assert len(packed(bomb)) < 50_000
    assert "would take" in fault(bomb, Limits(all_bytes=10_000_000))


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "holds no file"),
        ({"ant/": b"", "bee/": b""}, "holds no file"),
        ({"1.png": PICTURE, "2.png": PICTURE}, "no class folder"),
        ({"ant/1.png": PICTURE}, "only one class, ant"),
        ({**GOOD, "cat/": b""}, "the class folder cat holds no picture"),
        ({"test/ant/1.png": PICTURE, "test/bee/1.png": PICTURE}, "none train"),
        ({"train/ant/1": b"", "train/bee/1": b"", "test/ant/1": b""}, "in one only: bee"),
        ({"train/ant/1": b"", "train/bee/1": b"", "test/ant/1": b"", "test/bee/": b""}, "test/bee holds no"),
        ({"train/ant/1": b"", "train/bee/1": b"", "val/ant/1": b""}, "the archive holds val"),
    ],
)
def test_what_makes_no_data_set_is_refused_with_the_fix(files, words):
    assert words in fault(files)
