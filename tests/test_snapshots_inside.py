"""What snapshots say of a network, against scikit-learn, autograd and direct computation; looking is free."""

import base64
from io import BytesIO

import numpy as np
import orjson
import pytest
import torch
from PIL import Image
from sklearn.metrics import confusion_matrix as oracle_matrix
from sklearn.metrics import recall_score
from torch import nn
from torch.nn import functional as F

from ml.answers import Answers
from ml.batches import Batches
from ml.config import TrainConfig
from ml.control import NoControl
from ml.datasets.load import Dataset
from ml.device import precision_context
from ml.entries import Metrics, Snapshot
from ml.evaluate import evaluate
from ml.learner import Learner
from ml.models.zoo import ARCHITECTURES
from ml.optim import mean_loss
from ml.plan import plan
from ml.snapshots import observer
from ml.snapshots.confusion import Confusion
from ml.snapshots.filters import Filters, filters_taker
from ml.snapshots.hardest import Hardest, losses_of
from ml.snapshots.layers import Layers, dead_share, observed, saturated_share
from ml.snapshots.pace import is_chosen
from ml.snapshots.taker import Scene
from ml.snapshots.train_evaluation import TrainEvaluation
from ml.step import update
from ml.train import train
from tests.made import curve, made_images, trained

CPU = torch.device("cpu")


def scene_of(dataset: Dataset, steps: int = 0, **fields: object) -> Scene:
    """A training after `steps` steps and an evaluation."""
    config = TrainConfig.model_validate({"architecture": "alexnet", "batch_size": 8, **fields})
    learner = Learner(config, dataset.facts, CPU)
    batches = Batches(config, dataset, plan(config, dataset.facts))
    scene = Scene(dataset.facts, learner, batches, precision_context(CPU, config.precision))
    order = batches.epoch(learner.enter_epoch())
    for _ in range(steps):
        update(config, learner.module, learner.optimizer, next(order), scene.precision)
        learner.advance()
    for split, samples in (("validation", batches.validation), ("test", batches.test)):
        kept = scene.answers.collect(split, len(samples), len(dataset.facts.classes))
        if len(samples):
            list(
                evaluate(
                    config, learner.module, batches, samples, lambda: False, scene.precision, answers=kept
                )
            )
    learner.position.epoch = config.epochs  # the last epoch is always looked at
    return scene


def content(taker, scene: Scene):
    (snapshot,) = taker.after_epoch(scene, {})
    return orjson.loads(snapshot.content)


def outputs(scene: Scene, samples) -> torch.Tensor:
    """Scores of `samples` in evaluation mode, computed here."""
    module = scene.learner.module.eval()
    with torch.no_grad():
        found = torch.cat([module(batch.inputs) for batch in scene.batches.evaluation(samples)])
    module.train()
    return found


@pytest.mark.parametrize("validation_fraction", [0.25, 0.0])
def test_confusion_equals_scikit_learns(validation_fraction):
    scene = scene_of(made_images(120, 60), steps=3, validation_fraction=validation_fraction)
    split = "validation" if validation_fraction else "test"
    samples = getattr(scene.batches, split)
    answers = outputs(scene, samples).argmax(1)
    found = content(Confusion(), scene)
    assert (found["split"], found["samples"]) == (split, len(samples))
    assert found["matrix"] == oracle_matrix(samples.targets, answers, labels=range(4)).tolist()
    recall = recall_score(samples.targets, answers, labels=range(4), average=None)
    assert found["accuracy"] == pytest.approx(recall)
    assert sum(count for _, _, count in found["confused"]) == (answers != samples.targets).sum()
    for true, answer, count in found["confused"]:
        assert true != answer
        assert found["matrix"][true][answer] == count > 0


def test_a_class_without_samples_has_no_accuracy():
    dataset = made_images(40, 20)
    dataset.test_targets[dataset.test_targets == 2] = 1
    found = content(Confusion(), scene_of(dataset, validation_fraction=0.0))
    assert found["accuracy"][2] is None
    assert [value is None for value in found["accuracy"]].count(True) == 1


