"""The gRPC health protocol, without a package for it.

Its two messages have one field each, and are the same bytes as two messages
that come with protobuf: HealthCheckRequest {string service = 1} is a
StringValue, HealthCheckResponse {enum status = 1} an Int32Value.
"""

import grpc
from google.protobuf import wrappers_pb2

from serving import serving_error

SERVICE = "grpc.health.v1.Health"
SERVING = 1
NOT_SERVING = 2


def check(channel):
    """Returns the client's call of the health check.

    Args:
        channel: `grpc.Channel` to the server.

    Returns:
        Callable from a service name, with a `timeout`, to the status.
    """
    call = channel.unary_unary(
        f"/{SERVICE}/Check",
        request_serializer=wrappers_pb2.StringValue.SerializeToString,
        response_deserializer=wrappers_pb2.Int32Value.FromString,
    )
    return lambda service, timeout: call(
        wrappers_pb2.StringValue(value=service), timeout=timeout
    ).value


class Health:
    """Answers health checks.

    Args:
        services: Names to answer for, beside "" for the server as a whole.
        is_serving: Callable that says whether they work right now.
    """

    def __init__(self, services, is_serving):
        self.services = frozenset(["", *services])
        self.is_serving = is_serving

    def handler(self):
        """Returns the handler to add to a `grpc.Server`."""
        method = grpc.unary_unary_rpc_method_handler(
            self.check,
            request_deserializer=wrappers_pb2.StringValue.FromString,
            response_serializer=wrappers_pb2.Int32Value.SerializeToString,
        )
        return grpc.method_handlers_generic_handler(SERVICE, {"Check": method})

    @serving_error.aborting
    def check(self, request, context):
        """Answers one check; an unknown service is NOT_FOUND."""
        if request.value not in self.services:
            raise serving_error.ServingError(
                grpc.StatusCode.NOT_FOUND, f"unknown service: {request.value}"
            )
        status = SERVING if self.is_serving() else NOT_SERVING
        return wrappers_pb2.Int32Value(value=status)
