"""The old baseline: its pieces against scikit-learn, what it learns, its counts, and how it obeys."""

import numpy as np
import orjson
import pytest
import torch
from sklearn.cluster import KMeans
from sklearn.feature_extraction.image import extract_patches_2d
from sklearn.metrics import confusion_matrix
from sklearn.multiclass import OneVsOneClassifier
from sklearn.svm import LinearSVC

from ml.checks import problems
from ml.config import TrainConfig
from ml.control import Leave, NoControl, Orders, Pause, Resume, Stop
from ml.datasets.facts import DatasetFacts
from ml.datasets.failures import DataError
from ml.datasets.load import Dataset
from ml.entries import Metrics, Note, Snapshot, Status
from ml.inspection import inspect
from ml.models.bag_of_words import Grid, grid_of
from ml.pairwise import ITERATIONS, PENALTY, Pairwise, confusion, fit_pair, pairs_of
from ml.plan import plan
from ml.train_words import train_words
from ml.visual_words import SOFTENING, drawn_patches, fitted, histograms, patches_of

CPU = torch.device("cpu")
CONFIG = TrainConfig(dataset="cifar10", architecture="bow_svm", words=20)


def striped(train=120, test=60, side=16):
    """Pictures of three classes that differ in the direction of their stripes, in noise and at any phase."""
    generator = np.random.default_rng(0)

    def part(size):
        targets = np.arange(size) % 3
        rows, columns = np.mgrid[:side, :side]
        pictures = []
        for target in targets:
            along = (rows, columns, rows + columns)[target]
            waves = np.sin(along * 1.6 + generator.uniform(0, 6)) * 50 + 128
            pictures.append(waves[None].repeat(3, 0) + generator.normal(0, 12, (3, side, side)))
        inputs = torch.from_numpy(np.clip(np.stack(pictures), 0, 255).astype(np.uint8))
        return inputs, torch.from_numpy(targets)

    facts = DatasetFacts(
        "cifar10",
        "Stripes",
        "",
        "images",
        (3, side, side),
        ("down", "across", "askew"),
        train,
        test,
        (),
        "",
        "",
    )
    return Dataset(facts, *part(train), *part(test))


def run(config=CONFIG, dataset=None, control=None):
    return list(train_words(config, Orders(control or NoControl()), dataset or striped(), CPU))


def metrics(entries):
    return {entry.split: entry.columns for entry in entries if isinstance(entry, Metrics)}


def test_it_learns_made_pictures_clearly_above_chance():
    entries = run()
    found = metrics(entries)
    assert set(found) == {"train", "validation", "test"}
    assert found["test"]["accuracy"][0] > 0.8
    assert found["train"]["step"].tolist() == found["test"]["step"].tolist() == [1]
    assert found["train"]["learning_rate"].tolist() == [0.0]
    assert found["train"]["train_seconds"][0] > 0
    assert entries[0] == Status("running", device="cpu")
    assert entries[-1] == Status("completed")
    (snapshot,) = [entry for entry in entries if isinstance(entry, Snapshot)]
    content = orjson.loads(snapshot.content)
    matrix = np.array(content["matrix"])
    assert (snapshot.kind, content["split"]) == ("confusion", "validation")
    assert content["classes"] == ["down", "across", "askew"]
    assert matrix.sum() == content["samples"]
    assert matrix.trace() / matrix.sum() == pytest.approx(found["validation"]["accuracy"][0])


def test_the_same_seed_gives_the_same_numbers():
    first, again, other = (metrics(run(CONFIG.model_copy(update={"seed": seed}))) for seed in (0, 0, 1))
    assert first["test"]["loss"].tolist() == again["test"]["loss"].tolist()
    assert first["test"]["loss"].tolist() != other["test"]["loss"].tolist()


