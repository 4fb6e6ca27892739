"""How all networks of a protocol are trained."""

import dataclasses
import math


@dataclasses.dataclass(frozen=True)
class Settings:
    """What training has in common for all models.

    Training stops when the sum of the tasks' AUCs on dev has not risen for
    `patience` epochs, and goes back to the best epoch; a model with a
    curriculum is not judged before the curriculum is at its floor.

    Args:
        batch_size: Rows a batch.
        learning_rates: Learning rates of `LazyAdam`; where there are more
            than one, each is tried and the best on dev is taken.
        epochs: The most epochs.
        patience: Epochs without a better dev part before training stops.

    Raises:
        ValueError: If a number is not positive, or a learning rate repeats.
    """

    batch_size: int = 1024
    learning_rates: tuple[float, ...] = (1e-3,)
    epochs: int = 20
    patience: int = 1

    def __post_init__(self) -> None:
        for name in ("batch_size", "epochs", "patience"):
            value = getattr(self, name)
            if not isinstance(value, int) or value < 1:
                raise ValueError(
                    f"`{name}` should be a whole number of at least 1. "
                    f"Received: {name}={value!r}."
                )
        rates = self.learning_rates
        fit = all(0 < rate < math.inf for rate in rates)
        if not rates or not fit or len(set(rates)) < len(rates):
            raise ValueError(
                "`learning_rates` should be one or more positive numbers, "
                f"each once. Received: learning_rates={rates!r}."
            )
