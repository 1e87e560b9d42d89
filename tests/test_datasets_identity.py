"""What tells data from others of their name: the pictures, not dates or files."""

import json
import os
from dataclasses import replace

import numpy as np
import pytest

from ml.checkpoint import load_checkpoint
from ml.checkpoint_files import Name, parse_name
from ml.config import TrainConfig
from ml.control import NoControl
from ml.datasets import own
from ml.datasets.arrays import Arrays
from ml.datasets.failures import DataError
from ml.datasets.identity import DataReplacedError, fingerprint_of, refuse_others
from ml.datasets.registry import describe
from ml.train import Past, Shelf, train
from ml.trained import load_trained
from tests.made import final
from tests.made_files import image_folder, loaded, save_picture
from tests.made_zip import colours, packed
from tests.test_own_unpack import unpacked

WORDS = {"dataset": "mine", "hidden_sizes": [4], "epochs": 2, "batch_size": 8}


def arrays(**changes):
    generator = np.random.default_rng(1)
    parts = {
        "classes": ("ant", "bee"),
        "train_inputs": generator.integers(0, 256, (2500, 3, 4, 4), dtype=np.uint8),
        "train_targets": generator.integers(0, 2, 2500),
        "test_inputs": generator.integers(0, 256, (5, 3, 4, 4), dtype=np.uint8),
        "test_targets": generator.integers(0, 2, 5),
    }
    return Arrays(**{**parts, **changes})


def test_everything_that_a_training_sees_counts():
    made = arrays()
    touched = made.train_inputs.copy()
    touched[2400, 1, 2, 3] ^= 1
    others = [
        arrays(train_inputs=touched),
        arrays(train_inputs=made.train_inputs.reshape(2500, 1, 4, 12)),
        arrays(train_targets=1 - made.train_targets),
        arrays(test_inputs=made.test_inputs[::-1]),
        arrays(test_targets=made.test_targets.astype(np.int32)),
        arrays(classes=("ant", "wasp")),
    ]
    names = [fingerprint_of(made), fingerprint_of(made, True), *(fingerprint_of(other) for other in others)]
    assert len(set(names)) == len(names)
    assert fingerprint_of(arrays()) == names[0]


def test_the_same_zip_is_the_same_data_and_another_wish_is_not(tmp_path):
    content = packed(colours(6))
    wishes = [{}, {}, {"side": 8}, {"split_seed": 1}, {"test_fraction": 0.5}, {"flip_keeps_labels": True}]
    for number, wish in enumerate(wishes):
        assert unpacked(tmp_path, content, name=f"mine{number}", **wish)
    found = [describe(f"mine{number}", tmp_path).fingerprint for number in range(len(wishes))]
    assert found[0] == found[1]
    assert None not in found
    assert len(set(found[1:])) == len(wishes) - 1
    _, dataset = loaded("mine0", tmp_path)
    assert dataset.facts.fingerprint == found[0]


def test_an_upload_from_before_there_were_fingerprints_gets_the_same_one(tmp_path):
    assert unpacked(tmp_path, packed(colours(6)))
    known = describe("mine", tmp_path).fingerprint
    path = own.root(tmp_path) / "mine" / own.ABOUT
    without = {
        field: value for field, value in json.loads(path.read_text()).items() if field != "fingerprint"
    }
    path.write_text(json.dumps(without))
    os.utime(path, ns=(1, 1))  # so that it is read again
    assert describe("mine", tmp_path).fingerprint == known
    _, dataset = loaded("mine", tmp_path)
    assert dataset.facts.fingerprint == known
    (path.parent / "test_inputs.npy").write_bytes(b"torn")
    os.utime(path, ns=(2, 2))
    assert describe("mine", tmp_path).fingerprint is None


def test_class_folders_are_known_by_their_pictures_not_their_dates(tmp_path):
    folder = image_folder(tmp_path)
    first = loaded("cifar10", tmp_path)[1].facts
    assert describe("cifar10", tmp_path).fingerprint == first.fingerprint
    os.utime(folder / "train" / "ant" / "0.png", ns=(1, 1))
    assert loaded("cifar10", tmp_path)[1].facts.fingerprint == first.fingerprint
    save_picture(folder / "train" / "ant" / "0.png", 77)
    changed = loaded("cifar10", tmp_path)[1].facts
    with pytest.raises(DataReplacedError, match="files of data set cifar10 were changed"):
        refuse_others(changed, first.fingerprint)


def test_a_cache_from_before_there_were_fingerprints_gets_the_same_one(tmp_path):
    image_folder(tmp_path)
    known = loaded("cifar10", tmp_path)[1].facts.fingerprint
    (meta,) = (tmp_path / "cache").glob("cifar10-*/meta.json")
    fields = json.loads(meta.read_text())
    del fields["contents"]
    meta.write_text(json.dumps(fields))
    notes, dataset = loaded("cifar10", tmp_path)
    assert not notes
    assert dataset.facts.fingerprint == known
    assert describe("cifar10", tmp_path).fingerprint is None


def test_nothing_is_said_of_what_is_not_known(tmp_path):
    assert unpacked(tmp_path, packed(colours(6)))
    facts = describe("mine", tmp_path)
    refuse_others(facts, None)
    refuse_others(facts, facts.fingerprint)
    refuse_others(replace(facts, fingerprint=None), "another")
    with pytest.raises(DataReplacedError, match=r"^the data set mine was replaced at [\d-]{10} [\d:]{5} UTC"):
        refuse_others(facts, "another")


@pytest.fixture
def checkpoint(tmp_path):
    """The folder and the name of a checkpoint that learned from the data set mine, and its status."""
    assert unpacked(tmp_path, packed(colours(6)), side=8)
    folder = tmp_path / "checkpoints" / "job"
    entries = list(train(TrainConfig(**WORDS), NoControl(), tmp_path, shelf=Shelf(folder)))
    assert final(entries).status == "completed"
    (running,) = [entry for entry in entries if getattr(entry, "status", "") == "running"]
    names = [name for path in folder.iterdir() if (name := parse_name(path.name))]
    return folder, max(names), running


def replaced(tmp_path, **wishes):
    own.remove(own.root(tmp_path) / "mine")
    assert unpacked(tmp_path, packed(colours(6, size=(30, 30))), **wishes)


def test_a_training_goes_on_with_its_own_data_only(tmp_path, checkpoint):
    _, _, running = checkpoint
    assert running.data_fingerprint == describe("mine", tmp_path).fingerprint
    replaced(tmp_path, side=8)
    past = Past(data_fingerprint=running.data_fingerprint)
    with pytest.raises(DataReplacedError, match="upload the former ones again"):
        list(train(TrainConfig(**WORDS), NoControl(), tmp_path, past))


def test_a_network_is_tried_on_its_own_data_only(tmp_path, checkpoint):
    _, name, running = checkpoint
    assert isinstance(name, Name)
    load_trained(tmp_path, "job", name, running.data_fingerprint)
    replaced(tmp_path, side=8)
    with pytest.raises(DataReplacedError):
        load_trained(tmp_path, "job", name, running.data_fingerprint)


def test_what_does_not_fit_is_said_in_plain_words_where_nothing_else_is_known(tmp_path, checkpoint):
    folder, name, _ = checkpoint
    replaced(tmp_path, side=9)
    with pytest.raises(DataError, match="data set mine has another number of classes, or samples of another"):
        load_trained(tmp_path, "job", name)
    past = Past(load_checkpoint(folder, name))
    with pytest.raises(DataError, match="data set mine has another number of classes, or samples of another"):
        list(train(TrainConfig(**WORDS), NoControl(), tmp_path, past))