def test_patches_are_those_of_scikit_learn_centred_and_scaled():
    picture = torch.randint(
        0, 256, (1, 9, 8, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(0)
    )
    found = patches_of(picture, Grid((3, 9, 8), 3, 1))
    expected = extract_patches_2d(picture[0].numpy() / 255.0, (3, 3)).transpose(0, 3, 1, 2).reshape(42, 27)
    expected = expected - expected.mean(1, keepdims=True)
    deviation = expected.std(1, keepdims=True)
    assert found.values.numpy() == pytest.approx(expected / (deviation + SOFTENING), abs=1e-5)
    assert not found.is_flat.any()
    even = patches_of(torch.full((1, 9, 8, 3), 77, dtype=torch.uint8), Grid((3, 9, 8), 3, 1))
    assert even.is_flat.all()
    assert even.values.abs().max() < 1e-5


def test_histograms_count_the_nearest_words():
    pictures = striped(9, 3).train_inputs.permute(0, 2, 3, 1)
    pictures[0] = 5  # nothing but flat patches
    grid = grid_of((3, 16, 16))
    patches = patches_of(pictures, grid)
    means = KMeans(7, n_init=1, random_state=0).fit(patches.values[~patches.is_flat].numpy())
    dictionary = torch.from_numpy(means.cluster_centers_.astype(np.float32))
    parts = [part for _, part in histograms(pictures, grid, dictionary)]
    words = means.predict(patches.values.numpy()) + 1
    words[patches.is_flat.numpy()] = 0
    for picture, histogram in enumerate(np.concatenate(parts)):
        own = words.reshape(9, grid.positions)[picture]
        expected = np.sqrt(np.bincount(own, minlength=8) / grid.positions)
        assert histogram == pytest.approx(expected, abs=1e-6)
    assert np.concatenate(parts)[0, 0] == 1.0


def test_the_dictionary_is_nearly_as_good_as_whole_k_means():
    pictures = striped().train_inputs.permute(0, 2, 3, 1)
    patches = np.concatenate(list(drawn_patches(pictures, grid_of((3, 16, 16)), 12, 0)))
    for share, centres in fitted(patches, 12, 0):  # noqa: B007 - the last one counts
        pass
    assert share == 1.0
    whole = KMeans(12, n_init=3, random_state=0).fit(patches)
    distances = ((patches[:, None] - centres[None]) ** 2).sum(2).min(1)
    assert distances.sum() < 1.25 * whole.inertia_


@pytest.fixture(scope="module")
def blobs():
    generator = np.random.default_rng(3)
    targets = np.arange(240) % 5
    features = generator.normal(0, 1.3, (240, 12)) + np.eye(12)[targets] * 1.5
    return features.astype(np.float32), targets


def pairwise_on(features, targets, classes):
    fits = [fit_pair(features, targets, *pair) for pair in pairs_of(classes)]
    return Pairwise(classes, np.stack([weights for weights, _ in fits]), np.array([bias for _, bias in fits]))


@pytest.mark.parametrize("classes", [2, 5])
def test_the_vote_is_that_of_scikit_learn(blobs, classes):
    features, targets = blobs[0][blobs[1] < classes], blobs[1][blobs[1] < classes]
    machine = LinearSVC(C=PENALTY, max_iter=ITERATIONS, random_state=0)
    oracle = OneVsOneClassifier(machine).fit(features, targets)
    pairwise = pairwise_on(features, targets, classes)
    fresh = np.random.default_rng(9).normal(0, 2, (500, 12)).astype(np.float32)
    assert (pairwise.predict(pairwise.scores(fresh)) == oracle.predict(fresh)).all()
    for row, estimator in enumerate(oracle.estimators_):
        assert pairwise.weights[row] == pytest.approx(estimator.coef_[0], abs=1e-6)
        assert pairwise.biases[row] == pytest.approx(estimator.intercept_[0], abs=1e-6)


def test_confusion_and_loss_are_those_of_their_definitions(blobs):
    features, targets = blobs
    pairwise = pairwise_on(features, targets, 5)
    scores = pairwise.scores(features)
    predicted = pairwise.predict(scores)
    assert (confusion(targets, predicted, 5) == confusion_matrix(targets, predicted)).all()
    terms = [
        max(0.0, 1 - (1 if target == second else -1) * scores[row, column])
        for row, target in enumerate(targets)
        for column, (first, second) in enumerate(pairs_of(5))
        if target in (first, second)
    ]
    assert pairwise.loss(scores, targets) == pytest.approx(np.mean(terms))


def facts_with(classes):
    names = tuple(map(str, range(classes)))
    return DatasetFacts("cifar10", "", "", "images", (3, 32, 32), names, 50_000, 10_000, (), "", "")


@pytest.mark.parametrize(("classes", "parameters"), [(10, 45_090), (15, 105_210)])
def test_parameters_are_those_of_the_practical(classes, parameters):
    found = inspect(TrainConfig(dataset="cifar10", architecture="bow_svm"), facts_with(classes))
    assert found.parameters == parameters
    assert found.layers[0].output_shape == (1001,)
    assert (found.steps_per_epoch, found.total_steps) == (1, 1)


@pytest.mark.parametrize(
    ("shape", "patch", "stride", "positions"),
    [((3, 32, 32), 6, 2, 196), ((1, 8, 8), 3, 1, 36), ((1, 28, 28), 6, 2, 144), ((3, 224, 224), 6, 4, 225)],
)
def test_every_size_of_picture_gives_some_two_hundred_patches_at_most(shape, patch, stride, positions):
    grid = grid_of(shape)
    assert (grid.patch, grid.stride, grid.positions) == (patch, stride, positions)
    channels, height, width = shape
    pictures = torch.randint(0, 256, (2, height, width, channels), dtype=torch.uint8)
    assert len(patches_of(pictures, grid).values) == 2 * positions


@pytest.mark.parametrize(
    ("field", "value"),
    [("learning_rate", 0.5), ("epochs", 3), ("augment", True), ("dropout", 0.5), ("optimizer", "adam"),
     ("precision", "bfloat16"), ("early_stopping_patience", 3), ("batch_size", 64), ("loss", "mse")],
)  # fmt: skip
def test_fields_that_mean_nothing_to_it_are_refused_by_name(field, value):
    config = TrainConfig.model_validate({"dataset": "cifar10", "architecture": "bow_svm", field: value})
    assert [problem.field for problem in problems(config, facts_with(10))] == [field]
    assert not problems(
        TrainConfig(dataset="cifar10", architecture="bow_svm", seed=3, words=50), facts_with(10)
    )


def test_points_have_no_visual_words():
    facts = DatasetFacts("circles", "", "", "points", (2,), ("a", "b"), 200, 200, (), "", "")
    assert [problem.field for problem in problems(TrainConfig(architecture="bow_svm"), facts)] == [
        "architecture"
    ]


def test_too_few_patches_and_missing_classes_are_said():
    with pytest.raises(DataError, match="fewer than the 10,000 words"):
        run(CONFIG.model_copy(update={"words": 10_000}), striped(30, 6))
    with pytest.raises(DataError, match="no training picture of"):
        run(CONFIG.model_copy(update={"train_size": 2}))


class Told(NoControl):
    """Says each of `words` after some questions; `heard` counts the questions."""

    def __init__(self, *words, after=5):
        self.words, self.after, self.heard = list(words), after, 0

    def commands(self):
        self.heard += 1
        if self.words and self.heard > self.after:
            self.after = self.heard + 3
            return (self.words.pop(0),)
        return ()

    def wait(self):
        assert self.words, "it rests for ever"


@pytest.mark.parametrize(
    ("command", "last"),
    [(Stop(), Status("stopped", reason="requested")), (Leave("later"), Status("paused", message="later"))],
)
def test_it_ends_between_two_pieces(command, last):
    entries = run(control=Told(command))
    assert entries[-1] == last
    assert not metrics(entries)


def test_a_pause_keeps_what_was_found():
    entries = run(control=Told(Pause(), Resume()))
    statuses = [entry.status for entry in entries if isinstance(entry, Status)]
    assert statuses == ["running", "paused", "running", "completed"]
    assert metrics(entries)["test"]["loss"] == metrics(run())["test"]["loss"]
    assert run(control=Told(Pause(), Stop()))[-1].status == "stopped"


def test_notes_come_about_once_a_second(monkeypatch):
    moments = iter(np.arange(0, 10_000, 2))
    monkeypatch.setattr("ml.train_words.perf_counter", lambda: float(next(moments)))
    notes = [entry.message for entry in run() if isinstance(entry, Note)]
    for words in ("cutting patches", "finding 20 words", "describing pictures", "fitting classifiers"):
        assert any(note.startswith(words) for note in notes), words


def test_the_plan_has_one_step():
    planned = plan(CONFIG, facts_with(10))
    assert (planned.train_size, planned.validation_size, planned.total_steps) == (45_000, 5_000, 1)
