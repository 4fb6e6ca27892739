"""A client of any server that speaks the TensorFlow Serving gRPC API."""

import difflib
import math
import time

import grpc
import numpy as np
from tensorflow_serving.apis import get_model_metadata_pb2
from tensorflow_serving.apis import get_model_status_pb2
from tensorflow_serving.apis import model_service_pb2_grpc
from tensorflow_serving.apis import prediction_service_pb2_grpc

from serving import channel
from serving import columns as column_checks
from serving import health
from serving import requests
from serving import signatures
from serving import tensors
from serving.prediction_error import PredictionError
from serving.version_status import VersionStatus

_STALE = (
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.FAILED_PRECONDITION,
)


class PredictionClient:
    """Asks a served model for predictions.

    One client holds one connection, may be used from many threads, and
    should be kept: connecting costs more than predicting.

    Args:
        target: Address, such as "localhost:8500" or "dns:///mtl:8500".
        model_name: Name the model is served under.
        timeout: Seconds that one method may take, retries and what it has to
            ask of the server beforehand included.
        credentials: Optional `grpc.ChannelCredentials`, for TLS.

    Raises:
        ValueError: If `timeout` is not a positive number of seconds.
        PredictionError: From every method, if the call fails, as it does once
            the client is closed.

    Example:

    >>> with PredictionClient("localhost:8500", "funnel") as client:
    ...     client.predict({"age": [3, 4]})["y_click"].shape
    (2, 1)
    """

    def __init__(self, target, model_name, timeout=1.0, credentials=None):
        if timeout is None or not 0 < timeout < math.inf:
            raise ValueError(
                "`timeout` should be a positive number of seconds. "
                f"Received: timeout={timeout!r}."
            )
        self.target = target
        self.model_name = model_name
        self.timeout = timeout
        self.credentials = credentials
        self._channel = channel.connect(target, credentials)
        self._prediction = prediction_service_pb2_grpc.PredictionServiceStub(
            self._channel
        )
        self._model = model_service_pb2_grpc.ModelServiceStub(self._channel)
        self._check = health.check(self._channel)
        self._signatures = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Closes the connection."""
        self._channel.close()

    def predict(
        self, columns, signature_name="predict_raw", version=None, label=None
    ):
        """Returns predictions for rows given as columns.

        Args:
            columns: Mapping from feature name to a list or array.
            signature_name: Served function to call.
            version: Optional version number. The default is the latest.
            label: Optional label of a version.

        Returns:
            Dict from output name to array.

        Raises:
            ValueError: If the columns do not fit the signature; nothing has
                been sent then.
        """
        return self._predict(
            lambda signature: column_checks.to_inputs(columns, signature),
            signature_name,
            (version, label),
        )

    def predict_examples(
        self,
        serialized,
        signature_name="serving_default",
        version=None,
        label=None,
    ):
        """Returns predictions for rows given as serialized `tf.Example`s.

        Args:
            serialized: List of bytes, see `serving.requests.examples`.
            signature_name: Served function, with one input for strings.
            version: Optional version number. The default is the latest.
            label: Optional label of a version.

        Returns:
            Dict from output name to array.

        Raises:
            ValueError: If the signature takes anything but examples.
        """

        def to_inputs(signature):
            inputs = signature.inputs
            if [spec.kind for spec in inputs.values()] != [tensors.STRING]:
                raise ValueError(
                    f"Signature {signature_name!r} should have one string "
                    "input; use `predict` for named columns. "
                    f"Received: inputs={sorted(inputs)}."
                )
            (name,) = inputs
            return column_checks.to_inputs(
                {name: np.array(serialized, object)}, signature
            )

        return self._predict(to_inputs, signature_name, (version, label))

    def metadata(self, version=None, label=None):
        """Returns the model's signatures, asked of the server each time.

        Args:
            version: Optional version number. The default is the latest.
            label: Optional label of a version.

        Returns:
            Dict from signature name to `serving.signatures.Signature`.
        """
        return self._metadata((version, label), self._deadline())

    def status(self):
        """Returns a dict from version number to `VersionStatus`."""
        request = get_model_status_pb2.GetModelStatusRequest()
        requests.set_model(request.model_spec, self.model_name)
        response = self._call(
            self._model.GetModelStatus, request, self._deadline()
        )
        return {
            version.version: VersionStatus(
                type(version).State.Name(version.state),
                version.status.error_code,
                version.status.error_message,
            )
            for version in response.model_version_status
        }

    def health(self, service=""):
        """Returns whether the server says that it is serving.

        Args:
            service: Service to ask for; "" is the server as a whole.
        """
        status = self._call(self._check, service, self._deadline())
        return status == health.SERVING

    def _deadline(self):
        return time.monotonic() + self.timeout

    def _metadata(self, chosen, deadline):
        request = get_model_metadata_pb2.GetModelMetadataRequest(
            metadata_field=["signature_def"]
        )
        requests.set_model(request.model_spec, self.model_name, *chosen)
        response = self._call(
            self._prediction.GetModelMetadata, request, deadline
        )
        packed = get_model_metadata_pb2.SignatureDefMap()
        response.metadata["signature_def"].Unpack(packed)
        known = signatures.from_map(packed.signature_def)
        self._signatures[chosen] = known
        return known

    def _predict(self, to_inputs, signature_name, chosen):
        """Makes the inputs that the signature wants, and sends them."""
        deadline = self._deadline()

        def send(known):
            inputs = to_inputs(self._signature(known, signature_name))
            request = requests.predict_request(
                self.model_name, inputs, signature_name, *chosen
            )
            return self._call(self._prediction.Predict, request, deadline)

        known = self._signatures.get(chosen)
        if known is None:
            known = self._metadata(chosen, deadline)
        try:
            response = send(known)
        except (ValueError, PredictionError) as error:
            if isinstance(error, PredictionError) and error.code not in _STALE:
                raise
            # The server may have gone on to a version that wants others.
            anew = self._metadata(chosen, deadline)
            if anew == known:
                raise
            response = send(anew)
        return requests.predictions(response)

    def _signature(self, known, name):
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else "."
            raise ValueError(
                f"Model {self.model_name!r} should be asked for one of its "
                f"signatures, {sorted(known)}{hint} "
                f"Received: signature_name={name!r}."
            )
        return known[name]

    def _call(self, method, request, deadline):
        left = deadline - time.monotonic()
        if left <= 0:  # gRPC would still send it
            raise PredictionError(
                grpc.StatusCode.DEADLINE_EXCEEDED, "nothing left", self.target
            )
        try:
            return method(request, timeout=left)
        except grpc.RpcError as error:
            raise PredictionError(
                error.code(), error.details(), self.target
            ) from error
        except ValueError as error:  # so gRPC refuses a closed channel
            raise PredictionError(
                grpc.StatusCode.CANCELLED, str(error), self.target
            ) from error
