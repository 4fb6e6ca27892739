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
        threads: Predictions worked on at once.
    """
    # A call holds its thread from its first byte on. With fewer of them,
    # clients that send slowly would hold up all others, health checks too.
    pool = futures.ThreadPoolExecutor(
        limits.max_concurrent_rpcs, thread_name_prefix="request"
    )
    server = grpc.server(
        pool,
        maximum_concurrent_rpcs=limits.max_concurrent_rpcs,
        options=[
            ("grpc.max_receive_message_length", limits.max_message_bytes),
            ("grpc.max_send_message_length", limits.max_message_bytes),
            # Otherwise two servers share one port, and its requests.
            ("grpc.so_reuseport", 0),
        ],
    )
    prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server(
        services.PredictionService(manager, limits, threads), server
    )
    model_service_pb2_grpc.add_ModelServiceServicer_to_server(
        services.ModelService(manager), server
    )
    server.add_generic_rpc_handlers((checks.handler(),))
    return server
