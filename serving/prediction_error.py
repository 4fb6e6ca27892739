"""What a client is told when a call fails."""

import grpc

_REMEDIES = {
    grpc.StatusCode.UNAVAILABLE: "Is the server running at that address?",
    grpc.StatusCode.DEADLINE_EXCEEDED: (
        "Send fewer rows a request, or raise `timeout`."
    ),
    grpc.StatusCode.RESOURCE_EXHAUSTED: (
        "Send fewer rows a request, or fewer requests at once."
    ),
    grpc.StatusCode.UNIMPLEMENTED: "The server does not offer this call.",
}


class PredictionError(Exception):
    """A call that the server refused, or that never reached it.

    The `grpc.RpcError` it came from is its `__cause__`.

    Args:
        code: `grpc.StatusCode` of the answer.
        details: The server's message.
        target: Address that was called.

    Example:

    >>> error = PredictionError(grpc.StatusCode.NOT_FOUND, "no model", "h:1")
    >>> str(error)
    'h:1 answered NOT_FOUND: no model'
    """

    def __init__(self, code, details, target):
        self.code = code
        self.details = details
        self.target = target
        remedy = _REMEDIES.get(code)
        super().__init__(
            f"{target} answered {code.name}: {details}"
            + (f" {remedy}" if remedy else "")
        )

    def __reduce__(self):
        return type(self), (self.code, self.details, self.target)
