"""Unpacking for real: pixels, splits, the report; and what is left when it cannot be."""

import io
import json
import tracemalloc
import zipfile

import numpy as np
import pytest
from PIL import Image

from ml.datasets import own
from ml.datasets.failures import DataError
from ml.datasets.own_archive import Limits
from ml.datasets.own_decode import decode
from ml.datasets.own_unpack import Wishes, unpack
from ml.outcome import outcome
from tests.made_files import loaded
from tests.made_zip import colours, packed, picture

LIMITS = Limits()


def unpacked(tmp_path, content, limits=LIMITS, name="mine", **wishes):
    folder = own.root(tmp_path) / f"{own.ADVANCING}{name}"
    folder.mkdir(parents=True)
    (folder / own.ARCHIVE).write_bytes(content)
    chosen = {"side": 16, "test_fraction": 0.25, "split_seed": 0, "flip_keeps_labels": False, **wishes}
    return unpack(folder, Wishes(**chosen), limits)


def failure(tmp_path):
    found = own.progress("mine", tmp_path)
    assert found["state"] == "failed"
    assert not own.names(tmp_path)
    left = {path.name for path in (own.root(tmp_path) / ".unpacking-mine").iterdir()}
    assert left <= {own.PROGRESS, own.LOCK}
    (error,) = found["errors"]
    return error


def test_pictures_become_a_data_set(tmp_path):
    assert unpacked(tmp_path, packed(colours(12)), flip_keeps_labels=True)
    assert own.names(tmp_path) == ["mine"]
    assert sorted(path.name for path in own.root(tmp_path).iterdir()) == ["mine"]
    _, dataset = loaded("mine", tmp_path)
    assert dataset.facts.classes == ("blue", "green", "red")
    assert dataset.facts.label_keeping_augmentations == ("crop", "flip")
    assert tuple(dataset.train_inputs.shape) == (27, 3, 16, 16)
    assert tuple(dataset.test_inputs.shape) == (9, 3, 16, 16)
    assert np.bincount(dataset.test_targets).tolist() == [3, 3, 3]
    brightest = dataset.train_inputs.float().mean((2, 3)).argmax(1)  # channel 0 is red, class 2
    assert (2 - brightest == dataset.train_targets).all()


def test_the_same_size_is_kept_pixel_by_pixel(tmp_path):
    assert unpacked(tmp_path, packed(colours(4)), side=20)
    _, dataset = loaded("mine", tmp_path)
    kept = {bytes(pixels.numpy().tobytes()) for pixels in (*dataset.train_inputs, *dataset.test_inputs)}
    for content in colours(4).values():
        pixels = np.asarray(Image.open(io.BytesIO(content))).transpose(2, 0, 1)
        assert pixels.tobytes() in kept


def test_a_drawn_split_is_the_same_for_a_seed_and_disjoint(tmp_path):
    for number, seed in enumerate((3, 3, 4)):
        assert unpacked(tmp_path, packed(colours(12)), name=f"mine{number}", split_seed=seed)
    first, again, other = (loaded(f"mine{number}", tmp_path)[1] for number in range(3))
    assert (first.test_inputs == again.test_inputs).all()
    assert not (first.test_inputs == other.test_inputs).all()
    train = {pixels.numpy().tobytes() for pixels in first.train_inputs}
    assert not train & {pixels.numpy().tobytes() for pixels in first.test_inputs}


def test_folders_train_and_test_are_kept_apart(tmp_path):
    assert unpacked(tmp_path, packed(colours(5, "train/") | colours(2, "test/")))
    known = own.about("mine", tmp_path)
    assert (known["train_size"], known["test_size"], known["split"]) == (15, 6, "folders")
    duplicates = known["report"]["duplicates"]
    assert (duplicates["count"], duplicates["across_splits"]) == (6, 6)
    assert all(pair[0].startswith("test/") and pair[1].startswith("train/") for pair in duplicates["files"])


