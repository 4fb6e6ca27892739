import json
import os

import pytest
import tensorflow as tf
from tfx.dsl.components.base import base_executor
from tfx.dsl.input_resolution.strategies import latest_blessed_model_strategy
from tfx.types import channel
from tfx.types import standard_artifacts

from pipeline.components import scores
from pipeline.components.columnar_evaluator import ColumnarEvaluator
from tfmtl.tasks import BinaryTask

TASKS = [BinaryTask("click")]
# Rows of (price, kind, click); a model that ranks by price has AUC 3/4.
ROWS = [(0.1, b"A", 0), (0.3, b"A", 1), (0.5, b"B", 0), (0.9, b"B", 1)]


class Slope(tf.Module):
    """Predicts `slope * price`, clipped to [0, 1]."""

    def __init__(self, slope, task, column):
        self.slope = tf.Variable(slope)
        self.task = task
        self.column = column

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def serve(self, examples):
        spec = {self.column: tf.io.FixedLenFeature([1], tf.float32)}
        price = tf.io.parse_example(examples, spec)[self.column]
        score = tf.clip_by_value(self.slope * price, 0.0, 1.0)
        return {self.task: score}


def example(price, kind, click):
    feature = {
        "price": tf.train.Feature(float_list=tf.train.FloatList(value=[price])),
        "kind": tf.train.Feature(bytes_list=tf.train.BytesList(value=[kind])),
        "click": tf.train.Feature(int64_list=tf.train.Int64List(value=[click])),
    }
    features = tf.train.Features(feature=feature)
    return tf.train.Example(features=features).SerializeToString()


@pytest.fixture
def examples(artifact):
    made = artifact(standard_artifacts.Examples, "examples", ["eval"])
    os.makedirs(os.path.join(made.uri, "Split-eval"))
    path = os.path.join(made.uri, "Split-eval", "data_tfrecord-0.gz")
    options = tf.io.TFRecordOptions(compression_type="GZIP")
    with tf.io.TFRecordWriter(path, options) as writer:
        for row in ROWS:
            writer.write(example(*row))
    return made


@pytest.fixture
def model(artifact):
    def make(name, slope, task="click", column="price"):
        made = artifact(standard_artifacts.Model, name)
        module = Slope(slope, task, column)
        tf.saved_model.save(
            module,
            os.path.join(made.uri, "Format-Serving"),
            signatures={"serving_default": module.serve},
        )
        return made

    return make


@pytest.fixture
def evaluate(artifact, examples, tmp_path):
    """Runs the evaluator; returns the blessing and the report."""

    def run(candidate, bounds, baseline=None, **options):
        path = tmp_path / "thresholds.json"
        path.write_text(json.dumps(bounds))
        of = {"type": standard_artifacts.Model}
        component = ColumnarEvaluator(
            channel.Channel(type=standard_artifacts.Examples),
            channel.Channel(**of),
            TASKS,
            path,
            baseline_model=channel.Channel(**of) if baseline else None,
            **options,
        )
        outputs = {
            "evaluation": artifact(
                standard_artifacts.ModelEvaluation, "evaluation"
            ),
            "blessing": artifact(standard_artifacts.ModelBlessing, "blessing"),
        }
        context = base_executor.BaseExecutor.Context()
        component.executor_spec.executor_class(context).Do(
            {
                "examples": [examples],
                "model": [candidate],
                "baseline_model": [baseline] if baseline else [],
            },
            {key: [value] for key, value in outputs.items()},
            component.exec_properties,
        )
        metrics = os.path.join(outputs["evaluation"].uri, "metrics.json")
        with open(metrics) as file:
            return outputs["blessing"], json.load(file)

    return run


def test_blesses_a_model_that_is_good_enough(model, evaluate):
    candidate = model("model", 1.0)
    blessing, report = evaluate(candidate, {"click": {"auc": {"min": 0.75}}})
    assert os.listdir(blessing.uri) == ["BLESSED"]
    assert blessing.get_int_custom_property("blessed") == 1
    assert blessing.get_int_custom_property("current_model_id") == candidate.id
    assert blessing.get_string_custom_property("current_model") == candidate.uri
    assert (report["blessed"], report["reasons"]) == (True, [])
    [record] = report["metrics"]
    assert (record["rows"], record["positives"]) == (4, 2)
    assert record["auc"] == 0.75


def test_says_in_words_why_a_model_is_not_blessed(model, evaluate):
    bounds = {"click": {"auc": {"min": 0.85}}}
    blessing, report = evaluate(model("model", 1.0), bounds)
    assert os.listdir(blessing.uri) == ["NOT_BLESSED"]
    assert blessing.get_int_custom_property("blessed") == 0
    assert report["reasons"] == ["click auc 0.75 is below min 0.85"]
    message = blessing.get_string_custom_property("blessing_message")
    assert message == "click auc 0.75 is below min 0.85"


def test_does_not_bless_a_model_worse_than_the_last_one(model, evaluate):
    bounds = {"click": {"auc": {"max_drop": 0.1}}}
    worse, last = model("worse", -1.0), model("last", 1.0)
    blessing, report = evaluate(worse, bounds, baseline=last)
    assert blessing.get_int_custom_property("baseline_model_id") == last.id
    assert blessing.get_string_custom_property("baseline_model") == last.uri
    # All of its predictions are 0: they tie, and the AUC is 1/2.
    assert report["reasons"] == [
        "click auc 0.5 is 0.25 below the 0.75 of the last blessed model, "
        "more than max_drop 0.1"
    ]


