import pickle
import subprocess
import sys
from concurrent import futures

import grpc
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.core.framework import types_pb2

import serving
from serving import prediction
from serving import requests
from serving.signatures import TensorSpec


def rows(count):
    generator = np.random.default_rng(0)
    return {
        "age": generator.integers(0, 99, count),
        "price": generator.normal(size=count).astype(np.float32),
        "town": ["x" * length for length in generator.integers(0, 9, count)],
    }


def test_predicts_what_the_model_says(client, columns):
    answer = client.predict(columns)
    assert answer["score"].tolist() == [[11.5], [23.5], [32.5]]
    assert answer["town_id"].tolist() == [[7], [0], [0]]


@pytest.mark.parametrize("count", [0, 1, 1000, 100_000])
def test_served_and_in_process_numbers_are_equal(client, exported, count):
    columns = rows(count)
    loaded = tf.saved_model.load(str(exported[10]))
    expected = loaded.signatures["predict_raw"](
        **{
            name: tf.constant(
                np.reshape(values, (-1, 1)),
                tf.string if name == "town" else None,
            )
            for name, values in columns.items()
        }
    )
    answer = client.predict(columns)
    assert set(answer) == set(expected)
    for name, values in answer.items():
        np.testing.assert_array_equal(values, expected[name].numpy())


def test_examples_and_columns_give_equal_numbers(client):
    columns = rows(1000)
    by_example = client.predict_examples(requests.raw_examples(columns))
    by_column = client.predict(columns)
    np.testing.assert_array_equal(by_example["score"], by_column["score"])


def test_answers_can_be_written_to(client, columns):
    score = client.predict(columns)["score"]
    score[0] = -1
    assert score[0] == -1


def test_sends_messages_beyond_the_4_mib_of_grpc(client):
    columns = rows(100_000)
    columns["town"] = ["x" * 60] * 100_000
    assert client.predict(columns)["score"].shape == (100_000, 1)


def test_asks_for_one_version(client, columns):
    assert client.predict(columns, version=1)["score"][0] == 11.5
    with pytest.raises(
        serving.PredictionError, match=r"NOT_FOUND: .*Specific\(m, 2\)"
    ):
        client.predict(columns, version=2)


def test_an_error_keeps_code_details_and_cause(server, columns):
    with serving.PredictionClient(server.target, "other") as client:
        with pytest.raises(serving.PredictionError) as error:
            client.predict(columns)
    assert error.value.code is grpc.StatusCode.NOT_FOUND
    assert error.value.details.endswith("Latest(other)")
    assert isinstance(error.value.__cause__, grpc.RpcError)
    assert str(pickle.loads(pickle.dumps(error.value))) == str(error.value)


def test_refuses_a_misspelt_feature_before_sending(
    client, columns, monkeypatch
):
    monkeypatch.setattr(prediction, "predict", None)  # fails if reached
    columns["agee"] = columns.pop("age")
    with pytest.raises(ValueError, match="rename 'agee' to it"):
        client.predict(columns)


def test_refuses_an_unknown_signature_before_sending(client, columns):
    with pytest.raises(ValueError, match="did you mean 'predict_raw'"):
        client.predict(columns, "predict_row")


def test_examples_need_a_signature_that_takes_them(client):
    with pytest.raises(ValueError, match="use `predict` for named columns"):
        client.predict_examples([b""], "predict_raw")


def test_notices_that_a_new_version_wants_other_features(
    client, columns, monkeypatch
):
    client.predict(columns)
    known = client.metadata()
    del known["predict_raw"].inputs["town"]
    assert client.predict(columns)["score"][0] == 11.5


def test_asks_again_when_a_new_version_wants_other_types(client, columns):
    known = client.metadata()
    known["predict_raw"].inputs["age"] = TensorSpec(
        types_pb2.DT_INT32, (None, 1)
    )
    assert client.predict(columns)["score"][0] == 11.5


def test_asks_only_once_what_the_model_refuses(client, columns, monkeypatch):
    asked = []
    predict = prediction.predict

    def count(*arguments):
        asked.append(arguments)
        return predict(*arguments)

    monkeypatch.setattr(prediction, "predict", count)
    with pytest.raises(serving.PredictionError, match="INVALID_ARGUMENT"):
        client.predict_examples([b"no example"])
    assert len(asked) == 1


def test_answers_nothing_once_it_is_closed(client, columns):
    client.close()
    for call in (client.status, client.health, client.metadata):
        with pytest.raises(serving.PredictionError, match="CANCELLED.*closed"):
            call()
    with pytest.raises(serving.PredictionError, match="CANCELLED.*closed"):
        client.predict(columns)


def test_asks_for_metadata_only_once(client, columns, monkeypatch):
    client.predict(columns)
    monkeypatch.setattr(client._prediction, "GetModelMetadata", None)
    client.predict(columns)


def test_may_be_told_by_another_thread_to_forget_at_any_time(client, columns):
    class Forgetful(dict):
        """Loses what was looked up, as if another call had failed then."""

        def __contains__(self, key):
            return self.pop(key, None) is not None

        def get(self, key):
            return self.pop(key, None)

    client.metadata()
    client._signatures = Forgetful(client._signatures)
    assert client.predict(columns)["score"][0] == 11.5
    client.metadata()
    (row,) = requests.raw_examples({"age": [2]})
    assert client.predict_examples([row])["score"][0] == 20.0


def test_tells_the_signatures(client):
    signature = client.metadata()["predict_raw"]
    assert {name: str(spec) for name, spec in signature.inputs.items()} == {
        "age": "int64 of shape (batch, 1)",
        "price": "float of shape (batch, 1)",
        "town": "string of shape (batch, 1)",
    }


def test_says_that_nobody_is_there():
    with serving.PredictionClient("127.0.0.1:1", "m") as client:
        with pytest.raises(
            serving.PredictionError, match="UNAVAILABLE.*Is the server running"
        ):
            client.status()


@pytest.mark.parametrize(
    ("code", "calls"),
    [(grpc.StatusCode.UNAVAILABLE, 3), (grpc.StatusCode.INTERNAL, 1)],
)
def test_tries_again_only_what_did_not_arrive(code, calls):
    seen = []

    def refuse(request, context):
        seen.append(request)
        context.abort(code, "no")

    handler = grpc.method_handlers_generic_handler(
        "tensorflow.serving.ModelService",
        {"GetModelStatus": grpc.unary_unary_rpc_method_handler(refuse)},
    )
    server = grpc.server(futures.ThreadPoolExecutor(1))
    server.add_generic_rpc_handlers((handler,))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with serving.PredictionClient(f"127.0.0.1:{port}", "m", 10) as client:
        with pytest.raises(serving.PredictionError, match="no"):
            client.status()
    server.stop(None).wait()
    assert len(seen) == calls


def test_importing_the_package_does_not_import_tensorflow():
    code = "import sys, serving; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_package_has_no_other_names():
    with pytest.raises(AttributeError, match="no attribute 'Client'"):
        _ = serving.Client
