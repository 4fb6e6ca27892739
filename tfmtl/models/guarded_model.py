"""A Keras model that says what is wrong with data and training."""

from typing import Any

import keras
import tensorflow as tf

from tfmtl.models import non_finite_loss_error
from tfmtl.models.data_checks import check_data
from tfmtl.models.data_checks import no_rows


class GuardedModel(keras.Model):
    """Refuses data that cannot be meant, and explains losses gone wrong.

    Raises:
        ValueError: By `fit`, `evaluate` and `predict`, if the data, those for
            validation too, have no row, a column is not of numbers, or
            columns differ in length.
        NonFiniteLossError: By `fit` and `train_on_batch`, if a loss or a
            gradient becomes NaN or infinite. That update is not applied.
    """

    def fit(
        self, x: Any = None, y: Any = None, *args: Any, **kwargs: Any
    ) -> keras.callbacks.History:
        """Trains as `keras.Model.fit` does."""
        check_data("fit", x, y)
        validation = kwargs.get("validation_data")
        if isinstance(validation, tuple | list):
            check_data("fit(validation_data=...)", *validation[:2])
        else:
            check_data("fit(validation_data=...)", validation)
        if isinstance(x, tf.data.Dataset):
            # It has an order of its own, as later Keras has to be told.
            kwargs.setdefault("shuffle", False)
        with non_finite_loss_error.explained(self):
            return super().fit(x, y, *args, **kwargs)

    def train_on_batch(self, *args: Any, **kwargs: Any) -> Any:
        """Takes one step as `keras.Model.train_on_batch` does."""
        with non_finite_loss_error.explained(self):
            return super().train_on_batch(*args, **kwargs)

    def evaluate(
        self, x: Any = None, y: Any = None, *args: Any, **kwargs: Any
    ) -> Any:
        """Evaluates as `keras.Model.evaluate` does."""
        check_data("evaluate", x, y)
        logs = super().evaluate(x, y, *args, **kwargs)
        if not logs:
            raise no_rows("evaluate", "data that ended before the first row")
        return logs

    def predict(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        """Predicts as `keras.Model.predict` does."""
        check_data("predict", x)
        return super().predict(x, *args, **kwargs)
