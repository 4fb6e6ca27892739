"""Answers one PredictRequest with one loaded model."""

import grpc
import numpy as np
import tensorflow as tf
from tensorflow_serving.apis import predict_pb2

from serving import decoding
from serving import tensors
from serving.serving_error import ServingError
from serving.serving_error import invalid

_DEFAULT = tf.saved_model.DEFAULT_SERVING_SIGNATURE_DEF_KEY
_CODES = {code.value[0]: code for code in grpc.StatusCode}


def predict(model, request, limits):
    """Returns the model's answer.

    Args:
        model: A `SavedModel`.
        request: A `PredictRequest`.
        limits: The `Limits` the request must keep.

    Returns:
        A `PredictResponse`, whose `model_spec` has the signature only.

    Raises:
        ServingError: With the code that TensorFlow Serving would answer.
    """
    name = request.model_spec.signature_name or _DEFAULT
    function = model.functions.get(name)
    if function is None:
        raise ServingError(
            grpc.StatusCode.FAILED_PRECONDITION,
            f'Serving signature key "{name}" not found.',
        )
    wanted = _outputs(request.output_filter, function.signature.outputs)
    inputs = decoding.decode_inputs(request.inputs, function.signature, limits)
    response = predict_pb2.PredictResponse()
    response.model_spec.signature_name = name
    outputs = zip(
        function.signature.outputs.items(),
        _run(function, inputs),
        strict=True,
    )
    for (output, spec), values in outputs:
        if output in wanted:
            # The session gives a text that is no array as plain bytes.
            array = np.asarray(values, tensors.numpy_dtype(spec.kind))
            response.outputs[output].CopyFrom(tensors.encode(array))
    return response


def _outputs(wanted, known):
    for name in wanted:
        if name not in known:
            raise invalid(
                f"output tensor alias not found in signature: {name} Outputs "
                f"expected to be in the set {{{','.join(known)}}}."
            )
    if len(set(wanted)) < len(wanted):
        twice = next(name for name in wanted if list(wanted).count(name) > 1)
        raise invalid(f"duplicate output tensor alias: {twice}")
    return set(wanted) or set(known)


def _run(function, inputs):
    try:
        return function.run(*inputs)
    except tf.errors.DeadlineExceededError as error:
        raise ServingError(
            grpc.StatusCode.DEADLINE_EXCEEDED,
            "the model took longer than the server's `max_seconds`",
        ) from error
    except tf.errors.OpError as error:
        code = _CODES.get(error.error_code, grpc.StatusCode.UNKNOWN)
        raise ServingError(code, error.message) from error
    except UnicodeDecodeError as error:
        # TensorFlow's message quotes bytes of the input that are no text.
        raise invalid(error.object.decode(errors="backslashreplace")) from error
