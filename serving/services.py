"""The gRPC services of TensorFlow Serving that the embedded server offers.

What is not written here is answered UNIMPLEMENTED. That is meant: above all
HandleReloadConfigRequest would let any client load any model.
"""

import contextlib
import threading

import grpc
from tensorflow_serving.apis import get_model_metadata_pb2
from tensorflow_serving.apis import get_model_status_pb2
from tensorflow_serving.apis import model_service_pb2_grpc
from tensorflow_serving.apis import prediction_service_pb2_grpc

from serving import model_manager
from serving import prediction
from serving.serving_error import ServingError
from serving.serving_error import aborting
from serving.serving_error import invalid

_SIGNATURES = "signature_def"


class PredictionService(prediction_service_pb2_grpc.PredictionServiceServicer):
    """Answers Predict and GetModelMetadata.

    Args:
        manager: The `ModelManager`.
        limits: The `Limits` of requests.
        threads: Predictions worked on at once; others wait.
    """

    def __init__(self, manager, limits, threads):
        self.manager = manager
        self.limits = limits
        self._turns = threading.Semaphore(threads)

    @aborting
    def Predict(self, request, context):
        """Runs a signature."""
        with self._turns:
            if not context.is_active():
                raise ServingError(
                    grpc.StatusCode.DEADLINE_EXCEEDED, "too late to begin"
                )
            with self._model(request) as (version, model):
                response = prediction.predict(model, request, self.limits)
        response.model_spec.name = self.manager.name
        response.model_spec.version.value = version
        return response

    @aborting
    def GetModelMetadata(self, request, context):
        """Tells the signatures."""
        if not request.metadata_field:
            raise invalid(
                "GetModelMetadataRequest must specify at least one "
                "metadata_field"
            )
        for field in request.metadata_field:
            if field != _SIGNATURES:
                raise invalid(f"Metadata field {field} is not supported")
        response = get_model_metadata_pb2.GetModelMetadataResponse()
        packed = get_model_metadata_pb2.SignatureDefMap()
        with self._model(request) as (version, model):
            for name, definition in model.definitions.items():
                packed.signature_def[name].CopyFrom(definition)
        response.metadata[_SIGNATURES].Pack(packed)
        response.model_spec.name = self.manager.name
        response.model_spec.version.value = version
        return response

    @contextlib.contextmanager
    def _model(self, request):
        if not request.HasField("model_spec"):
            raise invalid("Missing ModelSpec")
        spec = request.model_spec
        if not spec.name:
            raise invalid("ModelSpec has no name specified.")
        if spec.version_label:
            raise invalid(
                f"Unrecognized servable version label: {spec.version_label}"
            )
        version = spec.version.value if spec.HasField("version") else None
        if spec.name != self.manager.name:
            raise model_manager.not_found(spec.name, version)
        with self.manager.use(version) as found:
            yield found


class ModelService(model_service_pb2_grpc.ModelServiceServicer):
    """Answers GetModelStatus.

    Args:
        manager: The `ModelManager`.
    """

    def __init__(self, manager):
        self.manager = manager

    @aborting
    def GetModelStatus(self, request, context):
        """Tells the state of each version, newest first."""
        if not request.HasField("model_spec"):
            raise invalid("Missing ModelSpec")
        response = get_model_status_pb2.GetModelStatusResponse()
        for version, status in self._statuses(request.model_spec).items():
            answer = response.model_version_status.add(version=version)
            answer.state = type(answer).State.Value(status.state)
            answer.status.error_code = status.error_code
            answer.status.error_message = status.error_message
        return response

    def _statuses(self, spec):
        known = self.manager.status() if spec.name == self.manager.name else {}
        if not spec.HasField("version"):
            if known:
                return known
            what = f"any versions of model {spec.name}"
        else:
            version = spec.version.value
            if version in known:
                return {version: known[version]}
            what = f"version {version} of model {spec.name}"
        raise ServingError(grpc.StatusCode.NOT_FOUND, f"Could not find {what}")
