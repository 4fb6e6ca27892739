"""Small SavedModels, and servers for them."""

import shutil
import threading

import grpc
import numpy as np
import pytest
import tensorflow as tf
from tensorflow_serving.apis import model_service_pb2_grpc
from tensorflow_serving.apis import prediction_service_pb2_grpc

import serving


class Scorer(tf.Module):
    """Scores age * weight + price + the length of the town's name."""

    def __init__(self, weight):
        super().__init__()
        self.weight = tf.Variable(weight, dtype=tf.float32)
        self.table = tf.lookup.StaticHashTable(
            tf.lookup.KeyValueTensorInitializer(
                ["x"], [7], value_dtype=tf.int64
            ),
            default_value=0,
        )

    def score(self, age, price, town):
        score = tf.cast(age, tf.float32) * self.weight + price
        score += tf.cast(tf.strings.length(town), tf.float32)
        return {"score": score, "town_id": self.table.lookup(town)}

    @tf.function(
        input_signature=[
            tf.TensorSpec([None, 1], tf.int64, "age"),
            tf.TensorSpec([None, 1], tf.float32, "price"),
            tf.TensorSpec([None, 1], tf.string, "town"),
        ]
    )
    def predict_raw(self, age, price, town):
        return self.score(age, price, town)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, "examples")])
    def serving_default(self, examples):
        parsed = tf.io.parse_example(
            examples,
            {
                "age": tf.io.FixedLenFeature([1], tf.int64, [0]),
                "price": tf.io.FixedLenFeature([1], tf.float32, [0.0]),
                "town": tf.io.FixedLenFeature([1], tf.string, [""]),
            },
        )
        return self.score(**parsed)


def save(path, weight=10.0):
    """Saves a `Scorer` at a path, all at once."""
    model = Scorer(weight)
    partial = path.parent / f".tmp-{path.name}"
    tf.saved_model.save(
        model,
        str(partial),
        signatures={
            "predict_raw": model.predict_raw,
            "serving_default": model.serving_default,
        },
    )
    partial.rename(path)
    return path


@pytest.fixture
def columns():
    """Three rows; weight 10 scores them 11.5, 23.5, 32.5."""
    return {
        "age": np.array([1, 2, 3], np.int64),
        "price": np.array([0.5, 1.5, 2.5], np.float32),
        "town": ["x", "yy", ""],
    }


@pytest.fixture(scope="session")
def exported(tmp_path_factory):
    """Saved models by weight, to be copied."""
    root = tmp_path_factory.mktemp("exported")
    return {weight: save(root / str(weight), weight) for weight in (10, 20)}


@pytest.fixture
def push(exported, tmp_path):
    """Publishes a version below `tmp_path / "models"`, by rename."""
    base = tmp_path / "models"
    base.mkdir()

    def publish(version, weight=10, prepare=None):
        partial = base / f".tmp-{version}"
        shutil.copytree(exported[weight], partial)
        if prepare:
            prepare(partial)
        return partial.rename(base / str(version))

    publish.base = base
    return publish


@pytest.fixture
def server(push):
    """A server of version 1, weight 10, ready."""
    push(1)
    with serving.LocalServer(push.base, "m", poll_seconds=0.05) as server:
        server.wait_until_ready(timeout=60)
        yield server


@pytest.fixture
def client(server):
    with serving.PredictionClient(server.target, "m", timeout=20) as client:
        yield client


@pytest.fixture
def prediction_stub(server):
    """Predict and GetModelMetadata without the client's own checks."""
    with grpc.insecure_channel(server.target) as channel:
        yield prediction_service_pb2_grpc.PredictionServiceStub(channel)


@pytest.fixture
def model_stub(server):
    """GetModelStatus without the client."""
    with grpc.insecure_channel(server.target) as channel:
        yield model_service_pb2_grpc.ModelServiceStub(channel)


@pytest.fixture
def wait_for():
    """Waits until a condition holds, for at most 20 seconds."""

    def wait(condition):
        pause = threading.Event()
        for _ in range(400):
            if condition():
                return
            pause.wait(0.05)
        raise AssertionError("waited in vain")

    return wait
