"""Puts the services on a gRPC server that bounds what it takes on."""

from concurrent import futures

import grpc
from tensorflow_serving.apis import model_service_pb2_grpc
from tensorflow_serving.apis import prediction_service_pb2_grpc

from serving import services


def build(manager, checks, limits, threads):
    """Returns a server that is neither bound nor started yet.

    Args:
        manager: The `ModelManager`.
        checks: The `Health`.
        limits: The `Limits`.
        threads: Requests worked on at once.
    """
    server = grpc.server(
        futures.ThreadPoolExecutor(threads, thread_name_prefix="request"),
        maximum_concurrent_rpcs=limits.max_concurrent_rpcs,
        options=[
            ("grpc.max_receive_message_length", limits.max_message_bytes),
            ("grpc.max_send_message_length", limits.max_message_bytes),
            # Otherwise two servers share one port, and its requests.
            ("grpc.so_reuseport", 0),
        ],
    )
    prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server(
        services.PredictionService(manager, limits), server
    )
    model_service_pb2_grpc.add_ModelServiceServicer_to_server(
        services.ModelService(manager), server
    )
    server.add_generic_rpc_handlers((checks.handler(),))
    return server
