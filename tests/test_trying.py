"""Mosaics, class maps and shifted pictures, on a network that was really trained."""

import base64
import io
from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from ml.checkpoint_files import checkpoints_in, parse_name
from ml.class_map import answer_class_map, class_map, of_mosaic
from ml.config import TrainConfig
from ml.control import NoControl
from ml.entries import Metrics
from ml.mosaics import at_tiles, chosen_tiles, laid, layout, reach, recovery
from ml.shift_tolerance import SHIFTS, answer_shift_tolerance, shift_accuracies, shifted
from ml.train import Shelf, train
from ml.trained import NotFiniteError, load_trained

CONFIGS = {
    "alexnet": {"architecture": "alexnet", "epochs": 8, "batch_size": 32, "learning_rate": 0.05},
    "mlp": {"hidden_sizes": [32], "epochs": 10, "batch_size": 32, "learning_rate": 0.3},
}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("trying")


@pytest.fixture(scope="module", params=CONFIGS)
def job(request, data):
    """A trained job's id, its checkpoint's name, and its test accuracy as the training measured it."""
    config = TrainConfig(dataset="digits", standardize=True, **CONFIGS[request.param])
    folder = checkpoints_in(data, request.param)
    entries = list(train(config, NoControl(), data, shelf=Shelf(folder)))
    tests = [entry.columns for entry in entries if isinstance(entry, Metrics) and entry.split == "test"]
    return request.param, max(parse_name(path.name) for path in folder.iterdir()), tests[-1]["accuracy"][-1]


@pytest.fixture(scope="module")
def trained(job, data):
    return load_trained(data, job[0], job[1])


def test_the_network_scores_as_in_its_training(trained, job):
    with torch.inference_mode():
        scores = trained.module()(trained.seen(trained.cropped(trained.test.inputs)))
    accuracy = (scores.argmax(1) == trained.test.targets).double().mean().item()
    assert accuracy == pytest.approx(job[2], abs=1e-6)
    assert accuracy > 0.9


def test_tiles_of_mosaics_are_recovered_as_often_as_pictures_alone_but_for_five_points(trained):
    found = recovery(trained)
    assert found.pictures == 352  # 22 mosaics of 4 x 4; the test set has 360 pictures
    assert found.alone > 0.9
    assert found.in_mosaics >= found.alone - 0.05


def test_the_cell_of_a_tile_sees_exactly_that_tile_when_nothing_is_padded(trained):
    plan = layout(trained, 3)
    _, converted = trained.converted(plan.head_stride)
    tiles = trained.seen(trained.test.inputs[chosen_tiles(trained, 9, 5)])
    scores = at_tiles(converted(laid(tiles, plan)), plan)
    assert scores.shape == (9, 10)
    if reach(trained) == 0:
        torch.testing.assert_close(scores, trained.module()(tiles), rtol=1e-4, atol=1e-4)


def test_the_next_tile_is_out_of_sight(trained):
    plan = layout(trained, 2)
    _, converted = trained.converted(plan.head_stride)
    tiles = trained.seen(trained.test.inputs[chosen_tiles(trained, 4, 5)])
    with torch.inference_mode():
        before = at_tiles(converted(laid(tiles, plan)), plan)
        tiles[1] += 3
        after = at_tiles(converted(laid(tiles, plan)), plan)
    assert torch.equal(before[0], after[0])
    assert not torch.equal(before[1], after[1])


def test_gaps_look_like_what_the_network_sees_as_zeros(trained):
    plan = layout(trained, 2)
    tiles = torch.ones(4, 1, plan.side, plan.side)
    mosaic = laid(tiles, plan)[0, 0]
    assert mosaic.sum() == 4 * plan.side**2
    assert laid(tiles, plan, torch.tensor([7.0]))[0, 0].sum() == 4 * plan.side**2 + 7 * (
        plan.size**2 - 4 * plan.side**2
    )


def test_the_answer_names_every_tile_and_counts_the_recovered(trained):
    answer = of_mosaic(trained, 4, seed=1)
    rows, columns = answer["map"]["rows"], answer["map"]["columns"]
    assert len(answer["class_indices"]) == len(answer["probabilities"]) == rows * columns
    assert all(0 <= value <= 1 for value in answer["probabilities"])
    targets = trained.test.targets[chosen_tiles(trained, 16, 1)].tolist()
    assert [tile["class_index"] for tile in answer["tiles"]] == targets
    for tile in answer["tiles"]:
        assert tile["found_index"] == answer["class_indices"][tile["cell"]]
        row, column = divmod(tile["cell"], columns)
        assert (tile["top"], tile["left"]) == (
            row * answer["map"]["stride"],
            column * answer["map"]["stride"],
        )
    assert answer["recovered"] == sum(tile["recovered"] for tile in answer["tiles"]) >= 12
    picture = Image.open(io.BytesIO(base64.b64decode(answer["picture"].partition(",")[2])))
    assert picture.size == (answer["width"], answer["height"])
    first = trained.cropped(trained.test.inputs[chosen_tiles(trained, 1, 1)])[0, :, :, 0].numpy()
    side = answer["tile_side"]
    assert np.array_equal(np.asarray(picture.convert("L"))[:side, :side], first)
    assert of_mosaic(trained, 4, seed=1) == answer
    assert of_mosaic(trained, 4, seed=2)["tiles"] != answer["tiles"]