@pytest.mark.parametrize("loss", ["cross_entropy", "mse"])
def test_hardest_are_those_of_the_highest_loss(loss):
    scene = scene_of(made_images(120, 60), steps=3, loss=loss, validation_fraction=0.25)
    samples = scene.batches.validation
    scores = outputs(scene, samples)
    direct = [
        mean_loss(scene.config, score[None], target[None]).item()
        for score, target in zip(scores, samples.targets, strict=True)
    ]
    found = content(Hardest(), scene)
    order = np.argsort(direct)[::-1][: len(found["samples"])]
    assert [one["index"] for one in found["samples"]] == order.tolist()
    assert [one["loss"] for one in found["samples"]] == pytest.approx([direct[i] for i in order], rel=1e-3)
    for one in found["samples"]:
        assert one["label"] == samples.targets[one["index"]]
        chances = scores[one["index"]].softmax(0)
        assert [chance for _, chance in one["top"]] == pytest.approx(
            sorted(chances.tolist(), reverse=True)[:3], rel=1e-3
        )
        assert one["top"][0][0] == chances.argmax()
        shown = np.asarray(Image.open(BytesIO(base64.b64decode(one["picture"].split(",")[1]))))
        np.testing.assert_array_equal(shown, samples.inputs[one["index"]].numpy())
    assert losses_of(scene.config, scores, samples.targets).mean().item() == pytest.approx(np.mean(direct))


def test_answers_of_an_evaluation_that_was_not_finished_are_none():
    answers = Answers()
    kept = answers.collect("test", 6, 3)
    assert kept is not None
    kept.append(torch.zeros(4, 3))
    assert answers.of("test", 6) is None
    assert answers.collect("test", 2**20, 100) is None
    assert answers.of("test", 2**20) is None


def test_filters_are_the_first_weights_with_grey_for_zero():
    scene = scene_of(made_images())
    weights = scene.learner.module.conv1.weight.detach()
    found = content(Filters(), scene)
    assert (found["layer"], found["units"], found["shape"]) == ("conv1", 32, [5, 5, 3])
    pixels = np.frombuffer(base64.b64decode(found["pixels"]), np.uint8).reshape(32, 5, 5, 3)
    largest = np.array(found["largest"])[:, None, None, None]
    back = (pixels.astype(float) - 128) / 127 * largest
    np.testing.assert_allclose(back, weights.permute(0, 2, 3, 1).numpy(), atol=float(largest.max()) / 225)
    assert abs(pixels.astype(int) - 128).reshape(32, -1).max(1).tolist() == [127] * 32


def test_first_weights_of_an_mlp_are_pictures_and_of_points_are_none():
    scene = scene_of(made_images(), architecture="mlp", hidden_sizes=[7])
    found = content(Filters(), scene)
    assert (found["units"], found["shape"], found["classes"]) == (7, [16, 16, 3], None)
    linear = content(Filters(), scene_of(made_images(), architecture="mlp", hidden_sizes=[]))
    assert linear["classes"] == ["class0", "class1", "class2", "class3"]
    facts = made_images().facts
    wide = scene_of(made_images(shape=(5, 16, 16)))
    assert facts.is_points is False
    assert filters_taker(wide) is None


def test_dead_units_are_those_that_never_fire():
    scene = scene_of(made_images(), steps=1)
    module = scene.learner.module
    with torch.no_grad():
        module.conv2.bias[:16] = -1e6  # a quarter of 64 channels
        module.fc4.bias[:250] = -1e6  # a quarter of 1,000 units, and some more may be dead by chance
    rows = {row["name"]: row for row in content(Layers(scene), scene)["layers"]}
    assert list(rows) == ["conv1", "conv2", "conv3", "fc4", "fc5"]
    (batch,) = scene.batches.evaluation(scene.batches.train)
    upto = [name for name, _ in module.named_children()].index("relu4") + 1
    with torch.no_grad():
        silent = (module[:upto](batch.inputs) == 0).all(0)
    assert silent[:250].all()
    assert rows["fc4"]["dead"] == pytest.approx(silent.double().mean().item(), rel=1e-3)
    assert rows["conv2"]["dead"] == pytest.approx(0.25, abs=0.1)  # a few more may be by chance
    assert rows["conv2"]["dead"] >= 0.25
    assert rows["fc5"]["dead"] is None


def test_dead_and_saturated_shares_by_hand():
    maps = torch.zeros(2, 4, 3, 3)
    maps[1, 0, 2, 2] = 1.0
    maps[0, 3] = 0.5
    assert dead_share(maps).item() == 0.5
    assert dead_share(torch.tensor([[0.0, 1.0, 0.0], [0.0, 0.0, 2.0]])).item() == pytest.approx(1 / 3)
    assert saturated_share(torch.tensor([[0.999, -0.995, 0.5, 0.989]]), "tanh").item() == 0.5
    assert saturated_share(torch.tensor([[0.996, 0.004, 0.5, 0.99]]), "sigmoid").item() == 0.5


