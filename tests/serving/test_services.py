import grpc
import numpy as np
import pytest
from tensorflow_serving.apis import classification_pb2
from tensorflow_serving.apis import get_model_metadata_pb2
from tensorflow_serving.apis import get_model_status_pb2
from tensorflow_serving.apis import model_management_pb2

from serving import requests
from serving import tensors


def inputs(rows=1):
    return {
        "age": np.full((rows, 1), 1, np.int64),
        "price": np.full((rows, 1), 0.5, np.float32),
        "town": np.full((rows, 1), b"x", object),
    }


def ask(**changes):
    arguments = {"model_name": "m", "inputs": inputs()}
    arguments["signature_name"] = "predict_raw"
    return requests.predict_request(**{**arguments, **changes})


def refusal(method, request):
    with pytest.raises(grpc.RpcError) as error:
        method(request, timeout=10)
    return error.value.code().name, error.value.details()


def test_answers_with_model_version_and_signature(prediction_stub):
    response = prediction_stub.Predict(ask(), timeout=10)
    assert response.model_spec.name == "m"
    assert response.model_spec.version.value == 1
    assert response.model_spec.signature_name == "predict_raw"
    assert requests.predictions(response)["score"].tolist() == [[11.5]]


def test_no_signature_name_means_serving_default(prediction_stub):
    rows = np.array(requests.raw_examples({"age": [1], "price": [0.5]}), object)
    request = ask(signature_name="", inputs={"examples": rows})
    response = prediction_stub.Predict(request, timeout=10)
    assert response.model_spec.signature_name == "serving_default"
    assert requests.predictions(response)["score"].tolist() == [[10.5]]


def test_answers_only_the_outputs_asked_for(prediction_stub):
    request = ask()
    request.output_filter.append("town_id")
    response = prediction_stub.Predict(request, timeout=10)
    assert list(response.outputs) == ["town_id"]


@pytest.mark.parametrize(
    ("changes", "code", "details"),
    [
        (
            {"model_name": "other"},
            "NOT_FOUND",
            "Servable not found for request: Latest(other)",
        ),
        (
            {"version": 7},
            "NOT_FOUND",
            "Servable not found for request: Specific(m, 7)",
        ),
        (
            {"label": "stable"},
            "INVALID_ARGUMENT",
            "Unrecognized servable version label: stable",
        ),
        (
            {"signature_name": "x"},
            "FAILED_PRECONDITION",
            'Serving signature key "x" not found.',
        ),
        (
            {"signature_name": "__saved_model_init_op"},
            "FAILED_PRECONDITION",
            'Serving signature key "__saved_model_init_op" not found.',
        ),
        (
            {"inputs": {"age": np.array([[1]])}},
            "INVALID_ARGUMENT",
            "input size does not match signature: 1!=3 len({age}) != "
            "len({age,price,town}). Sent extra: {}. Missing but required: "
            "{price,town}.",
        ),
        ({"model_name": ""}, "INVALID_ARGUMENT", "ModelSpec has no name"),
        (
            {"inputs": {**inputs(), "age": np.array([[1.0]])}},
            "INVALID_ARGUMENT",
            "input age should be int64 of shape (batch, 1), but double is",
        ),
        # The graph's own refusal: rows that do not go together.
        (
            {"inputs": {**inputs(3), "age": np.array([[1], [2]])}},
            "INVALID_ARGUMENT",
            "Incompatible shapes: [2,1] vs. [3,1]",
        ),
    ],
)
def test_predict_refuses_as_tensorflow_serving_does(
    prediction_stub, changes, code, details
):
    refused = refusal(prediction_stub.Predict, ask(**changes))
    assert refused[0] == code
    assert details in refused[1]


def test_refuses_a_request_without_a_model(prediction_stub):
    request = ask()
    request.ClearField("model_spec")
    assert refusal(prediction_stub.Predict, request) == (
        "INVALID_ARGUMENT",
        "Missing ModelSpec",
    )


