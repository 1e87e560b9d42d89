"""Pictures in class folders: order, decoding, what is skipped, what is refused."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.datasets import pictures
from ml.datasets.failures import DataError
from ml.datasets.load import load
from ml.datasets.registry import describe
from tests.made_files import image_folder, loaded, pixels, save_picture


def test_pictures_come_sorted_by_class_then_file_name(tmp_path: Path) -> None:
    image_folder(tmp_path, classes=("bee", "ant"), train=2, test=1)
    _, dataset = loaded("cifar10", tmp_path)
    assert dataset.facts.classes == ("ant", "bee")
    assert dataset.train_targets.tolist() == [0, 0, 1, 1]
    # `bee` was made first, with seeds 0 and 1; `ant` has 100 and 101, in the test set 1100
    expected = np.stack([pixels(seed) for seed in (100, 101, 0, 1)]).transpose(0, 3, 1, 2)
    assert np.array_equal(dataset.train_inputs.numpy(), expected)
    assert np.array_equal(dataset.test_inputs[0].numpy(), pixels(1100).transpose(2, 0, 1))


def test_facts_before_decoding_are_what_loading_gives(tmp_path: Path) -> None:
    image_folder(tmp_path, classes=("ant", "bee", "cow"))
    before = describe("cifar10", tmp_path)
    _, dataset = loaded("cifar10", tmp_path)
    assert (before.source, before.input_shape) == ("image folder", (3, 8, 8))
    assert (before.train_size, before.test_size, before.classes) == (9, 6, ("ant", "bee", "cow"))
    assert replace(dataset.facts, fingerprint=None) == before, "what they hold is not known before"
    assert dataset.facts.fingerprint
    assert describe("cifar10", tmp_path) == dataset.facts


def test_facts_follow_a_picture_that_was_added(tmp_path: Path) -> None:
    folder = image_folder(tmp_path)
    loaded("cifar10", tmp_path)
    assert describe("cifar10", tmp_path).train_size == 6
    save_picture(folder / "train" / "ant" / "new.png", 7)
    assert describe("cifar10", tmp_path).train_size == 7
    _, dataset = loaded("cifar10", tmp_path)
    assert len(dataset.train_inputs) == 7


@pytest.mark.parametrize("suffix", ["jpg", "bmp", "gif", "webp"])
def test_every_picture_format_gives_what_pillow_reads(suffix: str, tmp_path: Path) -> None:
    folder = image_folder(tmp_path, train=1)
    path = folder / "train" / "ant" / f"a.{suffix}"
    save_picture(path, 5)
    _, dataset = loaded("cifar10", tmp_path)
    with Image.open(path) as picture:
        expected = np.asarray(picture.convert("RGB")).transpose(2, 0, 1)
    assert np.array_equal(dataset.train_inputs[1].numpy(), expected)


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "CMYK", "1"])
def test_other_colour_modes_become_rgb(mode: str, tmp_path: Path) -> None:
    folder = image_folder(tmp_path, train=1)
    suffix = "jpg" if mode == "CMYK" else "png"
    Image.fromarray(pixels(3)).convert(mode).save(folder / "train" / "ant" / f"a.{suffix}")
    notes, dataset = loaded("cifar10", tmp_path)
    assert [note for note in notes if note.level == "warning"] == []
    grey = dataset.train_inputs[1].numpy()
    assert grey.shape == (3, 8, 8)
    if mode == "L":
        assert np.array_equal(grey[0], grey[2])


def _truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def test_broken_pictures_are_skipped_with_a_note_that_names_them(tmp_path: Path) -> None:
    folder = image_folder(tmp_path) / "train" / "ant"
    (folder / "b-text.png").write_text("no picture")
    (folder / "b-empty.jpg").write_bytes(b"")
    for name in ("b-cut.jpg", "b-cut.png"):
        save_picture(folder / name, 1)
        _truncated(folder / name)
    (folder / "b-lost.png").symlink_to(folder / "nowhere")
    notes, dataset = loaded("cifar10", tmp_path)
    warnings = [note.message for note in notes if note.level == "warning"]
    for name in ("b-text.png", "b-empty.jpg", "b-cut.jpg", "b-cut.png"):
        assert sum(str(folder / name) in warning for warning in warnings) == 1, name
    assert len(warnings) == 4
    assert dataset.train_targets.tolist() == [0, 0, 0, 1, 1, 1]
    assert np.array_equal(dataset.train_inputs[3].numpy(), pixels(100).transpose(2, 0, 1))


def test_facts_leave_skipped_pictures_out_once_decoded(tmp_path: Path) -> None:
    folder = image_folder(tmp_path)
    (folder / "test" / "bee" / "0.png").write_text("no picture")
    _, dataset = loaded("cifar10", tmp_path)
    assert dataset.facts.test_size == 3
    assert describe("cifar10", tmp_path) == dataset.facts


def test_skipped_pictures_are_told_again_from_the_cache(tmp_path: Path) -> None:
    folder = image_folder(tmp_path)
    (folder / "train" / "ant" / "z.png").write_text("no picture")
    first, _ = loaded("cifar10", tmp_path)
    again, _ = loaded("cifar10", tmp_path)
    warnings = [note for note in first if note.level == "warning"]
    assert len(warnings) == 1
    assert again == warnings


def test_a_picture_of_another_size_is_skipped_with_both_sizes(tmp_path: Path) -> None:
    folder = image_folder(tmp_path)
    save_picture(folder / "train" / "bee" / "wide.png", 1, size=(8, 9))
    notes, dataset = loaded("cifar10", tmp_path)
    (warning,) = [note.message for note in notes if note.level == "warning"]
    assert "wide.png" in warning
    assert "9×8" in warning
    assert "8×8" in warning
    assert len(dataset.train_inputs) == 6


def test_after_twenty_skipped_pictures_the_rest_is_counted(tmp_path: Path) -> None:
    folder = image_folder(tmp_path)
    for number in range(33):
        (folder / "train" / "ant" / f"x{number:02}.png").write_text("no picture")
    notes, _ = loaded("cifar10", tmp_path)
    warnings = [note.message for note in notes if note.level == "warning"]
    assert len(warnings) == 21
    assert "x19.png" in warnings[19]
    assert "13 more" in warnings[20]


def test_hidden_files_and_folders_do_not_exist(tmp_path: Path) -> None:
    folder = image_folder(tmp_path)
    (folder / "train" / "ant" / ".DS_Store").write_bytes(b"x")
    (folder / "train" / ".thumbnails").mkdir()
    notes, dataset = loaded("cifar10", tmp_path)
    assert not any(note.level == "warning" for note in notes)
    assert dataset.facts.classes == ("ant", "bee")


def test_a_class_left_empty_refuses_and_is_named(tmp_path: Path) -> None:
    folder = image_folder(tmp_path)
    for file in (folder / "test" / "bee").iterdir():
        file.unlink()
    with pytest.raises(DataError, match=r"bee.*test/bee"):
        loaded("cifar10", tmp_path)
    facts = describe("cifar10", tmp_path)
    assert not facts.available
    assert facts.problem is not None
    assert "bee" in facts.problem


def test_a_class_of_broken_pictures_only_refuses_and_is_named(tmp_path: Path) -> None:
    folder = image_folder(tmp_path)
    for file in (folder / "train" / "bee").iterdir():
        file.write_text("no picture")
    with pytest.raises(DataError, match=r"bee.*train/bee"):
        loaded("cifar10", tmp_path)


def test_unequal_classes_refuse_and_are_named(tmp_path: Path) -> None:
    folder = image_folder(tmp_path)
    save_picture(folder / "train" / "cow" / "0.png", 1)
    with pytest.raises(DataError, match="cow"):
        loaded("cifar10", tmp_path)


def test_a_missing_split_refuses_and_is_named(tmp_path: Path) -> None:
    folder = image_folder(tmp_path)
    shutil.rmtree(folder / "test")
    with pytest.raises(DataError, match=str(folder / "test")):
        loaded("cifar10", tmp_path)
    assert not describe("cifar10", tmp_path).available


def test_a_single_class_refuses(tmp_path: Path) -> None:
    image_folder(tmp_path, classes=("ant",))
    with pytest.raises(DataError, match="at least two"):
        loaded("cifar10", tmp_path)


def test_decoding_tells_its_progress_and_ends_when_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "NOTE_SECONDS", 0.0)
    image_folder(tmp_path, train=5, test=5)
    work = load("cifar10", tmp_path, "cpu")
    messages: list[str] = []
    while "decoding cifar10: 50 % of 20 pictures" not in messages:
        messages.append(next(work).message)
    assert "decoding cifar10: 45 % of 20 pictures" in messages
    work.close()
    assert not list((tmp_path / "cache").glob("cifar10-*"))
    _, dataset = loaded("cifar10", tmp_path)
    assert len(dataset.train_inputs) == 10
