"""What is said of the data sets before they are read, and that it is what reading gives."""

import subprocess
import sys
from pathlib import Path
from typing import get_args

import orjson
import pytest

from ml.config import GENERATED_POINTS, DatasetName, TrainConfig
from ml.datasets.failures import DatasetUnavailable
from ml.datasets.registry import NAMES, POINTS, describe, describe_all, facts_of
from tests.made_files import idx_files, image_folder, loaded, packed, write_files


def test_names_are_the_choices_of_the_config() -> None:
    assert get_args(DatasetName) == NAMES
    assert list(POINTS) == GENERATED_POINTS


def test_a_config_says_how_many_points_there_are(tmp_path: Path) -> None:
    facts = facts_of(TrainConfig(dataset="spiral", points=501), tmp_path)
    assert (facts.train_size, facts.test_size) == (501, 501)
    assert facts_of(TrainConfig(dataset="spiral"), tmp_path) == describe("spiral", tmp_path)


def test_describing_loads_neither_torch_nor_scikit_learn(tmp_path: Path) -> None:
    image_folder(tmp_path)
    write_files(tmp_path / "mnist", packed(idx_files()))
    code = (
        "import sys; from pathlib import Path; from ml.datasets.registry import describe_all\n"
        f"assert len(describe_all(Path({str(tmp_path)!r}))) == {len(NAMES)}\n"
        "assert not {'torch', 'torchvision', 'sklearn'} & set(sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stderr.strip()) == (0, "")


@pytest.mark.parametrize("name", ["circles", "moons", "xor", "spiral", "digits"])
def test_facts_of_generated_data_are_what_loading_gives(name: str, tmp_path: Path) -> None:
    _, dataset = loaded(name, tmp_path)
    assert dataset.facts == describe(name, tmp_path)
    assert dataset.facts.input_shape == tuple(dataset.train_inputs.shape[1:])
    assert dataset.facts.train_size == len(dataset.train_inputs)
    assert dataset.facts.test_size == len(dataset.test_inputs)


def test_absent_data_name_the_folder_and_the_bytes_to_download(tmp_path: Path) -> None:
    by_name = {facts.name: facts for facts in describe_all(tmp_path)}
    for name, size in (("mnist", 11_594_722), ("fashion_mnist", 30_878_645), ("cifar10", 170_498_071)):
        assert not by_name[name].available
        assert by_name[name].download_bytes == size
        assert by_name[name].location == str(tmp_path / name)
    for name in ("circles", "moons", "xor", "spiral", "digits"):
        assert by_name[name].available
        assert by_name[name].download_bytes is None
        assert by_name[name].location is None


def test_flips_are_offered_only_where_labels_survive_them(tmp_path: Path) -> None:
    keeping = {facts.name: facts.label_keeping_augmentations for facts in describe_all(tmp_path)}
    assert keeping == {
        "circles": (),
        "moons": (),
        "xor": (),
        "spiral": (),
        "digits": ("crop",),
        "mnist": ("crop",),
        "fashion_mnist": ("crop", "flip"),
        "cifar10": ("crop", "flip"),
    }


def test_facts_are_json_with_every_field(tmp_path: Path) -> None:
    facts = describe("cifar10", tmp_path)
    body = orjson.loads(orjson.dumps(facts.to_json()))
    assert body["input_shape"] == [3, 32, 32]
    assert body["classes"][3] == "cat"
    assert body["label_keeping_augmentations"] == ["crop", "flip"]
    assert body["available"] is False
    assert set(body) == set(type(facts).__slots__)


def test_an_unknown_name_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DatasetUnavailable, match="imagenet here; upload it"):
        describe("imagenet", tmp_path)