@pytest.mark.parametrize(
    ("outputs", "details"),
    [
        (
            ["x"],
            "output tensor alias not found in signature: x Outputs expected "
            "to be in the set {score,town_id}.",
        ),
        (["score"] * 2, "duplicate output tensor alias: score"),
    ],
)
def test_refuses_outputs_that_it_cannot_give(prediction_stub, outputs, details):
    request = ask()
    request.output_filter.extend(outputs)
    assert refusal(prediction_stub.Predict, request) == (
        "INVALID_ARGUMENT",
        details,
    )


def test_quotes_what_is_no_example(prediction_stub):
    row = np.array([b"\xff\xff"], object)
    request = ask(signature_name="", inputs={"examples": row})
    code, details = refusal(prediction_stub.Predict, request)
    assert code == "INVALID_ARGUMENT"
    assert r"Could not parse example input, value: '\xff\xff'" in details


def test_refuses_endless_rows_at_once(prediction_stub):
    request = ask()
    huge = request.inputs["age"]
    huge.CopyFrom(tensors.encode(np.array([[1]])))
    huge.ClearField("tensor_content")
    huge.int64_val.append(1)
    huge.tensor_shape.dim[0].size = 1 << 40
    code, details = refusal(prediction_stub.Predict, request)
    assert code == "INVALID_ARGUMENT"
    assert details.startswith(f"input age declares {1 << 40} rows")


def metadata_request(*fields, name="m"):
    request = get_model_metadata_pb2.GetModelMetadataRequest()
    request.model_spec.name = name
    request.metadata_field.extend(fields)
    return request


def test_metadata_holds_every_signature(prediction_stub):
    response = prediction_stub.GetModelMetadata(
        metadata_request("signature_def"), timeout=10
    )
    packed = get_model_metadata_pb2.SignatureDefMap()
    assert response.metadata["signature_def"].Unpack(packed)
    assert response.model_spec.version.value == 1
    assert {"predict_raw", "serving_default"} <= set(packed.signature_def)


@pytest.mark.parametrize(
    ("request_", "code", "details"),
    [
        (
            metadata_request(),
            "INVALID_ARGUMENT",
            "GetModelMetadataRequest must specify at least one metadata_field",
        ),
        (
            metadata_request("x"),
            "INVALID_ARGUMENT",
            "Metadata field x is not supported",
        ),
        (
            metadata_request("signature_def", name="other"),
            "NOT_FOUND",
            "Servable not found for request: Latest(other)",
        ),
    ],
)
def test_metadata_refuses_as_tensorflow_serving_does(
    prediction_stub, request_, code, details
):
    refused = refusal(prediction_stub.GetModelMetadata, request_)
    assert refused == (code, details)


def status_request(name="m", version=None):
    request = get_model_status_pb2.GetModelStatusRequest()
    requests.set_model(request.model_spec, name, version)
    return request


def test_status_tells_the_state_of_one_version(model_stub):
    response = model_stub.GetModelStatus(status_request(version=1), timeout=10)
    (status,) = response.model_version_status
    assert (status.version, status.state) == (1, 30)


@pytest.mark.parametrize(
    ("name", "version", "details"),
    [
        ("other", None, "Could not find any versions of model other"),
        ("other", 1, "Could not find version 1 of model other"),
        ("m", 7, "Could not find version 7 of model m"),
    ],
)
def test_status_knows_only_what_it_serves(model_stub, name, version, details):
    refused = refusal(model_stub.GetModelStatus, status_request(name, version))
    assert refused == ("NOT_FOUND", details)


def test_nobody_can_load_another_model_over_the_network(model_stub):
    code, _ = refusal(
        model_stub.HandleReloadConfigRequest,
        model_management_pb2.ReloadConfigRequest(),
    )
    assert code == "UNIMPLEMENTED"


def test_what_is_not_offered_is_said_to_be_unimplemented(prediction_stub):
    code, _ = refusal(
        prediction_stub.Classify, classification_pb2.ClassificationRequest()
    )
    assert code == "UNIMPLEMENTED"
