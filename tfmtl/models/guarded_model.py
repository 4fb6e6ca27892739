"""A Keras model that says what is wrong with data and training."""

import inspect
from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from tfmtl.features import Feature
from tfmtl.models import construction
from tfmtl.models import non_finite_loss_error
from tfmtl.models import value_checks
from tfmtl.models.data_checks import check_data
from tfmtl.models.data_checks import no_rows
from tfmtl.tasks import Task


class GuardedModel(keras.Model):
    """Refuses data that cannot be meant, and explains losses gone wrong.

    A subclass sets `features` and `tasks`.

    Raises:
        ValueError: By `fit`, `evaluate` and `predict`, if the data, those for
            validation too, have no row, a column is not of numbers, columns
            differ in length, or arrays hold numbers, labels or weights of
            rows that are not finite or that a task does not allow. By `save`
            and loading, if the file cannot be loaded as it was saved.
        NonFiniteLossError: By `fit` and `train_on_batch`, if a loss or a
            gradient becomes NaN or infinite. That update is not applied.
    """

    features: tuple[Feature, ...]
    tasks: tuple[Task, ...]

    def fit(
        self, x: Any = None, y: Any = None, *args: Any, **kwargs: Any
    ) -> keras.callbacks.History:
        """Trains as `keras.Model.fit` does.

        `sample_weight` may be a dict by task; a task that is left out weighs
        all rows alike.
        """
        given = inspect.signature(super().fit).bind(x, y, *args, **kwargs)
        options = given.arguments
        construction.refuse_class_weight(options.get("class_weight"))
        weight = options.get("sample_weight")
        options["sample_weight"] = self._checked("fit", x, y, weight)
        validation = options.get("validation_data")
        if validation is not None:
            x_y_weight = keras.utils.unpack_x_y_sample_weight(validation)
            weight = self._checked("fit(validation_data=...)", *x_y_weight)
            options["validation_data"] = (*x_y_weight[:2], weight)
        if isinstance(x, tf.data.Dataset):
            # It has an order of its own, as later Keras has to be told.
            options.setdefault("shuffle", False)
        with non_finite_loss_error.explained(self):
            return super().fit(*given.args, **given.kwargs)

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """Takes one step as `keras.Model.train_on_batch` does."""
        construction.refuse_class_weight(class_weight)
        with non_finite_loss_error.explained(self):
            return super().train_on_batch(
                x, y, sample_weight, return_dict=return_dict
            )

    def evaluate(
        self, x: Any = None, y: Any = None, *args: Any, **kwargs: Any
    ) -> Any:
        """Evaluates as `keras.Model.evaluate` does."""
        given = inspect.signature(super().evaluate).bind(x, y, *args, **kwargs)
        weight = given.arguments.get("sample_weight")
        given.arguments["sample_weight"] = self._checked(
            "evaluate", x, y, weight
        )
        logs = super().evaluate(*given.args, **given.kwargs)
        if not logs:
            raise no_rows("evaluate", "data that ended before the first row")
        return logs

    def predict(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        """Predicts as `keras.Model.predict` does."""
        self._checked("predict", x)
        return super().predict(x, *args, **kwargs)

    def save(self, filepath: Any, *args: Any, **kwargs: Any) -> None:
        """Saves as `keras.Model.save` does, to a `.keras` file."""
        if str(filepath).endswith((".h5", ".hdf5")):
            raise ValueError(
                "The file of a model should end in '.keras': an HDF5 file "
                "could not be loaded. (`save_weights` takes '.weights.h5'.) "
                f"Received: filepath={str(filepath)!r}."
            )
        super().save(filepath, *args, **kwargs)

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compiles a model that is being loaded."""
        if "optimizer" not in config:
            # Keras would take one of its own without a word.
            raise ValueError(
                "The file should name the optimizer; load it with "
                "`compile=False`, and call `compile`. "
                f"Received: {sorted(config)}."
            )
        self.compile(**keras.saving.deserialize_keras_object(config))

    def _checked(
        self, method: str, x: Any, y: Any = None, weight: Any = None
    ) -> Any:
        """Refuses what cannot be meant; returns a weight for every label."""
        check_data(method, x, y)
        construction.check_weights(weight, [task.name for task in self.tasks])
        value_checks.check_numbers(self.features, x)
        value_checks.check_labels(self.tasks, y)
        value_checks.check_row_weights(self.tasks, weight)
        if isinstance(weight, Mapping) and isinstance(y, Mapping):
            # Keras asks for one for each label.
            return dict.fromkeys(y) | dict(weight)
        return weight
