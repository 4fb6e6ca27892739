import threading

import pytest
import tensorflow as tf
from tensorflow_serving.apis import prediction_log_pb2

import serving
from pipeline.components.warmup import write_warmup
from serving import warmup

INPUTS = {"age": [[1]], "price": [[0.5]], "town": [["x"]]}


def test_reads_what_the_pipeline_writes(push):
    path = push(1)
    write_warmup(str(path), "m", [("predict_raw", INPUTS)] * 2)
    requests = warmup.read(path)
    assert [r.model_spec.signature_name for r in requests] == [
        "predict_raw"
    ] * 2


def test_a_model_may_bring_none(push):
    assert warmup.read(push(1)) == []


def test_refuses_more_requests_than_tensorflow_serving_would(tmp_path):
    (tmp_path / "assets.extra").mkdir()
    record = prediction_log_pb2.PredictionLog().SerializeToString()
    with tf.io.TFRecordWriter(str(tmp_path / warmup.FILE)) as writer:
        for _ in range(1001):
            writer.write(record)
    with pytest.raises(ValueError, match="may bring 1000 warm-up requests"):
        warmup.read(tmp_path)


def test_a_version_serves_only_when_warm(
    push, client, columns, monkeypatch, wait_for
):
    begun, go_on = threading.Event(), threading.Event()
    warm_up = warmup.warm_up

    def slowly(model, path):
        begun.set()
        go_on.wait(20)
        warm_up(model, path)

    monkeypatch.setattr(warmup, "warm_up", slowly)
    push(
        2,
        20,
        lambda path: write_warmup(str(path), "m", [("predict_raw", INPUTS)]),
    )
    assert begun.wait(20)
    assert client.status()[2].state == "LOADING"
    assert client.predict(columns)["score"][0] == 11.5
    go_on.set()
    wait_for(lambda: client.status()[2].state == "AVAILABLE")
    assert client.predict(columns)["score"][0] == 21.5


def test_a_warmup_may_be_larger_than_a_request(push):
    three = {"age": [[1]] * 3, "price": [[0.5]] * 3, "town": [["x"]] * 3}
    push(1, 10, lambda path: write_warmup(path, "m", [("predict_raw", three)]))
    limits = serving.Limits(max_rows=2, max_elements=2)
    with serving.LocalServer(push.base, "m", limits=limits) as server:
        assert server.wait_until_ready(timeout=60) == 1


def test_a_version_that_fails_its_warmup_is_refused(
    push, client, columns, wait_for
):
    def prepare(path):
        write_warmup(str(path), "m", [("predict_raw", INPUTS)])
        file = path / warmup.FILE
        file.write_bytes(file.read_bytes()[:-1])

    push(2, 20, prepare)
    wait_for(lambda: 2 in client.status() and client.status()[2].error_code)
    assert client.predict(columns)["score"][0] == 11.5


def test_a_request_that_the_model_refuses_refuses_the_model(push):
    def prepare(path):
        write_warmup(
            str(path),
            "m",
            [
                (
                    "predict_raw",
                    {**INPUTS, "age": [[1], [2], [3]], "price": [[1.0], [2.0]]},
                )
            ],
        )

    push(1, 10, prepare)
    with serving.LocalServer(push.base, "m", poll_seconds=0.05) as server:
        with pytest.raises(
            TimeoutError, match="error_code=3.*Incompatible shapes"
        ):
            server.wait_until_ready(timeout=3)
