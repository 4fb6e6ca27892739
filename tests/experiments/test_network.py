import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

import tfmtl
from tfmtl.experiments import ModelMaker
from tfmtl.experiments import Network
from tfmtl.experiments import Part
from tfmtl.experiments import Trees
from tfmtl.experiments import fitting
from tfmtl.experiments.sweep import train_and_test
from tfmtl.experiments.two_stage import TwoStage

DECAY = tfmtl.training.LinearDecay(initial=0.5, rate=0.25, floor=0.25)


@pytest.fixture(autouse=True, scope="module")
def eager():
    """Runs steps as they are: tracing takes longer than such a training."""
    compile_model = tfmtl.models.MultiTaskModel.compile

    def compile_eager(self, optimizer):
        compile_model(self, optimizer, run_eagerly=True)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tfmtl.models.MultiTaskModel, "compile", compile_eager)
        yield


@pytest.fixture
def shared():
    options = {"tower_units": (8,)}
    return Network("Shared", ModelMaker(tfmtl.models.SharedBottom, options))


@pytest.fixture(scope="module")
def pimm():
    options = {"tower_units": (8,)}
    return Network("PIMM", ModelMaker(tfmtl.models.PIMM, options), DECAY)


@pytest.fixture(scope="module")
def data(tiny):
    return tiny().load(0)


@pytest.fixture
def one_epoch(protocol):
    settings = dataclasses.replace(protocol.settings, epochs=1)
    return dataclasses.replace(protocol, settings=settings)


@pytest.fixture(scope="module")
def repeated(pimm, data, protocol):
    """Three runs of one seed, with the weights; the last is tested on other
    labels than the first two."""
    trained = []
    outcome = fitting.outcome

    def spy(model, *arguments):
        trained.append([np.array(weight) for weight in model.weights])
        return outcome(model, *arguments)

    order = np.random.default_rng(0).permutation(len(data.test))
    labels = {name: y[order] for name, y in data.test.y.items()}
    shuffled = dataclasses.replace(data, test=Part(data.test.x, labels))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fitting, "outcome", spy)
        runs = [
            train_and_test(pimm, protocol, each, seed=3)
            for each in (data, data, shuffled)
        ]
    return runs, trained


def test_the_same_seed_gives_the_same_metrics_twice(repeated):
    (first, second, _), _ = repeated
    assert first.metrics == second.metrics
    assert first.history == second.history


def test_shuffled_test_labels_change_no_trained_weight(repeated):
    (first, _, shuffled), (weights, _, weights_shuffled) = repeated
    for before, after in zip(weights, weights_shuffled, strict=True):
        np.testing.assert_array_equal(before, after)
    assert first.metrics["dev"] == shuffled.metrics["dev"]
    assert first.metrics["test"] != shuffled.metrics["test"]


def test_a_run_of_pimm_shows_its_curriculum(repeated):
    pictures = repeated[0][0].pictures
    assert pictures["curriculum"] == [0.5, 0.25]
    # One draw a row: 200, with deviations of 0.035 and 0.031.
    told = pictures["told"]
    assert told == pytest.approx(pictures["curriculum"], abs=0.12)
    assert told[0] != 0.5


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_a_rate_of_one_tells_all_and_of_zero_none(pimm, one_epoch, data, rate):
    constant = tfmtl.training.Constant(rate)
    fixed = dataclasses.replace(pimm, curriculum=constant)
    run = train_and_test(fixed, one_epoch, data, seed=0)
    assert run.pictures["told"] == [rate]


def test_the_grid_is_chosen_on_dev_whatever_the_test_says(
    shared, protocol, data, monkeypatch
):
    """Each point's score on dev is made up, the second the best."""
    searching = dataclasses.replace(shared, grid={"dropout": (0.0, 0.5)})
    settings = dataclasses.replace(
        protocol.settings, learning_rates=(1e-6, 1e-2)
    )
    protocol = dataclasses.replace(protocol, settings=settings)
    made_up = iter([0.6, 0.9, 0.7, 0.8])
    scored = []

    def score(tasks, part, predictions):
        scored.append(part)
        return {"auc_sum": next(made_up)}

    monkeypatch.setattr(fitting, "score", score)
    monkeypatch.setattr(Network, "_fit", lambda *_, **__: {})
    run = train_and_test(searching, protocol, data, seed=0)
    assert (run.learning_rate, run.options) == (1e-6, {"dropout": 0.5})
    assert run.metrics["dev"] == {"auc_sum": 0.9}
    assert scored == [data.dev] * 4