def test_activations_are_those_after_the_nonlinearity():
    module = nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5), nn.Tanh(), nn.Linear(5, 2)).eval()
    inputs = torch.randn(6, 3, generator=torch.Generator().manual_seed(0))
    answers, layers = observed(module, inputs)
    assert [layer.activation for layer in layers] == ["tanh", None]
    assert torch.equal(layers[0].outputs, module[:3](inputs))
    assert torch.equal(layers[1].outputs, answers)
    assert not any(part._forward_hooks for part in module.modules())


FIELDS = [
    {"optimizer": "sgd", "weight_decay": 0.01},
    {"optimizer": "sgd", "momentum": 0.9, "weight_decay": 0.01},
    {"optimizer": "adam", "learning_rate": 0.003},
    {"optimizer": "sgd", "loss_reduction": "sum", "learning_rate": 0.001},
]


@pytest.mark.parametrize("fields", FIELDS)
def test_norms_equal_autograds_and_updates_those_of_the_optimizer(fields):
    scene = scene_of(made_images(64), steps=2, batch_norm=True, dropout=0.5, validation_fraction=0, **fields)
    module, optimizer = scene.learner.module, scene.learner.optimizer
    rows = {row["name"]: row for row in content(Layers(scene), scene)["layers"]}
    (batch,) = scene.batches.evaluation(scene.batches.train)
    module.eval()
    F.cross_entropy(module(batch.inputs), batch.targets).backward()
    for name, row in rows.items():
        parts = list(getattr(module, name).parameters())
        gradient = torch.cat([part.grad.flatten() for part in parts]).norm().item()
        weight = torch.cat([part.detach().flatten() for part in parts]).norm().item()
        assert row["gradient_norm"] == pytest.approx(gradient, rel=1e-3)
        assert row["weight_norm"] == pytest.approx(weight, rel=1e-3)
    module.train()
    optimizer.zero_grad()
    if "momentum" in fields or fields["optimizer"] == "adam":
        # the last step's own update: taken once more from where it began
        again = scene_of(
            made_images(64), steps=1, batch_norm=True, dropout=0.5, validation_fraction=0, **fields
        )
        torch.manual_seed(0)
        before = {name: part.clone() for name, part in again.learner.module.named_parameters()}
        order = again.batches.epoch(1, first_step=1)
        update(again.config, again.learner.module, again.learner.optimizer, next(order), again.precision)
        rows = {row["name"]: row for row in content(Layers(again), again)["layers"]}
        after = dict(again.learner.module.named_parameters())
        for name, row in rows.items():
            own = [f"{name}.weight", f"{name}.bias"]
            moved = torch.cat([(after[one] - before[one]).flatten() for one in own]).norm()
            weight = torch.cat([after[one].flatten() for one in own]).norm()
            assert row["update_ratio"] == pytest.approx((moved / weight).item(), rel=1e-3)
    else:
        scale = 8 if fields.get("loss_reduction") == "sum" else 1
        module.eval()
        (F.cross_entropy(module(batch.inputs), batch.targets) * scale).backward()
        before = {name: part.detach().clone() for name, part in module.named_parameters()}
        optimizer.step()
        for name, row in rows.items():
            own = [f"{name}.weight", f"{name}.bias"]
            after = dict(module.named_parameters())
            moved = torch.cat([(after[one] - before[one]).flatten() for one in own]).norm().item()
            assert row["update_ratio"] * row["weight_norm"] == pytest.approx(moved, rel=2e-3)


@pytest.mark.parametrize("name", sorted(set(ARCHITECTURES) - {"bow_svm"}))
def test_every_architecture_is_seen_inside(name):
    scene = scene_of(made_images(12, 8, (3, 32, 32)), architecture=name, validation_fraction=0)
    before = torch.get_rng_state()
    rows = content(Layers(scene), scene)["layers"]
    parts = [part for part in scene.learner.module.modules() if isinstance(part, nn.Conv2d | nn.Linear)]
    assert len(rows) == len(parts)
    assert all(isinstance(row["gradient_norm"], float) and row["weight_norm"] > 0 for row in rows)
    assert content(Filters(), scene)["shape"][2] == 3
    assert torch.equal(before, torch.get_rng_state())