def test_reports_slices_with_null_where_there_is_one_class(model, evaluate):
    bounds = {"click": {"auc": {"min": 0.5}}}
    _, report = evaluate(model("model", 1.0), bounds, slices=["kind", "click"])
    aucs = {record["slice"]: record["auc"] for record in report["metrics"]}
    assert aucs == {
        "": 0.75,
        "kind=A": 1.0,
        "kind=B": 1.0,
        "click=0": None,
        "click=1": None,
    }


def test_gives_the_same_metrics_whatever_the_batch(model, evaluate, tmp_path):
    bounds = {"click": {"auc": {"min": 0.5}}}
    candidate = model("model", 0.7)
    _, report = evaluate(candidate, bounds)
    for name in ("evaluation", "blessing"):
        (tmp_path / name).rename(tmp_path / f"{name}-before")
    _, by_three = evaluate(candidate, bounds, batch_size=3)
    assert by_three["metrics"] == report["metrics"]


def test_keeps_the_rows_in_the_order_of_the_files(model, tmp_path):
    options = tf.io.TFRecordOptions(compression_type="GZIP")
    files = [str(tmp_path / name) for name in ("b.gz", "a", "c.gz")]
    for path, row in zip(files, ROWS, strict=False):
        with tf.io.TFRecordWriter(path, options) as writer:
            writer.write(example(*row))
    path = os.path.join(model("model", 1.0).uri, "Format-Serving")
    scored = scores.score(files, {"candidate": path}, TASKS, ["price"])
    expected = pytest.approx([0.1, 0.3, 0.5])
    assert scored.slices["price"].tolist() == expected
    assert scored.predictions["candidate"]["click"].tolist() == expected


def test_names_the_output_that_a_model_lacks(model, evaluate):
    bounds = {"click": {"auc": {"min": 0.5}}}
    with pytest.raises(ValueError, match=r"outputs=\['buy'\].*\['click'\]"):
        evaluate(model("model", 1.0, task="buy"), bounds)


def test_does_not_compare_with_a_model_that_lacks_the_task(model, evaluate):
    bounds = {"click": {"auc": {"min": 0.5, "max_drop": 0.0}}}
    other = model("other", 1.0, task="buy")
    _, report = evaluate(model("model", 1.0), bounds, baseline=other)
    assert report["blessed"]


def test_a_last_model_of_a_column_that_is_gone_is_left_out(model, evaluate):
    bounds = {"click": {"auc": {"min": 0.5, "max_drop": 0.0}}}
    last = model("last", 1.0, column="gone")
    blessing, report = evaluate(model("model", 1.0), bounds, baseline=last)
    assert report["blessed"]
    assert [record["model"] for record in report["metrics"]] == ["candidate"]
    assert blessing.get_string_custom_property("baseline_model") == ""
    [warning] = report["warnings"]
    assert "and is not compared: " in warning and "Feature: gone" in warning


def test_names_a_slice_column_that_is_not_there(model, evaluate):
    bounds = {"click": {"auc": {"min": 0.5}}}
    with pytest.raises(ValueError, match="Received: 'kin', features="):
        evaluate(model("model", 1.0), bounds, slices=["kin"])


def test_refuses_a_split_without_rows(model, evaluate, examples):
    split = os.path.join(examples.uri, "Split-eval")
    with tf.io.TFRecordWriter(os.path.join(split, "data_tfrecord-0.gz")):
        pass  # an empty file
    with pytest.raises(ValueError, match="should be rows to evaluate.*0.gz"):
        evaluate(model("model", 1.0), {"click": {"auc": {"min": 0.5}}})


def test_is_understood_by_the_resolver_of_the_latest_blessed_model(
    model, evaluate
):
    candidate = model("model", 1.0)
    blessing, _ = evaluate(candidate, {"click": {"auc": {"min": 0.75}}})
    strategy = latest_blessed_model_strategy.LatestBlessedModelStrategy()
    inputs = {"model": [candidate], "model_blessing": [blessing]}
    resolved = strategy.resolve_artifacts(None, inputs)
    assert resolved["model"] == [candidate]


def test_judges_forecasts_that_the_examples_hold_beside_the_model(
    model, evaluate
):
    _, report = evaluate(
        model("model", 1.0),
        {"click": {"auc": {"min": 0.5}}},
        references={"by price": {"click": "price"}},
    )
    ours, theirs = report["metrics"]
    assert (ours["model"], theirs["model"]) == ("candidate", "by price")
    assert ours["auc"] == theirs["auc"]  # the model is a line of the price


def test_a_slice_that_is_too_bad_is_not_blessed(model, evaluate):
    bounds = {"click[kind=A]": {"auc": {"min": 1.01}}}
    blessing, report = evaluate(model("model", 1.0), bounds, slices=["kind"])
    assert os.listdir(blessing.uri) == ["NOT_BLESSED"]
    assert report["reasons"][0].startswith("click[kind=A] auc")
