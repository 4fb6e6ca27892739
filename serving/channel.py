"""Opens connections as a client of TensorFlow Serving should."""

import json

import grpc

from serving import health

MESSAGE_BYTES = 64 << 20

# Nothing but "not reached" is known to be safe and useful to try again.
_SERVICE_CONFIG = {
    "methodConfig": [
        {
            "name": [
                {"service": "tensorflow.serving.PredictionService"},
                {"service": "tensorflow.serving.ModelService"},
                {"service": health.SERVICE},
            ],
            "retryPolicy": {
                "maxAttempts": 3,
                "initialBackoff": "0.02s",
                "maxBackoff": "0.2s",
                "backoffMultiplier": 2,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        }
    ]
}
_OPTIONS = [
    ("grpc.lb_policy_name", "round_robin"),
    ("grpc.max_receive_message_length", MESSAGE_BYTES),
    ("grpc.max_send_message_length", MESSAGE_BYTES),
    ("grpc.service_config", json.dumps(_SERVICE_CONFIG)),
]


def connect(target, credentials=None):
    """Returns a channel that retries UNAVAILABLE and takes 64 MiB messages.

    Args:
        target: Address, such as "localhost:8500" or "dns:///mtl:8500".
        credentials: Optional `grpc.ChannelCredentials`, for TLS.
    """
    if credentials is None:
        return grpc.insecure_channel(target, _OPTIONS)
    return grpc.secure_channel(target, credentials, _OPTIONS)