def test_the_report_tells_what_was_found(tmp_path):
    files = colours(6) | {
        f"red/wide{number}.jpg": picture(number, (40, 24), 0, "JPEG") for number in range(12)
    }
    files |= {"red/broken.png": files["red/0.png"][:90], "red/text.png": b"hello", "red/empty.png": b"",
              "green/0 copy.png": files["green/0.png"], "README": b"x"}  # fmt: skip
    assert unpacked(tmp_path, packed(files))
    found = own.about("mine", tmp_path)["report"]
    counts = {each["name"]: each["train"] + each["test"] for each in found["classes"]}
    assert counts == {"blue": 6, "green": 7, "red": 18}
    assert found["sizes"] == [
        {"width": 20, "height": 20, "count": 19},
        {"width": 40, "height": 24, "count": 12},
    ]
    assert found["formats"] == {"PNG": 19, "JPEG": 12}
    reasons = {each["file"]: each["reason"] for each in found["skipped"]["files"]}
    assert set(reasons) == {"red/broken.png", "red/text.png", "red/empty.png", "README"}
    assert reasons["red/empty.png"] == "is empty"
    assert "is no picture" in reasons["red/text.png"]
    assert found["duplicates"]["count"] == 1
    assert set(found["duplicates"]["files"][0]) == {"green/0.png", "green/0 copy.png"}
    assert found["imbalance"] == {"most": "red", "least": "blue", "ratio": 3.0, "is_wide": True,
                                  "guessing": pytest.approx(0.5, abs=0.13)}  # fmt: skip
    _, dataset = loaded("mine", tmp_path)
    values = dataset.train_inputs.numpy() / 255
    assert found["channels"]["mean"] == pytest.approx(values.mean((0, 2, 3)), abs=1e-4)
    assert found["channels"]["deviation"] == pytest.approx(values.std((0, 2, 3)), abs=1e-4)


def test_a_class_left_without_pictures_fails_and_is_named(tmp_path):
    assert not unpacked(tmp_path, packed(colours(3) | {"cat/1.png": b"no picture", "cat/2.png": b"neither"}))
    assert (
        "class folder cat holds no picture that can be read (cat/1.png is no picture of the formats"
        in failure(tmp_path)["message"]
    )


def test_what_is_no_zip_fails_with_the_fix(tmp_path):
    assert not unpacked(tmp_path, b"PK\x03\x04 and then nothing of a zip")
    error = failure(tmp_path)
    assert error["field"] == "archive"
    assert "pack the class folders again" in error["message"]