def test_man_is_trained_in_two_stages(protocol, data, monkeypatch):
    told = {}

    def two_stage_fit(model, episodes, batches, validation, **options):
        told.update(options, model=model, episodes=episodes)
        stages = [{"loss": [3.0], "support_loss": [4.0]}, {"loss": [2.0, 1.0]}]
        return [SimpleNamespace(history=stage) for stage in stages]

    monkeypatch.setattr(tfmtl.training, "two_stage_fit", two_stage_fit)
    options = {"expert_units": (4,), "tower_units": (4,)}
    maker = ModelMaker(tfmtl.models.MAN, options)
    man = Network("MAN", maker, two_stage=TwoStage(0.25, episodes=2))
    run = train_and_test(man, protocol, data, seed=0)
    assert told["inner_learning_rate"] == 0.25
    assert told["frozen"] is None  # all but the top
    assert told["patience"] == protocol.settings.patience
    (step,) = told["episodes"]  # of 200 rows, two batches of 100
    assert step["support"][1]["click"].shape == (2, 50, 1)
    assert run.history == {"loss": [3.0, 2.0, 1.0], "support_loss": [4.0]}


def test_a_contender_is_never_handed_the_test_part(
    protocol, data, stub, monkeypatch
):
    handed = []

    def spy(self, *arguments, **options):
        handed.extend([*arguments, *options.values()])
        raise RuntimeError("enough")

    monkeypatch.setattr(stub, "train", spy)
    with pytest.raises(RuntimeError, match="enough"):
        train_and_test(protocol.contenders[0], protocol, data, seed=0)
    parts = [each for each in handed if isinstance(each, Part)]
    assert parts == [data.train, data.dev]


def test_pimm_is_not_stopped_before_its_floor(pimm, tiny, data):
    assert pimm.min_epochs == 2
    stop = fitting.early_stopping(data.tasks, tiny.settings, pimm.min_epochs)
    assert stop.min_epochs == 2
    assert stop.patience == 1
    assert stop.restore_best_weights


def test_gates_are_shown_per_task_and_expert(one_epoch, data):
    options = {"num_experts": 3, "expert_units": (4,), "tower_units": ()}
    mmoe = Network("MMoE", ModelMaker(tfmtl.models.MMoE, options))
    gates = train_and_test(mmoe, one_epoch, data, seed=0).pictures["gates"]
    assert list(gates) == ["click", "purchase"]
    assert [len(weights) for weights in gates.values()] == [3, 3]
    assert sum(gates["click"]) == pytest.approx(1, abs=1e-5)


def test_a_network_is_trained_with_its_warmup(shared, protocol, data):
    slow = dataclasses.replace(shared, warmup_steps=500)
    histories = [
        train_and_test(each, protocol, data, seed=0).history["loss"]
        for each in (shared, slow)
    ]
    assert histories[0][0] < histories[1][0]


def test_a_warmup_below_0_is_refused(shared):
    with pytest.raises(ValueError, match="negative.*warmup_steps=-1"):
        dataclasses.replace(shared, warmup_steps=-1)


def test_two_stages_have_no_warmup(shared):
    with pytest.raises(ValueError, match="leave out one of the two"):
        dataclasses.replace(shared, warmup_steps=5, two_stage=TwoStage(0.1))


def test_a_model_that_cannot_take_the_tasks_is_refused(data):
    esmm = Network("ESMM", ModelMaker(tfmtl.models.ESMM))
    alone = [tfmtl.BinaryTask("click"), tfmtl.BinaryTask("purchase")]
    with pytest.raises(ValueError, match="one path"):
        esmm.check(data.features, alone)


def test_trees_learn_the_same_data(protocol, data):
    first, second = (
        train_and_test(Trees(), protocol, data, seed=0) for _ in range(2)
    )
    assert first.metrics == second.metrics
    assert first.metrics["test"]["click_auc"] > 0.6


def test_trees_take_no_lists_of_ids(data):
    lists = [tfmtl.CategoricalFeature("items", 9, 4, max_length=3)]
    with pytest.raises(ValueError, match=r"Received: \['items'\]"):
        Trees().check(lists, data.tasks)


def test_trees_take_binary_tasks_only(data):
    with pytest.raises(ValueError, match=r"Received: \['visits'\]"):
        Trees().check(data.features, [tfmtl.CountTask("visits")])
