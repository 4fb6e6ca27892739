"""How many threads the embedded server works with."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Threads:
    """Numbers of threads.

    Args:
        requests: Predictions worked on at once; others wait. Health, status
            and metadata are told without waiting for them.
        intra_op: TensorFlow's threads within one operation; 0 = one a core.
        inter_op: TensorFlow's operations at once; 0 = one a core.

    Raises:
        ValueError: If a number is too small.
    """

    requests: int = 4
    intra_op: int = 0
    inter_op: int = 0

    def __post_init__(self):
        for field, least in [("requests", 1), ("intra_op", 0), ("inter_op", 0)]:
            value = getattr(self, field)
            if value < least:
                raise ValueError(
                    f"`{field}` should be an integer of at least {least}. "
                    f"Received: {field}={value!r}."
                )