def png(pixels):
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, format="PNG")
    return base64.b64encode(stream.getvalue()).decode()


def test_a_sent_picture_of_the_networks_own_size_gets_its_one_score(trained, job, data):
    stored = trained.test.inputs[:1]
    answer = answer_class_map(
        data, job[0], job[1].step, job[1].attempt, picture=png(stored[0, :, :, 0].numpy()), across=1
    )
    assert answer["kind"] == "picture"
    assert (answer["map"]["rows"], answer["map"]["columns"]) == (1, 1)
    probabilities = trained.module()(trained.seen(stored)).softmax(1)[0]
    assert answer["class_indices"] == [int(probabilities.argmax())]
    assert answer["probabilities"][0] == pytest.approx(probabilities.max().item(), abs=1e-3)


def test_a_large_picture_is_shrunk_to_the_inputs_asked_for(trained, job, data):
    pixels = np.random.default_rng(0).integers(0, 256, (300, 200, 3), dtype=np.uint8)
    answer = answer_class_map(data, job[0], job[1].step, job[1].attempt, picture=png(pixels), across=4)
    assert answer["width"] * answer["height"] == pytest.approx(32 * 32, rel=0.1)
    assert answer["height"] / answer["width"] == pytest.approx(1.5, rel=0.1)


def test_what_cannot_be_answered_is_refused_in_words(trained, job, data):
    name = (data, job[0], job[1].step, job[1].attempt)
    assert answer_class_map(*name, tiles=20)["field"] == "tiles"
    assert (
        "no PNG" in answer_class_map(*name, picture=base64.b64encode(b"hello").decode(), across=4)["refused"]
    )
    assert "files" in answer_class_map(data, job[0], 10**6, 1, tiles=4)["refused"]
    assert "files" in answer_shift_tolerance(data, job[0], 10**6, 1)["refused"]


def test_a_diverged_network_is_refused(trained, job, data, monkeypatch):
    broken = {name: tensor * float("nan") for name, tensor in trained.weights.items()}
    monkeypatch.setattr("ml.trained.load_tensors", lambda content: broken)
    with pytest.raises(NotFiniteError):
        load_trained(data, job[0], job[1])
    assert "diverged" in answer_shift_tolerance(data, job[0], job[1].step, job[1].attempt)["refused"]


@pytest.mark.parametrize(("dimension", "padding"), [(1, (0, 0, 3, 0)), (2, (3, 0, 0, 0))])
def test_a_shift_repeats_the_edge(dimension, padding):
    pictures = torch.randint(0, 256, (4, 8, 9, 3)).to(torch.uint8)
    padded = F.pad(pictures.permute(0, 3, 1, 2).float(), padding, mode="replicate")[:, :, :8, :9]
    expected = padded.permute(0, 2, 3, 1).to(torch.uint8)
    assert torch.equal(shifted(pictures, 3, dimension), expected)


def test_the_accuracy_without_a_shift_is_that_of_the_training_and_falls_with_it(trained, job):
    accuracies, pictures = shift_accuracies(trained, seconds=60)
    assert pictures == 360
    assert len(accuracies) == len(SHIFTS) == 5
    assert accuracies[0] == pytest.approx(job[2], abs=1e-6)
    assert accuracies[0] > accuracies[1] > accuracies[2]


def test_a_shift_is_the_mean_of_right_and_down(trained):
    accuracies, _ = shift_accuracies(trained, seconds=60)
    module, test = trained.module(), trained.test
    found = []
    for dimension in (1, 2):
        scores = module(trained.seen(trained.cropped(shifted(test.inputs, 2, dimension))))
        found.append((scores.argmax(1) == test.targets).double().mean().item())
    assert accuracies[2] == pytest.approx(sum(found) / 2, abs=2 / 360)


def test_a_slow_network_gets_fewer_pictures_at_every_shift_the_same(trained):
    ticks = iter(range(1000))
    accuracies, pictures = shift_accuracies(trained, seconds=4, clock=lambda: float(next(ticks)))
    assert pictures == 100  # a chunk takes one tick and asking the time another
    whole, _ = shift_accuracies(replace(trained), most_pictures=100, seconds=60)
    assert accuracies == whole


def test_an_augmented_network_sees_centre_crops(data):
    config = TrainConfig(dataset="digits", architecture="alexnet", augment=True, epochs=1)
    folder = checkpoints_in(data, "augmented")
    list(train(config, NoControl(), data, shelf=Shelf(folder)))
    trained = load_trained(data, "augmented", max(parse_name(path.name) for path in folder.iterdir()))
    assert trained.side == layout(trained, 2).side == 7
    answer = of_mosaic(trained, 2, 0)
    assert answer["tile_side"] == 7
    assert answer["map"]["window"] == 7


def test_a_map_is_coarse_where_it_would_have_too_many_cells(trained):
    plan = layout(trained, 8)
    found = class_map(trained, trained.seen(trained.test.inputs[:1])[0], plan.head_stride)
    assert found.size == (1, 1)
    answer = of_mosaic(trained, 8, 0)
    assert answer["map"]["rows"] ** 2 <= 4096
    assert len(answer["tiles"]) == 64
