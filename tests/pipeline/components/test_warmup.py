import numpy as np
import pytest
import tensorflow as tf
from tensorflow_serving.apis import prediction_log_pb2

from pipeline.components import warmup


class Doubler(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 1], tf.float32, "x")])
    def double(self, x):
        return {"doubled": 2 * x}


@pytest.fixture(scope="module")
def export_dir(tmp_path_factory):
    path = str(tmp_path_factory.mktemp("export"))
    model = Doubler()
    tf.saved_model.save(model, path, signatures={"predict_raw": model.double})
    return path


def read(path):
    return [
        prediction_log_pb2.PredictionLog.FromString(record).predict_log.request
        for record in tf.data.TFRecordDataset(path).as_numpy_iterator()
    ]


def test_writes_the_requests_where_a_server_looks_for_them(export_dir):
    path = warmup.write_warmup(
        export_dir,
        "m",
        [("predict_raw", {"x": np.ones((rows, 1))}) for rows in (1, 100)],
    )
    assert path == f"{export_dir}/assets.extra/tf_serving_warmup_requests"
    requests = read(path)
    assert [r.model_spec.name for r in requests] == ["m", "m"]
    assert [r.model_spec.signature_name for r in requests] == [
        "predict_raw"
    ] * 2
    assert [tf.make_ndarray(r.inputs["x"]).shape for r in requests] == [
        (1, 1),
        (100, 1),
    ]


def test_gives_values_the_type_of_the_signature(export_dir):
    path = warmup.write_warmup(
        export_dir, "m", [("predict_raw", {"x": [[1.0]]})]
    )
    (request,) = read(path)
    assert request.inputs["x"].dtype == tf.float32.as_datatype_enum


def test_replaces_what_was_there_and_leaves_nothing_else(export_dir):
    request = ("predict_raw", {"x": [[1.0]]})
    warmup.write_warmup(export_dir, "m", [request] * 3)
    path = warmup.write_warmup(export_dir, "m", [request])
    assert len(read(path)) == 1
    assert tf.io.gfile.listdir(f"{export_dir}/assets.extra") == [
        "tf_serving_warmup_requests"
    ]


@pytest.mark.parametrize("count", [0, 1001])
def test_refuses_more_requests_than_a_server_accepts(export_dir, count):
    request = ("predict_raw", {"x": [[1.0]]})
    with pytest.raises(ValueError, match=rf"len\(requests\)={count}"):
        warmup.write_warmup(export_dir, "m", [request] * count)


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (("other", {"x": [[1.0]]}), "signature_name='other'"),
        (("predict_raw", {"y": [[1.0]]}), r"inputs \['x'\].*inputs=\['y'\]"),
    ],
)
def test_refuses_requests_that_no_server_would_answer(
    export_dir, request_, message
):
    with pytest.raises(ValueError, match=message):
        warmup.write_warmup(export_dir, "m", [request_])


def test_refuses_a_directory_without_a_model(tmp_path):
    with pytest.raises(ValueError, match="should hold a SavedModel"):
        warmup.write_warmup(str(tmp_path), "m", [("predict_raw", {})])