def test_a_truncated_zip_fails(tmp_path):
    content = packed(colours(3))
    assert not unpacked(tmp_path, content[: len(content) // 2])
    assert "cannot be read as a zip" in failure(tmp_path)["message"]


def test_a_damaged_file_is_skipped_and_named(tmp_path):
    content = bytearray(packed(colours(3), zipfile.ZIP_STORED))
    at = content.find(b"IDAT")
    content[at + 10] ^= 0xFF  # the first file's, so its checksum is wrong
    assert unpacked(tmp_path, bytes(content))
    (skipped,) = own.about("mine", tmp_path)["report"]["skipped"]["files"]
    assert skipped == {"file": "red/0.png", "reason": "is damaged in the archive"}


def test_too_many_pixels_are_skipped_before_they_are_decoded(tmp_path):
    files = colours(3) | {"red/large.png": picture(1, (60, 60))}
    assert unpacked(tmp_path, packed(files), Limits(pixels=1000))
    (skipped,) = own.about("mine", tmp_path)["report"]["skipped"]["files"]
    assert skipped["file"] == "red/large.png"
    assert "has 60×60 pixels" in skipped["reason"]


def test_pictures_that_would_take_for_ever_are_refused(tmp_path):
    assert not unpacked(tmp_path, packed(colours(3)), Limits(all_pixels=3000))
    assert "make them smaller" in failure(tmp_path)["message"]


def test_a_file_that_unpacks_to_too_much_is_skipped(tmp_path):
    files = colours(3) | {"red/bomb.png": bytes(3_000_000)}
    assert unpacked(tmp_path, packed(files), Limits(file_bytes=1_000_000))
    (skipped,) = own.about("mine", tmp_path)["report"]["skipped"]["files"]
    assert skipped["file"] == "red/bomb.png"
    assert "3 MB" in skipped["reason"]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_cannot_be_unpacked_with_a_bound_is_refused(tmp_path, method):
    assert not unpacked(tmp_path, packed(colours(3), method))
    assert "compressed in a way that cannot be read here" in failure(tmp_path)["message"]


def test_a_file_that_lies_about_its_size_takes_no_more_memory(tmp_path):
    content = bytearray(packed(colours(3) | {"red/bomb.png": bytes(300_000_000)}))
    for signature, size_at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        name_at = (
            content.rindex(b"red/bomb.png") if signature == b"PK\x01\x02" else content.index(b"red/bomb.png")
        )
        at = content.rindex(signature, 0, name_at) + size_at
        content[at : at + 4] = (100).to_bytes(4, "little")
    tracemalloc.start()
    assert unpacked(tmp_path, bytes(content))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50_000_000
    (skipped,) = own.about("mine", tmp_path)["report"]["skipped"]["files"]
    assert skipped == {"file": "red/bomb.png", "reason": "is damaged in the archive"}


def test_a_file_that_is_damaged_in_the_archive_is_named(tmp_path):
    content = bytearray(packed(colours(3), zipfile.ZIP_DEFLATED))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        info = archive.getinfo("red/1.png")
    start = info.header_offset + 30 + len(info.filename)
    content[start : start + info.compress_size] = b"\xff" * info.compress_size
    assert unpacked(tmp_path, bytes(content))
    (skipped,) = own.about("mine", tmp_path)["report"]["skipped"]["files"]
    assert skipped == {"file": "red/1.png", "reason": "is damaged in the archive"}


@pytest.mark.parametrize("below", ["", "train/"])
def test_a_class_without_a_readable_picture_says_why(tmp_path, below):
    files = colours(3, below) | {f"{below}white/{number}.png": b"GIF87" for number in range(3)}
    assert not unpacked(tmp_path, packed(files))
    message = failure(tmp_path)["message"]
    assert "class folder white holds no picture that can be read" in message
    assert f"{below}white/0.png is no picture of the formats BMP, GIF" in message


def test_a_directory_too_long_to_be_read_is_refused_before_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(zipfile.ZipFile, "infolist", None)  # it was not even opened
    assert not unpacked(tmp_path, packed(colours(3)), Limits(directory_bytes=300))
    assert "the list of files in the archive takes more than" in failure(tmp_path)["message"]


def test_more_than_is_kept_blames_the_side(tmp_path):
    assert not unpacked(tmp_path, packed(colours(3)), Limits(stored_bytes=1000))
    assert failure(tmp_path)["field"] == "side"


def test_postscript_is_no_picture_here():
    with pytest.raises(ValueError, match="is no picture of the formats"):
        decode(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n", 16, LIMITS)


def test_grey_transparent_and_turned_pictures_are_understood():
    def encoded(image, form="PNG", **options):
        stream = io.BytesIO()
        image.save(stream, form, **options)
        return stream.getvalue()

    grey, size, kind = decode(encoded(Image.new("L", (30, 10), 77)), 8, LIMITS)
    assert (grey.shape, size, kind) == ((3, 8, 8), (30, 10), "PNG")
    assert (grey == 77).all()
    seen_through, _, _ = decode(encoded(Image.new("RGBA", (9, 9))), 8, LIMITS)
    assert (seen_through == 255).all()
    ramp = np.linspace(0, 2**16 - 1, 64 * 64).astype(np.uint16).reshape(64, 64)
    many_greys, _, _ = decode(encoded(Image.fromarray(ramp)), 64, LIMITS)
    assert (many_greys[0] == ramp // 256).all()
    halves = Image.new("RGB", (32, 32))
    halves.paste((255, 255, 255), (0, 0, 16, 32))  # white at the left
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned clockwise: white on top
    turned, _, _ = decode(encoded(halves, "JPEG", exif=exif, quality=95), 32, LIMITS)
    assert turned[:, :12].mean() > 240
    assert turned[:, -12:].mean() < 15


def test_one_that_was_deleted_meanwhile_leaves_nothing(tmp_path, monkeypatch):
    said = own.write_progress

    def say(folder, **values):
        if values["total"]:
            own.remove(folder)
        said(folder, **values)

    monkeypatch.setattr(own, "write_progress", say)
    with pytest.raises(FileNotFoundError):
        unpacked(tmp_path, packed(colours(3)))
    assert not list(own.root(tmp_path).iterdir())


def test_a_sweep_removes_the_half_and_keeps_what_was_said(tmp_path):
    root = own.root(tmp_path)
    for name, state in ((".unpacking-half", "unpacking"), (".unpacking-bad", "failed"), (".upload-x", None)):
        (root / name).mkdir(parents=True)
        if state:
            own.write_progress(root / name, state=state, message="", done=0, total=0, errors=[])
    (root / ".deleted-old-1").mkdir()
    (root / "whole").mkdir()
    assert own.progress("half", tmp_path)["state"] == "failed", "its process is gone"
    own.sweep(tmp_path)
    assert sorted(path.name for path in root.iterdir()) == [".unpacking-bad", "whole"]


def test_a_damaged_about_names_the_file(tmp_path):
    unpacked(tmp_path, packed(colours(3)))
    path = own.root(tmp_path) / "mine" / own.ABOUT
    path.write_text(json.dumps({})[:-1])
    with pytest.raises(DataError, match=r"about\.json cannot be read"):
        own.about("mine", tmp_path)
    with pytest.raises(DataError, match=r"about\.json cannot be read"):
        outcome(own.read("mine", tmp_path))
    facts = own.facts("mine", tmp_path)
    assert (facts.available, "about.json cannot be read" in str(facts.problem)) == (False, True)
