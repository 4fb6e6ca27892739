import dataclasses
import itertools
import json

import numpy as np
import pytest

import tfmtl
from tfmtl.experiments import ModelMaker
from tfmtl.experiments import Settings
from tfmtl.experiments import Trees
from tfmtl.experiments.lookalike.campaign_contender import CampaignContender
from tfmtl.experiments.lookalike.hubble import Hubble
from tfmtl.experiments.lookalike.logistic_regression import LogisticRegression
from tfmtl.experiments.lookalike.meta_training import MetaTraining
from tfmtl.experiments.lookalike.one_stage import OneStage
from tfmtl.experiments.lookalike.own_heads import OwnHeads
from tfmtl.experiments.lookalike.pinterest import Pinterest
from tfmtl.experiments.lookalike.pretrained import Pretrained
from tfmtl.experiments.lookalike.ranker import Ranker
from tfmtl.experiments.lookalike.reading import method_of
from tfmtl.experiments.lookalike.with_embeddings import WithEmbeddings
from tfmtl.experiments.presets import Synthetic

SETTINGS = Settings(batch_size=32, learning_rates=(0.02,), epochs=6)
SMALL = {"num_experts": 2, "num_critics": 2, "expert_units": (8,)}
METHODS = [
    LogisticRegression("LR"),
    OneStage("MLP", units=(8,)),
    WithEmbeddings("MLP + embeddings", tuning_rate=0.02, units=(8,)),
    Pinterest("Pinterest", units=(8,)),
    Pinterest("Pinterest, centroid", density=False, units=(8,)),
    Hubble("Hubble", vector_units=8, tuning_rate=0.02, units=(8,)),
    Hubble("means", disentangled=False, vector_units=8, tuning_rate=0.02),
    Pretrained(
        "MLP + pre-training",
        ModelMaker(tfmtl.models.SingleTask, {"tower_units": (8,)}),
        tuning_rate=0.02,
    ),
    OwnHeads("Shared-Bottom", heads_only=True, tuning_rate=0.1, units=(8,)),
    OwnHeads("MMoE", num_experts=2, tuning_rate=0.02, units=(8,)),
    Pretrained(
        "MetaHeac",
        ModelMaker(tfmtl.models.MetaHeac, SMALL),
        MetaTraining(count=2, rows=32),
        offline_epochs=3,
        tuning_rate=0.02,
    ),
]


# Each takes seconds to be traced; the others differ from these in little.
RUN = {"LR", "MLP", "Pinterest", "Hubble", "Shared-Bottom", "MetaHeac"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "method",
    [method for method in METHODS if method.name in RUN],
    ids=lambda method: method.name,
)
def test_finds_the_users_that_are_easy_to_tell(method, data):
    run = method.run(data, preset="tiny", settings=SETTINGS, seed=0)
    assert run.metrics["test"]["large_auc"] > 0.75
    assert run.metrics["dev"]["auc"] == max(run.history["dev_auc"])
    assert 1 <= run.options["epochs"] <= SETTINGS.epochs
    json.dumps(dataclasses.asdict(run))
    pictures = set(run.pictures)
    assert ("critics" in pictures) == (method.name == "MetaHeac")


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_a_method_survives_being_written(method):
    config = json.loads(json.dumps(method.config()))
    assert method_of(config) == method


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"method": "Hubbel"}, "Did you mean 'Hubble'"),
        ({"method": "Hubble", "options": {"deep": 1}}, "keys of Hubble"),
        ({"method": "Pretrained"}, "needs the keys"),
        (
            {"method": "Pretrained", "model": "MetaHeac", "meta": {"row": 1}},
            "keys of `meta`",
        ),
    ],
)
def test_an_unknown_method_or_option_is_refused(config, message):
    with pytest.raises(ValueError, match=message):
        method_of(config)


@dataclasses.dataclass(frozen=True)
class Recorded(CampaignContender):
    """Ranks at random but for one rate and epoch, and writes down for whom."""

    log: list = dataclasses.field(default_factory=list, compare=False)

    def learn(self, past, value, *, settings, seed):
        self.log.append(("learned", len(past.campaigns), value))
        return RecordedRanker(value, self.log)


class RecordedRanker(Ranker):
    def __init__(self, value, log):
        self.value, self.log = value, log

    def epochs(self, request):
        draw = np.random.default_rng(len(request.users))
        for epoch in itertools.count(1):
            self.log.append((self.value, epoch, len(request.users)))
            noise = draw.random(len(request.candidates))
            fits = request.candidates % 4 + 1 == request.values["topic"]
            yield fits + noise * (0 if self.value * epoch == 6 else 9)


def test_rate_and_epoch_are_chosen_on_dev_and_test_is_served_once(data):
    contender = Recorded("recorded")
    settings = Settings(learning_rates=(1.0, 2.0), epochs=4)
    run = contender.run(data, preset="tiny", settings=settings, seed=0)
    assert run.learning_rate == 2.0 and run.options["epochs"] == 3
    known = [len(each.request.users) for each in data.test]
    served = [entry for entry in contender.log if entry[-1] in known]
    # Three epochs for each campaign of the test, by the chosen one alone.
    assert served == [(2.0, n, k) for k in known for n in (1, 2, 3)]
    learned = [entry for entry in contender.log if entry[0] == "learned"]
    assert learned == [("learned", 6, 1.0), ("learned", 6, 2.0)]
    assert run.metrics["test"]["small_auc"] > 0.9


def test_rows_are_refused_where_campaigns_are_served(data):
    other = Synthetic(rows=(300, 200, 200), rates=(0.4, 0.1)).load(0)
    with pytest.raises(ValueError, match="synthetic_campaigns.*: Data"):
        METHODS[0].check_data(other)
    with pytest.raises(ValueError, match="--data synthetic.*CampaignData"):
        Trees().check_data(data)


@pytest.mark.parametrize("option", ["count", "rows", "inner_learning_rate"])
def test_meta_training_refuses_numbers_out_of_range(option):
    with pytest.raises(ValueError, match=f"`{option}`.*{option}=0"):
        MetaTraining(**{option: 0})
    with pytest.raises(ValueError, match="sampling=-1"):
        MetaTraining(sampling=-1)
