"""What the constructor of a model takes, and its `compile`."""

import inspect
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import keras

from tfmtl.features import Feature
from tfmtl.features import check_features
from tfmtl.losses import FixedWeights
from tfmtl.losses import LossBalancing
from tfmtl.tasks import Task
from tfmtl.tasks import check_tasks


def check_names(
    features: Iterable[Feature], tasks: Iterable[Task]
) -> tuple[tuple[Feature, ...], tuple[Task, ...]]:
    """Returns features and tasks as tuples, or refuses them.

    Args:
        features: Features of one model.
        tasks: Tasks of the same model, parents before their children.

    Raises:
        ValueError: If the features or the tasks contradict each other, one
            has the name of the other, or two results would share a name.
    """
    features, tasks = check_features(features), check_tasks(tasks)
    names = {feature.name for feature in features}
    labels = [task.name for task in tasks if task.name in names]
    if labels:
        raise ValueError(
            "A feature with the name of a task would hand the model the label "
            "it has to predict; leave the feature out, or rename one if they "
            f"differ. Received as both: {labels}."
        )
    _check_log_names(tasks)
    return features, tasks


def _check_log_names(tasks: Sequence[Task]) -> None:
    total = "the model"
    owners = {
        f"{prefix}{name}": total
        for prefix in ("", "val_")
        for name in ("loss", "auc_sum")
    }
    for task in tasks:
        own = f"task {task.name!r}"
        for part in ("loss", *(metric.name for metric in task.metrics())):
            name = f"{task.name}_{part}"
            for logged in (name, f"val_{name}"):
                other = owners.setdefault(logged, own)
                if other != own:
                    raise ValueError(
                        "All that `fit` logs should have a name of its own; "
                        "rename a task. "
                        f"Received: {logged!r} of {other} and of {own}."
                    )


def check_balancing(
    balancing: LossBalancing | None, tasks: Sequence[Task]
) -> LossBalancing:
    """Returns the balancing of these tasks, or refuses it.

    Args:
        balancing: None for fixed weights.
        tasks: Tasks of one model.

    Raises:
        ValueError: If it is no balancing, is another model's, or cannot
            balance these tasks.
    """
    balancing = FixedWeights() if balancing is None else balancing
    if not isinstance(balancing, LossBalancing):
        raise ValueError(
            "`balancing` should be an object such as "
            "tfmtl.losses.UncertaintyWeighting.gaussian(). "
            f"Received: balancing={balancing!r}."
        )
    balancing.bind(tasks)
    return balancing


def check_weights(weight: Any, names: Sequence[str]) -> None:
    """Refuses weights of rows for a task that there is not.

    Args:
        weight: None, one weight per row, or a dict of these by task.
        names: Names of the tasks.

    Raises:
        ValueError: If a dict has another name: nothing would be weighed by it.
    """
    others = set(weight) - set(names) if isinstance(weight, Mapping) else set()
    if others:
        raise ValueError(
            f"`sample_weight` should be a dict by task, of {list(names)}; a "
            "task that is left out weighs all rows alike. "
            f"Received also: {sorted(others)}."
        )


def refuse_class_weight(class_weight: Any) -> None:
    """Refuses weights of classes, which would count for all tasks or none.

    Args:
        class_weight: What Keras calls so.

    Raises:
        ValueError: If there are any.
    """
    if class_weight is not None:
        raise ValueError(
            "`class_weight` should be left out, as every task has classes of "
            "its own; set `positive_weight` of a BinaryTask. "
            f"Received: class_weight={class_weight!r}."
        )


def config_of(model: Any) -> dict[str, Any]:
    """Returns the configuration that all models have in common.

    Args:
        model: A `MultiTaskModel`.
    """
    serialize = keras.saving.serialize_keras_object
    return {
        "name": model.name,
        "dtype": keras.dtype_policies.serialize(model.dtype_policy),
        "features": [serialize(feature) for feature in model.features],
        "tasks": [serialize(task) for task in model.tasks],
        "balancing": serialize(model.balancing),
    }


def arguments(
    model: type, config: dict[str, Any], custom_objects: Any
) -> dict[str, Any]:
    """Returns the arguments of a constructor that a configuration describes.

    `name`, `dtype` and `balancing` are left out for a model that does not
    take them, as one of the user's own need not.

    Args:
        model: Class of the model.
        config: Its configuration.
        custom_objects: None, or classes by name for Keras to restore.
    """
    restore = keras.saving.deserialize_keras_object
    config = {k: restore(v, custom_objects) for k, v in config.items()}
    parameters = inspect.signature(model.__init__).parameters  # type: ignore[misc]
    if any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        return config
    return {
        name: value
        for name, value in config.items()
        if name in parameters or name not in ("name", "dtype", "balancing")
    }


def check_compiled_with(options: Mapping[str, Any]) -> None:
    """Refuses options of `compile` that belong to the tasks.

    Args:
        options: Arguments of `compile` by name.

    Raises:
        ValueError: If losses, their weights or metrics are given.
    """
    for name in ("loss", "loss_weights", "metrics", "weighted_metrics"):
        if options.get(name) is not None:
            raise ValueError(
                "The tasks bring their losses and metrics; leave out "
                f"`{name}`, see `Task.weight` and `Task.metrics`. "
                f"Received: {name}={options[name]!r}."
            )
