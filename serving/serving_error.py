"""A refusal of the embedded server, with the code that the client gets."""

import functools

import grpc

_MAX_BYTES = 2048


class ServingError(Exception):
    """Raised anywhere below a gRPC method to end it with a status.

    Args:
        code: `grpc.StatusCode` to answer with; its number is the attribute
            `error_code`, as it is of TensorFlow's errors.
        message: Details to answer with.
    """

    def __init__(self, code, message):
        self.code = code
        self.error_code = code.value[0]
        super().__init__(message)


def invalid(message):
    """Returns the error for a request that can never succeed.

    Args:
        message: What is wrong with it.
    """
    return ServingError(grpc.StatusCode.INVALID_ARGUMENT, message)


def aborting(method):
    """Makes a gRPC method answer a `ServingError` with its code.

    Args:
        method: Method of a servicer, taking `(self, request, context)`.

    Returns:
        The method, ending the call instead of raising.
    """

    @functools.wraps(method)
    def answer(self, request, context):
        try:
            return method(self, request, context)
        except ServingError as error:
            context.abort(error.code, _cut(str(error)))

    return answer


def _cut(text):
    # The trailer may have 8 KiB, and each byte may become three there.
    data = text.encode()
    if len(data) <= _MAX_BYTES:
        return text
    return data[:_MAX_BYTES].decode(errors="ignore") + "..."