def test_an_optimizer_that_has_not_stepped_has_no_update():
    rows = content(Layers(scene := scene_of(made_images(), optimizer="adam")), scene)["layers"]
    assert [row["update_ratio"] for row in rows] == [None] * 5


def test_training_is_measured_as_validation_is():
    scene = scene_of(made_images(64), steps=3, dropout=0.5, augment=True, batch_norm=True)
    found = content(TrainEvaluation(scene), scene)
    train_samples = scene.batches.train
    scores = outputs(scene, train_samples)
    assert found["samples"] == len(train_samples)
    assert found["loss"] == pytest.approx(F.cross_entropy(scores, train_samples.targets).item(), rel=1e-3)
    assert found["accuracy"] == (scores.argmax(1) == train_samples.targets).double().mean().item()


def test_looking_changes_no_weight_no_buffer_no_gradient_and_no_random_state():
    scene = scene_of(made_images(64), steps=2, dropout=0.5, batch_norm=True, momentum=0.9)
    module, optimizer = scene.learner.module, scene.learner.optimizer

    def everything():
        state = [part for values in optimizer.state.values() for part in values.values()]
        found = [*module.state_dict().values(), *state, torch.get_rng_state()]
        return [part.clone() for part in found if isinstance(part, torch.Tensor)]

    before = everything()
    watcher = observer.Observer(scene)
    taken = {snapshot.kind for snapshot in watcher.after_epoch({})}
    assert taken == {"train_evaluation", "confusion", "hardest", "filters", "layers"}
    assert all(torch.equal(old, new) for old, new in zip(before, everything(), strict=True))
    assert all(parameter.grad is None for parameter in module.parameters())
    assert all(part.training for part in module.modules())


@pytest.mark.parametrize(
    "fields",
    [
        {"dataset": "digits", "architecture": "alexnet", "train_size": 200, "batch_norm": True,
         "dropout": 0.5, "augment": True, "standardize": True, "epochs": 2, "batch_size": 32},
        {"dataset": "moons", "hidden_sizes": [8], "optimizer": "adam", "dropout": 0.25, "epochs": 4},
        {"precision": "bfloat16", "epochs": 3},
    ],
)  # fmt: skip
def test_curves_are_bitwise_equal_with_and_without_looking(tmp_path, monkeypatch, fields):
    monkeypatch.setattr(observer, "SHARE", 1e9)  # look after every epoch
    seen = trained(tmp_path, **fields)
    assert len({(one.kind, one.epoch) for one in seen if isinstance(one, Snapshot)}) >= 4 * 3
    monkeypatch.setattr(observer, "TAKERS", ())
    unseen = trained(tmp_path, **fields)
    for split in ("train", "validation", "test"):
        left, right = curve(seen, split), curve(unseen, split)
        for name in left.keys() - {"train_seconds"}:
            np.testing.assert_array_equal(left[name], right[name])


def test_a_training_of_many_epochs_has_a_bounded_number_of_looks(tmp_path):
    scene = scene_of(made_images(), epochs=100_000)
    chosen = []
    for epoch in range(100_001):
        scene.learner.position.epoch = epoch
        if is_chosen(scene.learner):
            chosen.append(epoch)
    assert 195 <= len(chosen) <= 205
    assert (chosen[0], chosen[-1]) == (0, 100_000)
    assert max(np.diff(chosen)) == 500
    scene.learner.config = scene.config.model_copy(update={"epochs": 7})
    assert all(is_chosen(scene.learner) for scene.learner.position.epoch in range(8))


def test_early_stopping_ends_with_a_look_at_the_last_epoch(tmp_path, monkeypatch):
    monkeypatch.setattr(observer, "EXTRA", {"after_epoch": -1e9, "between_steps": -1e9})  # no time at all
    fields = {"hidden_sizes": [2], "learning_rate": 5.0, "epochs": 500, "batch_size": 10}
    entries = list(
        train(TrainConfig.model_validate({**fields, "early_stopping_patience": 3}), NoControl(), tmp_path)
    )
    last = max(int(one.columns["epoch"][-1]) for one in entries if isinstance(one, Metrics))
    looked = {one.epoch for one in entries if isinstance(one, Snapshot)}
    assert looked == {0, last}
    assert last < 500
