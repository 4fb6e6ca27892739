"""How much the embedded server accepts."""

import dataclasses
import sys

_LARGEST = {"max_message_bytes": (1 << 31) - 1, "max_seconds": (1 << 31) - 1}


@dataclasses.dataclass(frozen=True)
class Limits:
    """Bounds that a request must respect.

    What a request declares is checked before it is given any memory: a tensor
    repeats its last value up to the shape it declares, so the size of a
    message says nothing about the memory it asks for.

    Args:
        max_elements: Elements that the inputs of one request may declare
            together, a text that is repeated counted by eight bytes. The
            default is what a full message of int64 holds.
        max_rows: Rows (first dimension) of one request.
        max_message_bytes: Size of a message, received or sent.
        max_concurrent_rpcs: Calls under way at once, the waiting included,
            each with a thread and a message. A further one, of any kind, is
            answered RESOURCE_EXHAUSTED.
        max_seconds: Time the model may work on one request, those that warm
            it up included. Then it is stopped, and DEADLINE_EXCEEDED answered.

    Raises:
        ValueError: If a bound is not positive, or is too large for gRPC or
            TensorFlow.

    Example:

    >>> Limits(max_rows=500).max_rows
    500
    """

    max_elements: int = 1 << 23
    max_rows: int = 100_000
    max_message_bytes: int = 64 << 20
    max_concurrent_rpcs: int = 64
    max_seconds: int = 30

    def __post_init__(self):
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            largest = _LARGEST.get(field.name, sys.maxsize)
            if not 1 <= value <= largest:
                raise ValueError(
                    f"`{field.name}` should be an integer from 1 to {largest}. "
                    f"Received: {field.name}={value!r}."
                )
